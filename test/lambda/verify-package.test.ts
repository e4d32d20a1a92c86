import { createHash } from 'node:crypto';

import { type ApprovedPackage, refusedApproval } from '../../lambda/verify-package/approval';
import { type PackageDescription, verify } from '../../lambda/verify-package/artifact';
import { MemoryStore } from '../fixtures/memory-store';

const bucket = 'artifacts';
const archive = Buffer.from('the archive that was evaluated');
const sha256 = createHash('sha256').update(archive).digest('hex');
const key = 'models/job-1/output/model.tar.gz';
const reportKey = 'pipeline/run-1/evaluation/evaluation.json';
const report = {
  model: { sha256 },
  binary_classification_metrics: { pr_auc: { value: 0.5 } },
  smoke_test: { passed: true, rows: 50, requests: 3 },
  gate: { lift: 1.8, cost_ratio: 0.9 },
};

const registeredAt = new Date('2026-11-20T09:00:00Z');

interface Change {
  readonly url?: string;
  readonly reportUrl?: string;
  readonly metadata?: Record<string, string>;
  readonly archive?: Buffer;
  /** As text: not all that is refused can be written as JSON. */
  readonly report?: string;
  readonly writtenAt?: Date;
}

async function release(change: Change = {}, description: Partial<PackageDescription> = {}) {
  const store = new MemoryStore({
    [key]: change.archive ?? archive,
    [reportKey]: change.report ?? JSON.stringify(report),
  });
  return verify(
    {
      InferenceSpecification: { Containers: [{ ModelDataUrl: change.url ?? `s3://${bucket}/${key}` }] },
      ModelMetrics: { ModelQuality: { Statistics: { S3Uri: change.reportUrl ?? `s3://${bucket}/${reportKey}` } } },
      CustomerMetadataProperties: { modelSha256: sha256, PipelineExecutionId: 'run-1', ...change.metadata },
      CreationTime: registeredAt,
      ...description,
    },
    bucket,
    async (name) =>
      store.objects.has(name)
        ? { body: await store.read(name), writtenAt: change.writtenAt ?? new Date('2026-11-20T08:40:00Z') }
        : undefined,
  );
}

describe('the artifact of a release', () => {
  test('passes when it is the one that was evaluated and registered', async () => {
    expect(await release()).toEqual({ passed: true, text: expect.stringContaining(sha256) as string });
  });

  test.each<[string, Change, string]>([
    [
      'an artifact that was swapped after its approval',
      { archive: Buffer.from('another archive') },
      'was evaluated and registered',
    ],
    [
      'a swapped artifact whose digest was put into the metadata',
      { archive: Buffer.from('x'), metadata: { modelSha256: createHash('sha256').update('x').digest('hex') } },
      'is of another artifact',
    ],
    ['a package without a digest', { metadata: { modelSha256: '' } }, 'names no digest'],
    ['a digest that is none', { metadata: { modelSha256: 'latest' } }, 'names no digest'],
    ['an artifact in another bucket', { url: `s3://somebody-elses/${key}` }, 'is not below s3://artifacts/models/'],
    [
      'an artifact outside the models prefix',
      { url: `s3://${bucket}/batch/input/model.tar.gz` },
      'is not below s3://artifacts/models/',
    ],
    ['an artifact that is not in S3', { url: 'https://example.org/models/model.tar.gz' }, 'is not an object in S3'],
    ['an artifact that is gone', { url: `s3://${bucket}/models/gone/model.tar.gz` }, 'is not there'],
    [
      'an evaluation report that is missing',
      { reportUrl: `s3://${bucket}/pipeline/run-1/evaluation/gone.json` },
      'is not there',
    ],
    [
      'a report where others than the pipeline write',
      { reportUrl: `s3://${bucket}/batch/input/evaluation.json` },
      'is not below s3://artifacts/pipeline/',
    ],
    [
      'a report of another run about the same artifact',
      { metadata: { PipelineExecutionId: 'run-2' } },
      'is not below s3://artifacts/pipeline/run-2/',
    ],
    [
      'a package that no run of the pipeline has registered',
      { metadata: { PipelineExecutionId: '' } },
      'names no execution of the pipeline',
    ],
    [
      'a report that was written anew after the registration',
      { writtenAt: new Date('2026-11-20T09:00:01Z') },
      'was written after the package was registered',
    ],
    [
      'a report about another artifact',
      { report: JSON.stringify({ ...report, model: { sha256: 'f'.repeat(64) } }) },
      'of an earlier run',
    ],
    [
      'a report that names no artifact',
      { report: JSON.stringify({ ...report, model: null }) },
      'is of another artifact',
    ],
    [
      'a report with a metric that is not a number',
      { report: `{"model":{"sha256":"${sha256}"},"binary_classification_metrics":{"pr_auc":{"value":NaN}}}` },
      'is not a JSON object',
    ],
    [
      'a report with its metric as text',
      { report: JSON.stringify({ ...report, binary_classification_metrics: { pr_auc: { value: 'NaN' } } }) },
      'no pr_auc between 0 and 1',
    ],
    ['a report without the metric', { report: JSON.stringify({ model: { sha256 } }) }, 'no pr_auc between 0 and 1'],
    [
      'a metric outside its range',
      { report: JSON.stringify({ ...report, binary_classification_metrics: { pr_auc: { value: 1e9 } } }) },
      'no pr_auc between 0 and 1',
    ],
    [
      'a report without what the gate compared',
      { report: JSON.stringify({ ...report, gate: undefined }) },
      'better than chance and cheaper',
    ],
    [
      'a model that ranks as chance does',
      { report: JSON.stringify({ ...report, gate: { lift: 1, cost_ratio: 0.9 } }) },
      'better than chance and cheaper',
    ],
    [
      'a model that costs as much as doing without it',
      { report: JSON.stringify({ ...report, gate: { lift: 1.8, cost_ratio: 1 } }) },
      'better than chance and cheaper',
    ],
    [
      'a report whose gate holds text',
      { report: JSON.stringify({ ...report, gate: { lift: '1.8', cost_ratio: '0.9' } }) },
      'better than chance and cheaper',
    ],
    [
      'a report without a smoke test',
      { report: JSON.stringify({ ...report, smoke_test: undefined }) },
      'shows no smoke test',
    ],
    [
      'a report whose smoke test did not pass',
      { report: JSON.stringify({ ...report, smoke_test: { passed: 'yes' } }) },
      'shows no smoke test',
    ],
    ['a report of another shape', { report: '[]' }, 'is of another artifact'],
    ['a report that is no JSON', { report: '<html>' }, 'is not a JSON object'],
    ['a report of endless length', { report: ' '.repeat(2 * 1024 * 1024) }, 'more than 1048576 bytes'],
  ])('is refused: %s', async (_name, change, words) => {
    const verification = await release(change);
    expect(verification.passed).toBe(false);
    expect(verification.text).toContain(words);
  });

  test('is refused when the package has no report, or no artifact', async () => {
    expect((await release({}, { ModelMetrics: {} })).text).toContain('has no evaluation report');
    expect((await release({}, { InferenceSpecification: { Containers: [{}] } })).text).toContain(
      'names no model artifact',
    );
  });

  test('is refused when only one of several containers was evaluated', async () => {
    const other = 'models/job-2/output/model.tar.gz';
    const Containers = [{ ModelDataUrl: `s3://${bucket}/${key}` }, { ModelDataUrl: `s3://${bucket}/${other}` }];
    expect((await release({}, { InferenceSpecification: { Containers } })).passed).toBe(false);
  });

  test('is not refused when S3 throttles: the error goes to the state machine, which retries', async () => {
    const slow = Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' });
    await expect(
      verify(
        {
          InferenceSpecification: { Containers: [{ ModelDataUrl: `s3://${bucket}/${key}` }] },
          ModelMetrics: { ModelQuality: { Statistics: { S3Uri: `s3://${bucket}/${reportKey}` } } },
          CustomerMetadataProperties: { modelSha256: sha256, PipelineExecutionId: 'run-1' },
        },
        bucket,
        () => Promise.reject(slow),
      ),
    ).rejects.toThrow('reduce your request rate');
  });
});

describe('the approval of a release', () => {
  const session = (role: string, name: string) => ({
    IamIdentity: { Arn: `arn:aws:sts::111122223333:assumed-role/${role}/${name}` },
  });
  const rules = { approverRoleArn: 'arn:aws:iam::111122223333:role/approver', validDays: 14 };
  const package3: ApprovedPackage = {
    CreatedBy: session('PipelineRole', 'SageMaker'),
    LastModifiedBy: session('approver', 'ann'),
    LastModifiedTime: new Date('2026-11-20T10:00:00Z'),
    ApprovalDescription: 'better on LaGuardia',
    SkipModelValidation: 'None',
  };
  const refused = (change: Partial<ApprovedPackage> = {}, at = '2026-11-20T10:01:00Z', wasLive = false) =>
    refusedApproval({ ...package3, ...change }, rules, { at: new Date(at), wasLive });

  test('counts when a person approved it as the approver, said why, and not long ago', () => {
    expect(refused()).toBeUndefined();
    expect(refused({}, '2026-12-04T10:00:00Z')).toBeUndefined();
  });

  test.each<[string, Partial<ApprovedPackage>, string]>([
    [
      'by the role that registered it',
      { LastModifiedBy: session('PipelineRole', 'another-session') },
      'these must be two identities',
    ],
    [
      'by the approver, who also registered it',
      { CreatedBy: session('approver', 'bob') },
      'these must be two identities',
    ],
    ["by the training job's role", { LastModifiedBy: session('TrainingRole', 'SageMaker') }, 'only the role'],
    [
      'by an administrator, who did not take the role',
      { LastModifiedBy: { IamIdentity: { Arn: 'arn:aws:iam::111122223333:user/approver' } } },
      'only the role',
    ],
    [
      'by a role of the same name in another account',
      { LastModifiedBy: { IamIdentity: { Arn: 'arn:aws:sts::999999999999:assumed-role/approver/ann' } } },
      'only the role',
    ],
    ['when it was registered', { LastModifiedBy: undefined, LastModifiedTime: undefined }, 'nobody has reviewed it'],
    ['by somebody whom SageMaker does not name', { LastModifiedBy: {} }, 'nobody has reviewed it'],
    ['without a word', { ApprovalDescription: undefined }, 'gives no reason'],
    ['with a blank for a reason', { ApprovalDescription: ' \n' }, 'gives no reason'],
    ['of a package that was never validated', { SkipModelValidation: 'All' }, 'registered without validation'],
  ])('does not count %s', (_, change, reason) => {
    expect(refused(change)).toContain(reason);
  });

  test('is void after its days, but not for a version that was live: to roll back to it, or to recreate its endpoint', () => {
    const late = '2026-12-04T10:00:01Z';
    expect(refused({}, late)).toBe('it was approved on 2026-11-20, 14 days ago; an approval is valid for 14 days');
    expect(refused({}, late, true)).toBeUndefined();
  });

  test('is not refused for a clock that is five minutes behind', () => {
    expect(refused({}, '2026-11-20T09:55:00Z')).toBeUndefined();
  });
});
