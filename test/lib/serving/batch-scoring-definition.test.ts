import { createHash } from 'node:crypto';

import { batchScoringDefinition } from '../../../lib/serving/batch-state-machine/definition';
import { runStateMachine } from '../../fixtures/run-state-machine';

const definition = batchScoringDefinition({
  endpointName: 'ep',
  artifactsBucketName: 'artifacts',
  dataKeyArn: 'arn:key',
  topicArn: 'arn:topic',
  stageFunctionArn: 'arn:stage',
  completenessFunctionArn: 'arn:check',
  jobNamePrefix: 'p-batch-',
  tags: { owner: 'o', costCenter: 'c', dataClass: 'd' },
  scheduledPrefix: 'batch/scheduled',
  strategy: 'MultiRecord',
  maxPayloadInMb: 6,
  maxConcurrentTransforms: 2,
  instanceType: 'ml.m5.large',
  instanceCount: 1,
  maxRuntimeSeconds: 3600,
});

const arrival = (version = 'v1', key = 'batch/input/a.csv') => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'artifacts' }, object: { key, 'version-id': version } },
});
const night = { source: 'aws.events', 'detail-type': 'Scheduled Event', time: '2013-07-05T03:30:00Z', detail: {} };
const id = (input: string, version: string) => createHash('md5').update(`${input} ${version}`).digest('hex');

/** A world with SageMaker's rule that a job's name is taken once. */
function world(options: { complete?: boolean; files?: number; refused?: number; jobs?: Record<string, string> } = {}) {
  const { complete = true, files = 1, refused = 0, jobs: known = {} } = options;
  const staged: unknown[] = [];
  const jobs: Record<string, unknown>[] = [];
  const checks: Record<string, unknown>[] = [];
  const notices: string[] = [];
  const check = (p: Record<string, unknown>) => {
    checks.push(p.Payload as Record<string, unknown>);
    return {
      Payload: { complete, rows: 3, scored: complete ? 3 : 2, missing: complete ? 0 : 1, byModelVersion: { 4: 3 } },
    };
  };
  const publish = (p: Record<string, unknown>) => {
    notices.push(String(p.Subject));
    return {};
  };
  const looks: Record<string, number> = {};
  const describeTransformJob = ({ TransformJobName }: Record<string, unknown>) => {
    const name = String(TransformJobName);
    looks[name] = (looks[name] ?? 0) + 1;
    const [first = 'Completed', then = first] = (known[name] ?? '').split(' ');
    return { TransformJobStatus: looks[name] === 1 ? first : then };
  };
  const responses = {
    StageInput: (p: Record<string, unknown>) => {
      staged.push(p.Payload);
      return { Payload: { files, records: 3 * files, refused, reason: refused > 0 ? 'night.csv.gz: gzip' : '' } };
    },
    FindLiveEndpoint: () => ({ EndpointConfigName: 'config-7' }),
    FindLiveModel: () => ({ ProductionVariants: [{ ModelName: 'model-7' }] }),
    Score: (p: Record<string, unknown>) => {
      const name = String(p.TransformJobName);
      if (name in known)
        throw Object.assign(new Error('ResourceInUse: a job with this name already exists'), {
          name: 'SageMaker.ResourceInUseException',
        });
      known[name] = 'Completed';
      jobs.push(p);
      return {};
    },
    DescribeJob: describeTransformJob,
    DescribeJobAgain: describeTransformJob,
    CheckCompleteness: check,
    RecheckCompleteness: check,
    CheckPartialOutput: check,
    NotifyComplete: publish,
    NotifyIncomplete: publish,
    NotifyNoInput: publish,
    NotifyNoLiveModel: publish,
    NotifyCompletenessUnknown: publish,
    NotifyInputNotRead: publish,
    NotifyRefused: publish,
  };
  return { staged, jobs, checks, notices, responses };
}

const failing = (name: string) => () => {
  throw Object.assign(new Error('because'), { name });
};

describe('batch scoring', () => {
  test('scores what arrives with the live model, hides the record id from it, and joins the predictions back', async () => {
    const it = world();
    const run = await runStateMachine(definition, arrival(), it.responses);
    const known = id('batch/input/a.csv', 'v1');
    expect(run.output?.outcome).toMatchObject({ result: 'Complete' });
    expect(it.jobs[0]).toMatchObject({
      TransformJobName: `p-batch-${known}`,
      ModelName: 'model-7',
      BatchStrategy: 'MultiRecord',
      MaxConcurrentTransforms: 2,
      DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
      TransformInput: {
        SplitType: 'Line',
        DataSource: {
          S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://artifacts/batch/staged/p-batch-${known}/` },
        },
      },
      TransformOutput: {
        AssembleWith: 'Line',
        KmsKeyId: 'arn:key',
        S3OutputPath: `s3://artifacts/batch/output/${known}`,
      },
      TransformResources: { VolumeKmsKeyId: 'arn:key' },
    });
    expect(it.checks).toEqual([
      { job: `p-batch-${known}`, outputPrefix: `batch/output/${known}/`, reportKey: `batch/report/${known}.json` },
    ]);
    expect(it.staged).toEqual([{ input: 'batch/input/a.csv', version: 'v1', job: `p-batch-${known}` }]);
    expect(it.notices).toEqual(['Batch scoring is complete']);
  });

  test('scores the same object version once, however often its event comes', async () => {
    const it = world();
    await runStateMachine(definition, arrival(), it.responses);
    const again = await runStateMachine(definition, arrival(), it.responses);
    expect(again.output?.outcome).toMatchObject({ result: 'AlreadyScored' });
    expect(it.jobs).toHaveLength(1);
    expect(it.notices).toHaveLength(1);
    await runStateMachine(definition, arrival('v2'), it.responses);
    expect(it.jobs).toHaveLength(2);
  });

  test('adopts a job that runs already: its start was lost, or another delivery was first', async () => {
    const it = world({ jobs: { [`p-batch-${id('batch/input/a.csv', 'v1')}`]: 'InProgress Completed' } });
    const run = await runStateMachine(definition, arrival(), it.responses);
    expect(run.output?.outcome).toMatchObject({ result: 'Complete' });
    expect(it.jobs).toEqual([]);
    expect(it.checks).toHaveLength(1);
  });

  test('says what a job has left behind that failed before', async () => {
    const it = world({ complete: false, jobs: { [`p-batch-${id('batch/input/a.csv', 'v1')}`]: 'Failed' } });
    expect((await runStateMachine(definition, arrival(), it.responses)).error).toBe('BatchIncomplete');
  });

  test('scores a version anew on demand, under a new name, to the same place', async () => {
    const it = world();
    await runStateMachine(definition, arrival(), it.responses);
    await runStateMachine(definition, { input: 'batch/input/a.csv', version: 'v1', attempt: '2' }, it.responses);
    expect(it.staged[1]).toMatchObject({ version: 'v1' });
    const [first, second] = it.jobs as { TransformJobName: string; TransformOutput: unknown }[];
    expect(second?.TransformJobName).toBe(`${first?.TransformJobName ?? ''}-2`);
    expect(second?.TransformOutput).toEqual(first?.TransformOutput);
  });

  test("scores by night what waits in the day's folder, once", async () => {
    const it = world();
    await runStateMachine(definition, night, it.responses);
    await runStateMachine(definition, night, it.responses);
    const known = id('batch/scheduled/2013-07-05/', '2013-07-05T03:30:00Z');
    expect(it.staged[0]).toEqual({ input: 'batch/scheduled/2013-07-05/', version: '', job: `p-batch-${known}` });
    expect(it.jobs).toMatchObject([
      { TransformInput: { DataSource: { S3DataSource: { S3Uri: `s3://artifacts/batch/staged/p-batch-${known}/` } } } },
    ]);
  });

  test('starts nothing in a night without files', async () => {
    const it = world({ files: 0 });
    const run = await runStateMachine(definition, night, it.responses);
    expect(run.output?.outcome).toMatchObject({ result: 'NothingToScore' });
    expect({ tasks: run.tasks, notices: it.notices }).toEqual({ tasks: ['StageInput'], notices: [] });
  });

  test('starts nothing for a file that is refused, and says why', async () => {
    const it = world({ files: 0, refused: 1 });
    const run = await runStateMachine(definition, arrival(), it.responses);
    expect(run.error).toBe('BadInput');
    expect({ jobs: it.jobs, notices: it.notices }).toEqual({ jobs: [], notices: ['Batch scoring refused its input'] });
  });

  test.each(['batch/input/', 'batch/input/july/'])('starts nothing for the folder %s itself', async (folder) => {
    const it = world();
    const run = await runStateMachine(definition, arrival('v1', folder), it.responses);
    expect(run.output?.outcome).toEqual({ result: 'NothingToScore', detail: `${folder} is a folder` });
    expect({ tasks: run.tasks, notices: it.notices }).toEqual({ tasks: [], notices: [] });
  });

  test('tells someone when it cannot read its input', async () => {
    const it = world();
    expect(
      (await runStateMachine(definition, night, { ...it.responses, StageInput: failing('NoSuchKey') })).error,
    ).toBe('InputNotRead');
    expect(it.notices).toEqual(['Batch scoring could not read its input']);
  });

  test('fails when a row has no prediction', async () => {
    const it = world({ complete: false });
    expect((await runStateMachine(definition, { input: 'batch/input/a.csv' }, it.responses)).error).toBe(
      'BatchIncomplete',
    );
    expect(it.notices).toEqual(['Batch scoring is INCOMPLETE']);
  });

  test('reports what a failed job has scored all the same', async () => {
    const it = world({ complete: false });
    const run = await runStateMachine(
      definition,
      { input: 'batch/input/a.csv' },
      { ...it.responses, Score: failing('SageMaker.AmazonSageMakerException') },
    );
    expect(run.error).toBe('BatchIncomplete');
    expect(it.checks[0]?.jobError).toBe('SageMaker.AmazonSageMakerException: because');
  });

  test('fails clearly when no model is live', async () => {
    const it = world();
    const run = await runStateMachine(
      definition,
      { input: 'batch/input/a.csv' },
      { ...it.responses, FindLiveEndpoint: failing('SageMaker.SageMakerException') },
    );
    expect(run.error).toBe('NoLiveModel');
    expect(it.jobs).toEqual([]);
    expect(it.notices).toEqual(['Batch scoring found no live model']);
  });

  test.each([
    [{}],
    [{ input: 7 }],
    [{ input: 'models/model.tar.gz' }],
    [{ version: 'v1' }],
    [arrival('v1', 'models/model.tar.gz')],
  ])('refuses the input %j', async (input) => {
    const it = world();
    expect((await runStateMachine(definition, input, it.responses)).error).toBe('BadInput');
    expect(it.notices).toHaveLength(1);
  });

  test('does not call an unchecked output complete', async () => {
    const it = world();
    const run = await runStateMachine(
      definition,
      { input: 'batch/input/a.csv' },
      { ...it.responses, CheckCompleteness: failing('Lambda.Unknown') },
    );
    expect(run.error).toBe('CompletenessUnknown');
  });
});
