import { PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, BUCKET, REGION, Workbench } from 'local-account/test/sagemaker/workbench';
import { checkCompleteness } from '../../lambda/check-completeness/completeness';
import { selectModelQuality } from '../../lambda/select-labeled-captures/select';
import { stageInput } from '../../lambda/stage-batch-input/stage';
import { S3ObjectStore } from '../../lambda/storage/object-store';
import { templateOf } from '../fixtures/workflow-app';

const roles = {
  StageInput: { stack: 'serving', id: /^BatchScoringStageInputRole/ },
  CheckCompleteness: { stack: 'serving', id: /^BatchScoringCheckCompletenessRole/ },
  Select: { stack: 'monitoring', id: /^ModelQualitySelectRole/ },
} as const;

describe('functions of batch and model quality run, each as its own role of the template', () => {
  let bench: Workbench;
  const clients: S3Client[] = [];

  beforeAll(async () => {
    // Synthesized here: it takes longer than a test may.
    for (const stack of ['serving', 'monitoring'] as const) templateOf(stack);
    bench = await Workbench.start();
  }, 180_000);
  afterAll(() => {
    clients.forEach((client) => client.destroy());
    return bench.stop();
  });

  /** References of the template, as the one bucket and the one key that are here. */
  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    const { 'Fn::Join': join, Ref: ref } = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
    if (join) return join[1].map(resolved).join(join[0]);
    const known: Record<string, string> = { 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws' };
    if (ref !== undefined && ref in known) return known[ref];
    const [only] = Object.keys(value);
    if (ref === undefined && !only?.startsWith('Fn::'))
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolved(inner)]));
    return /Key/.test(JSON.stringify(value)) ? bench.keyArn : `arn:aws:s3:::${BUCKET}`;
  }

  async function storeOf(name: keyof typeof roles): Promise<S3ObjectStore> {
    const { stack, id } = roles[name];
    const [, role] =
      Object.entries(templateOf(stack).findResources('AWS::IAM::Role')).find(([one]) => id.test(one)) ?? [];
    const { Policies } = role?.Properties as { Policies: { PolicyDocument: { Statement: object[] } }[] };
    const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    bench.host.policies.putRole({
      arn,
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    });
    bench.host.policies.putInlinePolicy(arn, 'test', {
      Version: '2012-10-17',
      Statement: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(resolved)) as object[],
    });
    const credentials = await bench.host.platform.assumeRole('lambda.amazonaws.com', arn, 'test');
    const client = new S3Client({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    clients.push(client);
    return new S3ObjectStore(BUCKET, client);
  }

  it("stage and check a file that arrived, in its version, and a night's folder", async () => {
    // As the artifacts bucket: an arrival names its version.
    await bench.s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const { VersionId } = await bench.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'batch/input/a b.csv', Body: 'A-1,x\n\nA-2,y\n' }),
    );
    await bench.put('batch/scheduled/2031-05-06/c.csv', 'A-3,z\n');
    const stage = await storeOf('StageInput');
    const check = await storeOf('CheckCompleteness');
    for (const [job, input, records] of [
      ['one', 'batch/input/a b.csv', 2],
      ['two', 'batch/scheduled/2031-05-06/', 1],
    ] as const) {
      const request = { input, version: VersionId ?? '', job };
      expect(await stageInput(stage, request)).toMatchObject({ files: 1, records, refused: 0 });
      expect(await stageInput(stage, request)).toMatchObject({ files: 1, records });
      const report = await checkCompleteness(check, {
        job,
        outputPrefix: `batch/output/${job}/`,
        reportKey: `batch/report/${job}.json`,
      });
      expect(report).toMatchObject({ complete: false, rows: records, missing: records });
    }
    await expect(stageInput(stage, { input: 'models/m.tar.gz', version: '', job: 'three' })).rejects.toThrow(
      /not authorized/,
    );
  }, 60_000);

  it('list the captures of a window, and read none', async () => {
    await bench.put('capture/mla-blueprint-flight-disruption/live/2031/05/06/07/one.jsonl', '{}\n');
    const store = await storeOf('Select');
    const settings = {
      bucket: BUCKET,
      capturePrefix: 'capture/mla-blueprint-flight-disruption',
      groundTruthPrefix: 'ground-truth',
      maximumBytes: 100,
    };
    expect(
      await selectModelQuality(store, settings, { start: '-P7D', end: '2031-05-06T08:00:00Z', run: 'r' }),
    ).toMatchObject({ captures: 1, labels: 0 });
    await expect(store.read('capture/mla-blueprint-flight-disruption/live/2031/05/06/07/one.jsonl')).rejects.toThrow(
      /not authorized/,
    );
  }, 60_000);
});
