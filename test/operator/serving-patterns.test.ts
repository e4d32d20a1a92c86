import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { drift } from '../../operator/commands/drift';
import { invoke } from '../../operator/commands/invoke';
import { quality } from '../../operator/commands/quality';
import { awsError, fakeContext, outputs, recordedOutput, type Sent } from './fake-clients';

/** An account whose stacks serve by one of the patterns. */
function servedBy(pattern: string, responses: Readonly<Record<string, unknown>> = {}, sent: Sent[] = []) {
  const Outputs = Object.entries({ ...outputs, ServingPattern: pattern }).map(([OutputKey, OutputValue]) => ({
    OutputKey,
    OutputValue,
  }));
  return fakeContext({ DescribeStacksCommand: { Stacks: [{ Outputs }] }, ...responses }, sent);
}

const folder = mkdtempSync(join(tmpdir(), 'operator-'));
const file = join(folder, 'request.csv');
beforeAll(() => writeFileSync(file, 'B6\n'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('invoke, asynchronously', () => {
  const accepted = {
    OutputLocation: 's3://artifacts/predictions/1.out',
    FailureLocation: 's3://artifacts/failures/1-error.out',
  };
  const stored = (text: string) => ({ Body: { transformToByteArray: () => Promise.resolve(Buffer.from(text)) } });
  /** Objects that come into the bucket after so many looks. */
  const bucket = (objects: Readonly<Record<string, string>>, after = 0) => {
    let looks = 0;
    return ({ Key }: { Key: string }) => {
      looks += 1;
      const text = objects[Key];
      if (text === undefined || looks <= after) throw awsError('NoSuchKey', 'The specified key does not exist.');
      return stored(text);
    };
  };

  it('puts the request into S3, names it, and waits for the prediction', async () => {
    const sent: Sent[] = [];
    const GetObjectCommand = bucket({ 'predictions/1.out': '0.9,disrupted,3\n' }, 5);
    const context = servedBy(
      'asynchronous',
      { PutObjectCommand: {}, InvokeEndpointAsyncCommand: accepted, GetObjectCommand },
      sent,
    );
    const { predictions } = await invoke(context, { file }, recordedOutput());
    expect(predictions).toEqual([{ probability: 0.9, decision: 'disrupted', modelVersion: '3' }]);
    const put = sent.find((one) => one.name === 'PutObjectCommand')?.input;
    expect(put).toMatchObject({ Bucket: 'artifacts', Body: Buffer.from('B6\n'), ContentType: 'text/csv' });
    expect(sent.find((one) => one.name === 'InvokeEndpointAsyncCommand')?.input).toMatchObject({
      EndpointName: 'endpoint',
      InputLocation: `s3://artifacts/${String(put?.Key)}`,
      Accept: 'text/csv',
    });
    expect(sent.filter((one) => one.name === 'InvokeEndpointCommand')).toEqual([]);
  });

  it("prints the model's error for a refused request, and where the request is", async () => {
    const GetObjectCommand = bucket({ 'failures/1-error.out': 'row 1 has 1 values, expected 18' });
    const context = servedBy('asynchronous', {
      PutObjectCommand: {},
      InvokeEndpointAsyncCommand: accepted,
      GetObjectCommand,
    });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toMatchObject({
      message: 'The request failed: row 1 has 1 values, expected 18',
      remedy: expect.stringMatching(/^What was sent is at s3:\/\/artifacts\/asynchronous\/input\//) as string,
    });
  });

  it('says that no model is released, before it puts a request into S3', async () => {
    const InvokeEndpointAsyncCommand = () => {
      throw awsError('ValidationError', 'Endpoint endpoint of account 123456789012 not found.');
    };
    await expect(
      invoke(
        servedBy('asynchronous', { PutObjectCommand: {}, InvokeEndpointAsyncCommand }),
        { file },
        recordedOutput(),
      ),
    ).rejects.toThrow('The endpoint endpoint does not exist.');
  });
});

describe('where there is no endpoint', () => {
  it('invoke names the command that scores a file', async () => {
    await expect(invoke(servedBy('batch'), { file }, recordedOutput())).rejects.toMatchObject({
      remedy: 'Score a file instead: npm run mlops -- batch --help',
    });
  });
});

describe.each(['serverless', 'asynchronous', 'batch'])('what captures nothing: %s', (pattern) => {
  it.each([
    ['drift', drift],
    ['quality', quality],
  ])('%s starts nothing and says why', async (_, command) => {
    const sent: Sent[] = [];
    await expect(command(servedBy(pattern, {}, sent), {}, recordedOutput())).rejects.toThrow(
      `This workflow's serving pattern is ${pattern}, which captures no requests`,
    );
    expect(sent.map((one) => one.name)).toEqual(['DescribeStacksCommand']);
  });
});
