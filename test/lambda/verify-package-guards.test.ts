import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3ServiceException } from '@aws-sdk/client-s3';

import { answerAws, badAnswers, type Call } from '../fixtures/aws-answers';

const approver = 'arn:aws:iam::111122223333:role/approver';
Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  ARTIFACTS_BUCKET: 'artifacts',
  APPROVER_ROLE_ARN: approver,
  APPROVAL_VALID_DAYS: '14',
});

import { handler, type VerifyPackageEvent } from '../../lambda/verify-package/handler';

const archive = 'the archive that was evaluated';
const sha256 = createHash('sha256').update(archive).digest('hex');
const key = 'models/job-1/output/model.tar.gz';
const reportKey = 'pipeline/run-1/evaluation/evaluation.json';
const reportUri = `s3://artifacts/${reportKey}`;
const report = {
  model: { sha256 },
  binary_classification_metrics: { pr_auc: { value: 0.5 } },
  smoke_test: { passed: true },
  gate: { lift: 1.8, cost_ratio: 0.9 },
};
const registered = new Date('2026-11-20T09:00:00Z');
const session = (role: string) => ({
  IamIdentity: { Arn: `arn:aws:sts::111122223333:assumed-role/${role}/session` },
});
/** As SageMaker describes a package that may be released. */
const description = {
  CreatedBy: session('PipelineRole'),
  LastModifiedBy: session('approver'),
  LastModifiedTime: new Date('2026-11-20T10:00:00Z'),
  ApprovalDescription: 'better on LaGuardia',
  SkipModelValidation: 'None',
  CreationTime: registered,
  InferenceSpecification: { Containers: [{ ModelDataUrl: `s3://artifacts/${key}` }] as object[] },
  ModelMetrics: { ModelQuality: { Statistics: { S3Uri: reportUri } } },
  CustomerMetadataProperties: { modelSha256: sha256, PipelineExecutionId: 'run-1' },
};
type Described = { readonly [Name in keyof typeof description]?: unknown };

interface World {
  readonly description?: Described;
  readonly report?: string;
  readonly writtenAt?: Date | undefined;
  readonly event?: Partial<VerifyPackageEvent>;
}

const event: VerifyPackageEvent = {
  modelPackageArn: 'arn:package/3',
  at: '2026-11-21T10:00:00Z',
  release: { live: { arn: 'arn:package/2' } },
};

async function verified(world: World = {}) {
  const objects: Record<string, string> = { [key]: archive, [reportKey]: world.report ?? JSON.stringify(report) };
  const calls = answerAws({
    DescribeModelPackage: { ...description, ...world.description },
    GetObject: ({ Key = '' }: { Key?: string }) => ({
      Body: Readable.from([Buffer.from(objects[Key] ?? '')]),
      LastModified: 'writtenAt' in world ? world.writtenAt : new Date('2026-11-20T08:40:00Z'),
    }),
  });
  return { calls, result: await handler({ ...event, ...world.event }) };
}

const reads = (calls: readonly Call[]) => calls.filter(({ name }) => name === 'GetObject').map(({ input }) => input);
const withReport = (change: object) => ({ report: JSON.stringify({ ...report, ...change }) });
const quality = (value: unknown) => withReport({ binary_classification_metrics: { pr_auc: { value } } });
const refusal = (why: string) => ({ passed: false, text: `The release was refused: ${why}.` });

afterEach(() => jest.restoreAllMocks());

describe('the check before a release', () => {
  test('passes the evaluated artifact, and reads the report and each artifact once', async () => {
    const { calls, result } = await verified();
    expect(result).toEqual({ passed: true, text: `the artifact is the one that was evaluated (${sha256})` });
    expect(calls[0]).toEqual({ name: 'DescribeModelPackage', input: { ModelPackageName: 'arn:package/3' } });
    expect(reads(calls)).toEqual([
      { Bucket: 'artifacts', Key: reportKey },
      { Bucket: 'artifacts', Key: key },
    ]);
  });

  test('passes a report of the moment of the registration, and metrics at the ends of their range', async () => {
    for (const world of [{ writtenAt: registered }, quality(0), quality(1)])
      expect((await verified(world)).result.passed).toBe(true);
  });

  test.each<[string, World, string]>([
    [
      'a package of which SageMaker says nothing',
      { description: undefinedOf() },
      'its approval gives no reason (ApprovalDescription)',
    ],
    [
      'a package without metadata',
      { description: { CustomerMetadataProperties: undefined } },
      'the package names no digest of its artifact (metadata modelSha256)',
    ],
    [
      'a digest with something before it',
      { description: metadata({ modelSha256: `x${sha256}` }) },
      'the package names no digest of its artifact (metadata modelSha256)',
    ],
    [
      'a digest with something after it',
      { description: metadata({ modelSha256: `${sha256}0` }) },
      'the package names no digest of its artifact (metadata modelSha256)',
    ],
    ['no specification', { description: { InferenceSpecification: undefined } }, 'the package names no model artifact'],
    ['no containers', { description: { InferenceSpecification: {} } }, 'the package names no model artifact'],
    [
      'a container without an artifact',
      { description: { InferenceSpecification: { Containers: [{}] } } },
      'the package names no model artifact',
    ],
    [
      'a second container whose artifact is named elsewhere',
      {
        description: {
          InferenceSpecification: {
            Containers: [...description.InferenceSpecification.Containers, { ModelDataSource: { S3DataSource: {} } }],
          },
        },
      },
      'a container of the package names its artifact in ModelDataSource, which nobody has evaluated',
    ],
    [
      'a package without metrics',
      { description: { ModelMetrics: undefined } },
      'the package has no evaluation report (ModelMetrics.ModelQuality)',
    ],
    [
      'a package without quality',
      { description: { ModelMetrics: {} } },
      'the package has no evaluation report (ModelMetrics.ModelQuality)',
    ],
    [
      'a package without statistics',
      { description: { ModelMetrics: { ModelQuality: {} } } },
      'the package has no evaluation report (ModelMetrics.ModelQuality)',
    ],
    [
      'a package of no execution',
      { description: { CustomerMetadataProperties: { modelSha256: sha256 } } },
      'the package names no execution of the pipeline (metadata PipelineExecutionId)',
    ],
    [
      'a package without a time',
      { description: { CreationTime: undefined } },
      `the evaluation report ${reportUri} was written after the package was registered: nobody has approved these numbers`,
    ],
    [
      'a package whose time is none',
      { description: { CreationTime: new Date(Number.NaN) } },
      `the evaluation report ${reportUri} was written after the package was registered: nobody has approved these numbers`,
    ],
    [
      'a report whose time is none',
      { writtenAt: new Date(Number.NaN) },
      `the evaluation report ${reportUri} was written after the package was registered: nobody has approved these numbers`,
    ],
    [
      'an artifact behind another text',
      { description: { InferenceSpecification: { Containers: [{ ModelDataUrl: `x-s3://artifacts/${key}` }] } } },
      `x-s3://artifacts/${key} is not an object in S3`,
    ],
    [
      'an artifact without a key',
      { description: { InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://artifacts/' }] } } },
      's3://artifacts/ is not an object in S3',
    ],
    [
      'a report without metrics',
      withReport({ binary_classification_metrics: undefined }),
      `the evaluation report ${reportUri} holds no pr_auc between 0 and 1`,
    ],
    [
      'a report whose metric is nothing',
      withReport({ binary_classification_metrics: { pr_auc: null } }),
      `the evaluation report ${reportUri} holds no pr_auc between 0 and 1`,
    ],
    ['a metric as text', quality('0.5'), `the evaluation report ${reportUri} holds no pr_auc between 0 and 1`],
    ['a metric below its range', quality(-0.01), `the evaluation report ${reportUri} holds no pr_auc between 0 and 1`],
    ['a metric above its range', quality(1.01), `the evaluation report ${reportUri} holds no pr_auc between 0 and 1`],
    ['a lift as text', withReport({ gate: { lift: '1.8', cost_ratio: 0.9 } }), gateRefusal()],
    ['a cost as text', withReport({ gate: { lift: 1.8, cost_ratio: '0.9' } }), gateRefusal()],
    ['a gate without lift', withReport({ gate: { cost_ratio: 0.9 } }), gateRefusal()],
    ['a gate without cost', withReport({ gate: { lift: 1.8 } }), gateRefusal()],
    ['a report that is a text', { report: '"model"' }, `the evaluation report ${reportUri} is not a JSON object`],
    ['a report that is null', { report: 'null' }, `the evaluation report ${reportUri} is not a JSON object`],
    ['an empty report', { report: '' }, `the evaluation report ${reportUri} is not a JSON object`],
    ['a report that is cut', { report: '{"model":' }, `the evaluation report ${reportUri} is not a JSON object`],
    [
      'an approval by one who is not named',
      { description: { LastModifiedBy: { IamIdentity: {} } } },
      'it was approved at its registration, or SageMaker does not say by whom: nobody has reviewed it',
    ],
    [
      'an approval without its time',
      { description: { LastModifiedTime: undefined } },
      'it was approved at its registration, or SageMaker does not say by whom: nobody has reviewed it',
    ],
    ['a registration by nobody', { description: { CreatedBy: undefined } }, 'SageMaker does not say who registered it'],
    [
      'a registration by one who is not named',
      { description: { CreatedBy: {} } },
      'SageMaker does not say who registered it',
    ],
    [
      'a validation of another kind',
      { description: { SkipModelValidation: 'Some' } },
      'it was registered without validation (SkipModelValidation: Some)',
    ],
    [
      'an identity with something before it',
      { description: { LastModifiedBy: { IamIdentity: { Arn: `x${session('approver').IamIdentity.Arn}` } } } },
      `x${session('approver').IamIdentity.Arn} approved it, or changed it afterwards; only the role ${approver} may decide`,
    ],
    [
      'an identity on two lines',
      { description: { LastModifiedBy: { IamIdentity: { Arn: `${session('approver').IamIdentity.Arn}\n` } } } },
      `${session('approver').IamIdentity.Arn}\n approved it, or changed it afterwards; only the role ${approver} may decide`,
    ],
  ])('refuses %s', async (_, world, why) => {
    expect((await verified(world)).result).toEqual(refusal(why));
  });

  test('refuses an old approval, but not of a version that was live', async () => {
    const at = '2026-12-05T10:00:01Z';
    const old = 'it was approved on 2026-11-20, 15 days ago; an approval is valid for 14 days';
    expect((await verified({ event: { at } })).result).toEqual(refusal(old));
    for (const release of [{ rollback: true, live: { arn: 'arn:package/2' } }, { live: { arn: 'arn:package/3' } }])
      expect((await verified({ event: { at, release } })).result.passed).toBe(true);
    for (const rollback of [false, undefined, 'true' as never])
      expect((await verified({ event: { at, release: { ...event.release, rollback } } })).result.passed).toBe(false);
  });

  test('refuses an approval at a time that is none', async () => {
    await expect(verified({ description: { LastModifiedTime: new Date(Number.NaN) } })).rejects.toThrow(RangeError);
    await expect(verified({ event: { at: 'now' } })).rejects.toThrow('The time of the check is "now", not a time');
  });

  test('takes a report of the longest size, and none that is longer', async () => {
    const text = JSON.stringify(report);
    const padded = (bytes: number) => text + ' '.repeat(bytes - text.length);
    expect((await verified({ report: padded(1024 * 1024) })).result.passed).toBe(true);
    expect((await verified({ report: padded(1024 * 1024 + 1) })).result).toEqual(
      refusal(`the evaluation report ${reportUri} has more than 1048576 bytes`),
    );
  });

  test('compares each of several artifacts', async () => {
    const Containers = ['models/other/model.tar.gz', key].map((one) => ({ ModelDataUrl: `s3://artifacts/${one}` }));
    for (const order of [Containers, [...Containers].reverse()])
      expect((await verified({ description: { InferenceSpecification: { Containers: order } } })).result.text).toMatch(
        /models\/other\/model.tar.gz has the digest [0-9a-f]{64}; [0-9a-f]{64} was evaluated and registered/,
      );
  });
});

describe('the check before a release does not pass', () => {
  const object = (answer: unknown) => answerAws({ DescribeModelPackage: description, GetObject: answer });
  const refusedBy = (name: string) => new S3ServiceException({ name, $fault: 'client', $metadata: {}, message: 'no' });

  test.each(badAnswers)('when the description of the package %s', async (_, answer) => {
    answerAws({ DescribeModelPackage: answer });
    const result = await handler(event).catch((error: Error) => error.name);
    expect([false, 'AccessDeniedException', 'TimeoutError']).toContainEqual(
      typeof result === 'string' ? result : result.passed,
    );
  });

  test.each(['NoSuchKey', 'AccessDenied'])('an object that S3 does not give: %s', async (name) => {
    object(refusedBy(name));
    expect(await handler(event)).toEqual(refusal(`${reportUri} is not there, or may not be read`));
  });

  test.each([
    ['S3 throttles', refusedBy('SlowDown')],
    ['the connection breaks under the name of a refusal', Object.assign(new Error('reset'), { name: 'NoSuchKey' })],
    ['the read times out', badAnswers[1]?.[1]],
  ])('when %s: the error goes to the state machine', async (_, answer) => {
    object(answer);
    await expect(handler(event)).rejects.toBe(answer);
  });

  test.each([
    ['nothing', {}],
    ['no body', { LastModified: registered }],
    ['a body that cannot be read', { Body: 'text', LastModified: registered }],
    ['a body without its time', { Body: Readable.from(['{}']) }],
  ])('when S3 answers %s', async (_, answer) => {
    object(answer);
    await expect(handler(event)).rejects.toThrow(
      `s3://artifacts/${reportKey} came back without a readable body or its time`,
    );
  });
});

function undefinedOf(): Described {
  return Object.fromEntries(Object.keys(description).map((name) => [name, undefined]));
}

function metadata(change: object): Described {
  return { CustomerMetadataProperties: { ...description.CustomerMetadataProperties, ...change } };
}

function gateRefusal(): string {
  return `the evaluation report ${reportUri} does not say that the model is better than chance and cheaper than its alternatives (gate.lift, gate.cost_ratio)`;
}
