import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { invoke, invokeCommand } from '../../operator/commands/invoke';
import { liveState } from '../../operator/live-state';
import { awsError, fakeContext, outputs, recordedOutput, type Sent } from './fake-clients';

const withStream = {
  DescribeStacksCommand: {
    Stacks: [
      {
        Outputs: Object.entries({ ...outputs, FeatureGroupName: 'airport-state' }).map(([OutputKey, OutputValue]) => ({
          OutputKey,
          OutputValue,
        })),
      },
    ],
  },
};
const recordOf = (airport: string, values: object) => ({
  RecordIdentifierValueAsString: airport,
  Record: Object.entries({ airport, ...values }).map(([FeatureName, ValueAsString]) => ({
    FeatureName,
    ValueAsString,
  })),
});

describe('the state of an airport before a prediction', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const rows = [
    'flight_id,origin,carrier,date,sched_dep_time,maker,dep_delay,arr_delay',
    'ABC-0,ABC,AA,2013-06-30,2330,D,20,14',
    'ABC-1,ABC,AA,2013-07-01,200,A,90,14',
  ];
  writeFileSync(join(folder, 'flights-abc.csv.gz'), gzipSync(rows.join('\n')));
  const InvokeEndpointCommand = { Body: Buffer.from('0.2,on_time,3\n'), ContentType: 'text/csv' };
  const options = { sample: { airport: 'ABC', month: '2013-07', rows: 1 }, liveState: true };
  const sentBody = (sent: readonly Sent[]) =>
    sent
      .filter(({ name }) => name === 'InvokeEndpointCommand')
      .map(({ input }) => Buffer.from(input.Body as Uint8Array).toString());

  test('is what the online store has, in place of that of the vendored day', async () => {
    const sent: Sent[] = [];
    const BatchGetRecordCommand = { Records: [recordOf('ABC', { mean_delay_60: '7.25', flights_60: '12' })] };
    const context = fakeContext({ ...withStream, InvokeEndpointCommand, BatchGetRecordCommand }, sent, {
      dataFolder: folder,
    });
    await invoke(context, options, recordedOutput());
    expect(sentBody(sent)).toEqual(['A,AA,7.25,12\n']);
    expect(sent.find(({ name }) => name === 'BatchGetRecordCommand')?.input).toEqual({
      Identifiers: [
        {
          FeatureGroupName: 'airport-state',
          RecordIdentifiersValueAsString: ['ABC'],
          FeatureNames: ['airport', 'mean_delay_60', 'flights_60'],
        },
      ],
    });
  });

  test('is missing where the store has none, and the command says so', async () => {
    const sent: Sent[] = [];
    const lines: string[] = [];
    const context = fakeContext(
      { ...withStream, InvokeEndpointCommand, BatchGetRecordCommand: { Records: [] } },
      sent,
      {
        dataFolder: folder,
      },
    );
    await invoke(context, options, { line: () => undefined, progress: (text) => void lines.push(text) });
    expect(sentBody(sent)).toEqual(['A,AA,,\n']);
    expect(lines).toContain('The online store has no state of ABC: predicted without it, as a missing value.');
  });

  test('is asked for again where an answer leaves an airport out', async () => {
    let calls = 0;
    const BatchGetRecordCommand = () => {
      calls += 1;
      return calls === 1
        ? {
            Records: [recordOf('JFK', { flights_60: '1' })],
            UnprocessedIdentifiers: [{ RecordIdentifiersValueAsString: ['LGA'] }],
          }
        : { Records: [recordOf('LGA', { flights_60: '2' })] };
    };
    const read = await liveState(fakeContext({ ...withStream, BatchGetRecordCommand }));
    const states = await read(['JFK', 'LGA', 'JFK']);
    expect([...states].map(([airport, state]) => [airport, state.flights_60])).toEqual([
      ['JFK', '1'],
      ['LGA', '2'],
    ]);
  });

  test('needs the stream, which is not deployed by default', async () => {
    const DescribeStacksCommand = () => {
      throw awsError('ValidationError', 'Stack with id MlaBlueprint-Features does not exist');
    };
    await expect(liveState(fakeContext({ DescribeStacksCommand }))).rejects.toMatchObject({
      remedy: expect.stringContaining('streaming.enabled') as string,
    });
    expect(() => invokeCommand.parse([], { file: 'x.csv', liveState: true })).toThrow(
      '--live-state goes with --airport',
    );
  });
});
