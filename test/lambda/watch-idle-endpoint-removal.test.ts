import { answerAws, badAnswers, type Call, changes } from '../fixtures/aws-answers';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  ENDPOINT_NAME: 'flights',
  VARIANT_NAME: 'live',
  IDLE_HOURS: '24',
  REMOVE_AFTER_HOURS: '48',
  METRIC_NAMESPACE: 'Flights/Cost',
  SERVING_STACK: 'Serving',
  ENDPOINT_STATE_PARAMETER: '/state',
  ENDPOINT_STATE_KEY: 'State',
  DEPLOYMENT_ROLE: 'arn:role',
  RELEASE_STATE_MACHINE_ARN: 'arn:machine',
  TOPIC: 'arn:topic',
});

import { handler } from '../../lambda/watch-idle-endpoint/handler';

const now = new Date('2026-11-24T12:05:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

/** Nobody has called the endpoint for 49 hours. */
const answers = {
  DescribeEndpoint: { EndpointStatus: 'InService', LastModifiedTime: hoursAgo(100) } as unknown,
  GetMetricStatistics: {
    Datapoints: [
      { Timestamp: hoursAgo(50), Sum: 3 },
      { Timestamp: hoursAgo(5), Sum: 0 },
    ],
  } as unknown,
  DescribeStacks: {
    Stacks: [
      { StackStatus: 'UPDATE_COMPLETE', Parameters: [{ ParameterKey: 'Approved' }, { ParameterKey: 'State' }, {}] },
    ],
  } as unknown,
  ListExecutions: { executions: [] as unknown[] } as unknown,
  PutMetricData: {} as unknown,
  PutParameter: {} as unknown,
  UpdateStack: {} as unknown,
  Publish: {} as unknown,
};
type Change = Partial<Record<keyof typeof answers, unknown>>;

async function run(change: Change = {}) {
  const calls = answerAws({ ...answers, ...change });
  return { calls, result: await handler({ time: now.toISOString() }) };
}

const inputs = (calls: readonly Call[], name: string) =>
  calls.filter((one) => one.name === name).map(({ input }) => input);
const removals = (calls: readonly Call[]) => changes(calls).filter((name) => name !== 'PutMetricData');

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

describe('an endpoint that nobody calls', () => {
  test('is removed by an update of its stack that changes nothing else, and people are notified', async () => {
    const { calls, result } = await run();
    expect(changes(calls)).toEqual(['PutMetricData', 'PutParameter', 'UpdateStack', 'Publish']);
    expect(inputs(calls, 'PutParameter')).toEqual([{ Name: '/state', Value: 'removed', Overwrite: true }]);
    expect(inputs(calls, 'UpdateStack')).toEqual([
      {
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [
          { ParameterKey: 'Approved', UsePreviousValue: true },
          { ParameterKey: 'State', ParameterValue: 'removed' },
        ],
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        RoleARN: 'arn:role',
      },
    ]);
    const why =
      'flights received no request for 49 hours, so it is being removed. The approval of the model stays. "npm run mlops -- recreate-endpoint" or the next release creates the endpoint again.';
    expect(result).toEqual({ idleHours: 49, removed: true, why });
    expect(inputs(calls, 'Publish')).toEqual([
      { TopicArn: 'arn:topic', Subject: 'The idle endpoint is being removed', Message: why },
    ]);
  });

  test('is measured by its own requests, over the hours that count, and its idle hours are published', async () => {
    const { calls } = await run();
    expect(inputs(calls, 'DescribeEndpoint')).toEqual([{ EndpointName: 'flights' }]);
    expect(inputs(calls, 'GetMetricStatistics')).toEqual([
      {
        Namespace: 'AWS/SageMaker',
        MetricName: 'Invocations',
        Dimensions: [
          { Name: 'EndpointName', Value: 'flights' },
          { Name: 'VariantName', Value: 'live' },
        ],
        StartTime: hoursAgo(49),
        EndTime: now,
        Period: 3_600,
        Statistics: ['Sum'],
      },
    ]);
    expect(inputs(calls, 'PutMetricData')).toEqual([
      {
        Namespace: 'Flights/Cost',
        MetricData: [
          {
            MetricName: 'EndpointIdleHours',
            Value: 49,
            Unit: 'Count',
            Timestamp: now,
            Dimensions: [{ Name: 'EndpointName', Value: 'flights' }],
          },
        ],
      },
    ]);
    expect(inputs(calls, 'ListExecutions')).toEqual([{ stateMachineArn: 'arn:machine', statusFilter: 'RUNNING' }]);
    expect(inputs(calls, 'DescribeStacks')).toEqual([{ StackName: 'Serving' }]);
  });

  test.each<[string, Change, string]>([
    ['a release runs', { ListExecutions: { executions: [{}] } }, 'a release is running'],
    [
      'its stack is updated',
      { DescribeStacks: { Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] } },
      'the Serving stack is in UPDATE_IN_PROGRESS',
    ],
    ['CloudFormation names no stack', { DescribeStacks: {} }, 'the Serving stack is in unknown'],
    [
      'somebody has called it',
      { GetMetricStatistics: { Datapoints: [{ Timestamp: hoursAgo(48), Sum: 1 }] } },
      'idle for 47 hours; removed after 48',
    ],
  ])('stays while %s', async (_, change, why) => {
    const { calls, result } = await run(change);
    expect(result).toMatchObject({ removed: false, why });
    expect(removals(calls)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['is created', { EndpointStatus: 'Creating', LastModifiedTime: hoursAgo(100) }],
    ['has no time of its last change', { EndpointStatus: 'InService' }],
    ['does not exist', new Error('Could not find endpoint "flights".')],
    ['answers nothing', {}],
  ])('is not measured while it %s', async (_, DescribeEndpoint) => {
    const { calls, result } = await run({ DescribeEndpoint });
    expect([result, changes(calls)]).toEqual([{}, []]);
  });

  test.each(
    (['GetMetricStatistics', 'ListExecutions'] as const).flatMap((name) =>
      badAnswers.map(([what, answer]) => [name, what, answer] as const),
    ),
  )('stays when %s %s', async (name, _, answer) => {
    const calls = answerAws({ ...answers, [name]: answer });
    await expect(handler({ time: now.toISOString() })).rejects.toThrow();
    expect(removals(calls)).toEqual([]);
  });

  test.each<[string, Change, string]>([
    ['no invocations', { GetMetricStatistics: {} }, 'CloudWatch gives no invocations of flights'],
    [
      'an hour without its sum',
      { GetMetricStatistics: { Datapoints: [{ Timestamp: hoursAgo(50) }] } },
      'CloudWatch gives an hour of flights without its time or its sum',
    ],
    [
      'an hour without its time',
      { GetMetricStatistics: { Datapoints: [{ Sum: 1 }] } },
      'CloudWatch gives an hour of flights without its time or its sum',
    ],
    ['no list of releases', { ListExecutions: {} }, 'Step Functions lists no executions of arn:machine'],
    ['no right to see it', { DescribeEndpoint: badAnswers[0]?.[1] }, 'not authorized'],
    ['no status of its stack', { DescribeStacks: badAnswers[1]?.[1] }, 'socket timed out'],
  ])('stays, and the function fails, when there is %s', async (_, change, message) => {
    const calls = answerAws({ ...answers, ...change });
    await expect(handler({ time: now.toISOString() })).rejects.toThrow(message);
    expect(removals(calls)).toEqual([]);
  });

  test('is known as deployed again when its stack refuses the update', async () => {
    const calls = answerAws({ ...answers, UpdateStack: new Error('refused') });
    await expect(handler({ time: now.toISOString() })).rejects.toThrow('refused');
    expect(inputs(calls, 'PutParameter').map(({ Value }) => Value)).toEqual(['removed', 'deployed']);
    expect(removals(calls)).not.toContain('Publish');
  });

  test('stays when the event has no time', async () => {
    const calls = answerAws(answers);
    await expect(handler({ time: 'soon' })).rejects.toThrow('The event\'s time is "soon", not a time');
    expect(calls).toEqual([]);
  });
});
