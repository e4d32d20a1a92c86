import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { invoke } from '../../operator/commands/invoke';
import { awsError, deploymentWithRemoval, fakeContext, recordedOutput, type Sent } from './fake-clients';

describe('invoke', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says what the model refused', async () => {
    const file = join(folder, 'request.csv');
    writeFileSync(file, 'B6\n');
    const context = fakeContext({
      InvokeEndpointCommand: () => {
        throw awsError('ModelError', 'Received client error (400)', {
          OriginalStatusCode: 400,
          OriginalMessage: 'row 1 has 1 values, expected 18',
        });
      },
    });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toThrow(
      'The model refused the request (400): row 1 has 1 values, expected 18',
    );
  });

  it.each([
    [
      'removed',
      /was removed because it was idle/,
      'Create it again, which takes some minutes: npm run mlops -- recreate-endpoint',
    ],
    [
      'deployed',
      /does not exist/,
      'No model is live yet? npm run mlops -- approve latest --note "...". Was the endpoint deleted? npm run mlops -- recreate-endpoint',
    ],
  ])('says what to do about an endpoint that is gone (%s)', async (state, message, remedy) => {
    const file = join(folder, 'request.csv');
    writeFileSync(file, 'B6\n');
    const InvokeEndpointCommand = () => {
      throw awsError('ValidationError', 'Endpoint endpoint of account 123456789012 not found.');
    };
    const context = fakeContext({
      ...deploymentWithRemoval,
      InvokeEndpointCommand,
      GetParameterCommand: { Parameter: { Value: state } },
    });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      remedy,
    });
  });

  it("sends the contract's columns with the state that each flight's prediction can know", async () => {
    writeFileSync(
      join(folder, 'flights-abc.csv.gz'),
      gzipSync(
        [
          'flight_id,origin,carrier,date,sched_dep_time,maker,dep_delay,arr_delay',
          'ABC-0,ABC,AA,2013-06-30,2330,D,20,14',
          'ABC-1,ABC,AA,2013-07-01,200,"A, B",90,14',
          'ABC-2,ABC,DL,2013-07-01,430,C,,',
          '',
        ].join('\n'),
      ),
    );
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        InvokeEndpointCommand: ({ InferenceId }: { InferenceId: string }) => ({
          Body: Buffer.from(InferenceId === 'ABC-1' ? '0.2,on_time,3\n' : '0.9,disrupted,3\n'),
          ContentType: 'text/csv',
        }),
      },
      sent,
      { dataFolder: folder },
    );
    const { predictions } = await invoke(
      context,
      { sample: { airport: 'ABC', month: '2013-07', rows: 2 } },
      recordedOutput(),
    );
    const requests = sent.filter((one) => one.name === 'InvokeEndpointCommand');
    expect(requests.map(({ input }) => [input.InferenceId, Buffer.from(input.Body as Uint8Array).toString()])).toEqual([
      // At midnight the flight of 23:30, 20 minutes late, has left. At 2:30 the flight of 2:00 waits, since half an hour.
      ['ABC-1', '"A, B",AA,20,1\n'],
      ['ABC-2', 'C,DL,30,1\n'],
    ]);
    expect(predictions).toEqual([
      { id: 'ABC-1', probability: 0.2, decision: 'on_time', modelVersion: '3', disrupted: false },
      { id: 'ABC-2', probability: 0.9, decision: 'disrupted', modelVersion: '3', disrupted: true },
    ]);
  });
});
