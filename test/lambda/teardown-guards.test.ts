import { ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { ConflictException, ResourceInUse, ResourceNotFound } from '@aws-sdk/client-sagemaker';

import type { TargetEvent } from '../../lambda/cloudformation/respond';
import { handler as removeLogs } from '../../lambda/remove-job-logs/handler';
import { handler as removeRecords } from '../../lambda/remove-job-records/handler';
import { handler as removePackages } from '../../lambda/remove-model-packages/handler';
import { handler as stopExecutions } from '../../lambda/stop-pipeline-executions/handler';
import { handler as waitForInterfaces } from '../../lambda/wait-for-network-interfaces/handler';
import { handler as writeConfiguration } from '../../lambda/write-analysis-config/handler';
import { answerAws, badAnswers, type Call, changes } from '../fixtures/aws-answers';

// What CloudFormation is told is the business of respond; here only what is done counts.
jest.mock('../../lambda/cloudformation/respond', () => ({
  ...jest.requireActual<object>('../../lambda/cloudformation/respond'),
  onDelete: async (event: TargetEvent<unknown>, remove: (target: unknown) => Promise<string>) =>
    remove(event.ResourceProperties.Target),
  onChange: async (event: TargetEvent<unknown>, write: (target: unknown) => Promise<string>) =>
    write(event.ResourceProperties.Target),
}));
const waits: number[] = [];
jest.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => {
    waits.push(milliseconds);
    // A loop that would never end: a test of it should fail, not hang.
    return waits.length > 20 ? Promise.reject(new Error('waits forever')) : Promise.resolve();
  },
}));

const event = (Target: object) => ({ ResourceProperties: { Target } }) as TargetEvent<never>;
/** The mocked onDelete returns what CloudFormation would be told. */
const told = (result: Promise<void>) => result as unknown as Promise<string>;
const inputs = (calls: readonly Call[], name: string) =>
  calls.filter((one) => one.name === name).map(({ input }) => input);

beforeEach(() => {
  waits.length = 0;
  jest.spyOn(console, 'info').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

describe('removing model packages', () => {
  const target = event({ ModelPackageGroupName: 'flights' });
  const one = (
    version: number,
    ModelPackageGroupName: string | undefined = 'flights',
    ModelPackageStatus = 'Completed',
  ) => ({
    ModelPackageArn: `arn/${ModelPackageGroupName}/${version}`,
    ModelPackageGroupName,
    ModelPackageStatus,
  });

  test('lists the group, and deletes until it is empty', async () => {
    const lists = [[one(1), one(2)], [one(1, 'flights', 'Deleting')], []];
    const calls = answerAws({
      ListModelPackages: () => ({ ModelPackageSummaryList: lists.shift() }),
      DeleteModelPackage: {},
    });
    expect(await told(removePackages(target))).toBe('2 model packages removed from flights');
    expect(inputs(calls, 'ListModelPackages')[0]).toEqual({ ModelPackageGroupName: 'flights', MaxResults: 100 });
    expect(inputs(calls, 'DeleteModelPackage')).toEqual([
      { ModelPackageName: 'arn/flights/1' },
      { ModelPackageName: 'arn/flights/2' },
    ]);
    // Only where nothing was left to delete.
    expect(waits).toEqual([1000]);
  });

  test('waits after a conflict, and does not count it', async () => {
    const lists = [[one(1)], []];
    answerAws({
      ListModelPackages: () => ({ ModelPackageSummaryList: lists.shift() }),
      DeleteModelPackage: new ConflictException({ message: 'it goes', $metadata: {} }),
    });
    expect(await told(removePackages(target))).toBe('0 model packages removed from flights');
    expect(waits).toEqual([1000]);
  });

  test.each([[{}], [{ ModelPackageGroupName: '' }], [{ ModelPackageGroupName: ' ' }]])(
    'deletes nothing without the name of a group: %j',
    async (none) => {
      const calls = answerAws({ ListModelPackages: { ModelPackageSummaryList: [one(1)] }, DeleteModelPackage: {} });
      await expect(removePackages(event(none))).rejects.toThrow('Target.ModelPackageGroupName is missing or empty');
      expect(calls).toEqual([]);
    },
  );

  test.each([['another'], [undefined]])('deletes nothing when the list has a version of group %s', async (group) => {
    const foreign = { ...one(2), ModelPackageGroupName: group };
    const calls = answerAws({
      ListModelPackages: { ModelPackageSummaryList: [one(1), foreign] },
      DeleteModelPackage: {},
    });
    await expect(removePackages(target)).rejects.toThrow('arn/flights/2 is not of flights: nothing more is deleted');
    expect(changes(calls)).toEqual([]);
  });

  test.each(badAnswers)('deletes nothing when the list %s', async (_, answer) => {
    const calls = answerAws({ ListModelPackages: answer, DeleteModelPackage: {} });
    await expect(removePackages(target)).rejects.toThrow();
    expect(changes(calls)).toEqual([]);
  });

  test('says that there is no list, and fails when a deletion does', async () => {
    answerAws({ ListModelPackages: {} });
    await expect(removePackages(target)).rejects.toThrow('SageMaker lists no model packages of flights');
    answerAws({ ListModelPackages: { ModelPackageSummaryList: [one(1)] }, DeleteModelPackage: badAnswers[0]?.[1] });
    await expect(removePackages(target)).rejects.toThrow('not authorized');
  });
});

describe("removing jobs' records", () => {
  const target = event({ ProcessingPrefix: 'flights-', TuningPrefix: 'fly-' });
  const lists = {
    ListProcessingJobs: {
      ProcessingJobSummaries: [{ ProcessingJobName: 'flights-1' }, { ProcessingJobName: 'my-flights-1' }, {}],
    },
    ListHyperParameterTuningJobs: {
      HyperParameterTuningJobSummaries: [
        { HyperParameterTuningJobName: 'fly-1' },
        { HyperParameterTuningJobName: 'a-fly-1' },
      ],
    },
    ListTrainingJobs: { TrainingJobSummaries: [{ TrainingJobName: 'fly-1-001' }, { TrainingJobName: 'butterfly-1' }] },
  };
  const deletions = { DeleteProcessingJob: {}, DeleteHyperParameterTuningJob: {}, DeleteTrainingJob: {} };

  test('asks for names with the prefixes, every page, and deletes what begins with them', async () => {
    const calls = answerAws({
      ...lists,
      ...deletions,
      ListTrainingJobs: ({ NextToken }: { NextToken?: string }) =>
        NextToken === undefined
          ? { ...lists.ListTrainingJobs, NextToken: 'more' }
          : { TrainingJobSummaries: [{ TrainingJobName: 'fly-1-002' }] },
    });
    expect(await told(removeRecords(target))).toBe(
      'records removed: 1 processing jobs, 1 tuning jobs, 2 training jobs',
    );
    expect(calls).toEqual([
      { name: 'ListProcessingJobs', input: { NameContains: 'flights-', MaxResults: 100 } },
      { name: 'DeleteProcessingJob', input: { ProcessingJobName: 'flights-1' } },
      { name: 'ListHyperParameterTuningJobs', input: { NameContains: 'fly-', MaxResults: 100 } },
      { name: 'DeleteHyperParameterTuningJob', input: { HyperParameterTuningJobName: 'fly-1' } },
      { name: 'ListTrainingJobs', input: { NameContains: 'fly-', MaxResults: 100 } },
      { name: 'ListTrainingJobs', input: { NameContains: 'fly-', MaxResults: 100, NextToken: 'more' } },
      { name: 'DeleteTrainingJob', input: { TrainingJobName: 'fly-1-001' } },
      { name: 'DeleteTrainingJob', input: { TrainingJobName: 'fly-1-002' } },
    ]);
  });

  test('leaves what runs and what is gone, and fails at any other error', async () => {
    const answers = (error: Error) => ({ ...lists, ...deletions, DeleteProcessingJob: error });
    answerAws(answers(new ResourceInUse({ message: 'it runs', $metadata: {} })));
    expect(await told(removeRecords(target))).toMatch('0 processing jobs, 1 tuning jobs');
    answerAws(answers(new ResourceNotFound({ message: 'gone', $metadata: {} })));
    expect(await told(removeRecords(target))).toMatch('0 processing jobs, 1 tuning jobs');
    answerAws(answers(new Error('denied')));
    await expect(removeRecords(target)).rejects.toThrow('denied');
  });

  test.each([
    ['ProcessingPrefix', { ProcessingPrefix: '', TuningPrefix: 'fly-' }],
    ['ProcessingPrefix', { TuningPrefix: 'fly-' }],
    ['TuningPrefix', { ProcessingPrefix: 'flights-', TuningPrefix: '' }],
    ['TuningPrefix', { ProcessingPrefix: 'flights-' }],
  ])('deletes nothing of the account without the %s', async (name, none) => {
    const calls = answerAws({ ...lists, ...deletions });
    await expect(removeRecords(event(none))).rejects.toThrow(`Target.${name} is missing or empty`);
    expect(calls).toEqual([]);
  });

  test.each(badAnswers)('deletes nothing of what a list should name that %s', async (_, answer) => {
    for (const [list, deletion] of [
      ['ListProcessingJobs', 'DeleteProcessingJob'],
      ['ListHyperParameterTuningJobs', 'DeleteHyperParameterTuningJob'],
      ['ListTrainingJobs', 'DeleteTrainingJob'],
    ] as const) {
      const calls = answerAws({ ...lists, ...deletions, [list]: answer });
      await told(removeRecords(target)).catch(() => undefined);
      expect(changes(calls)).not.toContain(deletion);
    }
  });
});

describe("removing jobs' logs", () => {
  const target = event({ Groups: ['/aws/sagemaker/Endpoints/flights'], Streams: ['/aws/sagemaker/TrainingJobs:fly-'] });
  const gone = new ResourceNotFoundException({ message: 'gone', $metadata: {} });

  test('deletes its own groups, and in shared groups only its streams, until none is left', async () => {
    const pages = [[{ logStreamName: 'fly-1' }, { logStreamName: 'fly-2' }], [{ logStreamName: 'fly-3' }], []];
    const calls = answerAws({
      DeleteLogGroup: {},
      DescribeLogStreams: () => ({ logStreams: pages.shift() }),
      DeleteLogStream: {},
    });
    expect(await told(removeLogs(target))).toBe('1 log groups and 3 log streams removed');
    expect(inputs(calls, 'DeleteLogGroup')).toEqual([{ logGroupName: '/aws/sagemaker/Endpoints/flights' }]);
    expect(inputs(calls, 'DescribeLogStreams')[0]).toEqual({
      logGroupName: '/aws/sagemaker/TrainingJobs',
      logStreamNamePrefix: 'fly-',
      limit: 50,
    });
    expect(inputs(calls, 'DeleteLogStream')).toEqual(
      ['fly-1', 'fly-2', 'fly-3'].map((logStreamName) => ({
        logGroupName: '/aws/sagemaker/TrainingJobs',
        logStreamName,
      })),
    );
  });

  test('has nothing to do where groups are gone, and fails at any other error', async () => {
    answerAws({ DeleteLogGroup: gone, DescribeLogStreams: gone });
    expect(await told(removeLogs(target))).toBe('0 log groups and 0 log streams removed');
    answerAws({ DeleteLogGroup: {}, DescribeLogStreams: badAnswers[0]?.[1] });
    await expect(removeLogs(target)).rejects.toThrow('not authorized');
    expect(await told(removeLogs(event({})))).toBe('0 log groups and 0 log streams removed');
  });

  test.each([
    [{ Streams: ['/aws/sagemaker/TrainingJobs'] }, 'Target.Streams is missing or empty'],
    [{ Streams: ['/aws/sagemaker/TrainingJobs:'] }, 'Target.Streams is missing or empty'],
    [{ Streams: [':fly-'] }, 'Target.Streams is missing or empty'],
    [{ Groups: [''] }, 'Target.Groups is missing or empty'],
  ])('deletes nothing when a part of %j is empty, not even the rest', async (wrong, message) => {
    const calls = answerAws({ DeleteLogGroup: {}, DescribeLogStreams: { logStreams: [] } });
    const all = {
      Groups: ['/good', ...((wrong as { Groups?: string[] }).Groups ?? [])],
      Streams: (wrong as { Streams?: string[] }).Streams,
    };
    await expect(removeLogs(event(all))).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });

  test.each([['other-job'], [undefined]])(
    "deletes nothing when the list names %s, another's stream",
    async (logStreamName) => {
      const calls = answerAws({
        DeleteLogGroup: {},
        DescribeLogStreams: { logStreams: [{ logStreamName: 'fly-1' }, { logStreamName }] },
        DeleteLogStream: {},
      });
      await expect(removeLogs(target)).rejects.toThrow(
        `${logStreamName} does not begin with fly-: nothing more is deleted`,
      );
      expect(changes(calls)).toEqual(['DeleteLogGroup']);
    },
  );

  test.each(badAnswers)('deletes no stream when the list %s', async (_, answer) => {
    const calls = answerAws({ DeleteLogGroup: {}, DescribeLogStreams: answer, DeleteLogStream: {} });
    await expect(removeLogs(target)).rejects.toThrow(/not authorized|timed out|lists no streams of/);
    expect(changes(calls)).toEqual(['DeleteLogGroup']);
  });
});

describe('stopping executions of the pipeline', () => {
  const target = event({ PipelineName: 'flights' });
  const one = (PipelineExecutionArn: string, PipelineExecutionStatus: string) => ({
    PipelineExecutionArn,
    PipelineExecutionStatus,
  });

  test('stops those of every page, each once, and waits for their end', async () => {
    const rounds = [
      { a: [one('e1', 'Executing'), one('e2', 'Succeeded')], b: [one('e3', 'Executing')] },
      { a: [one('e1', 'Stopping')], b: [] },
      { a: [one('e1', 'Stopped')], b: [] },
    ];
    const calls = answerAws({
      ListPipelineExecutions: ({ NextToken }: { NextToken?: string }) =>
        NextToken === undefined
          ? { PipelineExecutionSummaries: rounds[0]?.a, NextToken: 'more' }
          : { PipelineExecutionSummaries: rounds.shift()?.b },
      StopPipelineExecution: {},
    });
    expect(await told(stopExecutions(target))).toBe('2 executions of flights stopped');
    expect(inputs(calls, 'ListPipelineExecutions')[0]).toEqual({ PipelineName: 'flights', MaxResults: 100 });
    expect(inputs(calls, 'StopPipelineExecution').map((input) => input.PipelineExecutionArn)).toEqual(['e1', 'e3']);
    expect(waits).toEqual([2000, 2000]);
  });

  test('goes on when an execution has just ended, and fails at any other error', async () => {
    const lists = [[one('e1', 'Executing')], []];
    const ended = Object.assign(new Error('not executing'), { name: 'ValidationException' });
    answerAws({
      ListPipelineExecutions: () => ({ PipelineExecutionSummaries: lists.shift() }),
      StopPipelineExecution: ended,
    });
    expect(await told(stopExecutions(target))).toBe('1 executions of flights stopped');
    for (const error of [badAnswers[0]?.[1], 'nonsense']) {
      answerAws({
        ListPipelineExecutions: { PipelineExecutionSummaries: [one('e1', 'Executing')] },
        StopPipelineExecution: () => {
          throw error;
        },
      });
      await expect(stopExecutions(target)).rejects.toBe(error);
    }
  });

  test.each(badAnswers)('stops nothing, and does not say that nothing runs, when the list %s', async (_, answer) => {
    const calls = answerAws({ ListPipelineExecutions: answer, StopPipelineExecution: {} });
    await expect(stopExecutions(target)).rejects.toThrow(/not authorized|timed out|lists no executions of flights/);
    expect(changes(calls)).toEqual([]);
  });

  test.each([[{ PipelineExecutionStatus: 'Executing' }], [{ PipelineExecutionArn: 'e1' }]])(
    'fails when an execution is listed as %j only',
    async (incomplete) => {
      const calls = answerAws({
        ListPipelineExecutions: { PipelineExecutionSummaries: [incomplete] },
        StopPipelineExecution: {},
      });
      await expect(stopExecutions(target)).rejects.toThrow(
        'SageMaker lists an execution of flights without its ARN or its status',
      );
      expect(changes(calls)).toEqual([]);
    },
  );

  test('needs the name of the pipeline', async () => {
    const calls = answerAws({});
    await expect(stopExecutions(event({}))).rejects.toThrow('Target.PipelineName is missing or empty');
    expect(calls).toEqual([]);
  });
});

describe('waiting for network interfaces', () => {
  const context = (...remaining: number[]) => ({ getRemainingTimeInMillis: () => remaining.shift() ?? 0 });
  const left = (...ids: string[]) => ({ NetworkInterfaces: ids.map((NetworkInterfaceId) => ({ NetworkInterfaceId })) });
  const target = event({ SecurityGroupId: 'sg-1' });

  test('waits until SageMaker has released them', async () => {
    const lists = [left('eni-1', 'eni-2'), left('eni-2'), left()];
    const calls = answerAws({ DescribeNetworkInterfaces: () => lists.shift() });
    expect(await told(waitForInterfaces(target, context(60_000, 60_000)))).toBe('no network interface is left in sg-1');
    expect(inputs(calls, 'DescribeNetworkInterfaces')[0]).toEqual({
      Filters: [{ Name: 'group-id', Values: ['sg-1'] }],
    });
    expect(waits).toEqual([20_000, 20_000]);
    expect(console.info).toHaveBeenCalledWith({ waitingFor: 'eni-1, eni-2' });
  });

  test('says what is left before its time is over', async () => {
    answerAws({ DescribeNetworkInterfaces: left('eni-1', 'eni-2') });
    await expect(waitForInterfaces(target, context(59_999))).rejects.toThrow(
      'SageMaker still holds eni-1, eni-2 in sg-1. It releases them by itself: delete the stack again in a few minutes',
    );
    expect(waits).toEqual([]);
  });

  test.each(badAnswers)('does not say that none is left when the list %s', async (_, answer) => {
    answerAws({ DescribeNetworkInterfaces: answer });
    await expect(waitForInterfaces(target, context(60_000))).rejects.toThrow(
      /not authorized|timed out|lists no network interfaces of sg-1/,
    );
  });

  test('needs the security group', async () => {
    answerAws({ DescribeNetworkInterfaces: left() });
    await expect(waitForInterfaces(event({}), context())).rejects.toThrow('Target.SecurityGroupId is missing or empty');
  });
});

test("writes Clarify's configuration where the monitor reads it", async () => {
  const calls = answerAws({ PutObject: {} });
  const configuration = { Bucket: 'artifacts', Key: 'a/config.json', Body: '{"model":1}' };
  expect(await told(writeConfiguration(event(configuration)))).toBe('wrote a/config.json');
  expect(calls).toEqual([{ name: 'PutObject', input: { ...configuration, ContentType: 'application/json' } }]);
});
