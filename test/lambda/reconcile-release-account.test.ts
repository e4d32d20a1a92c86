import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';

import { answerAws, badAnswers, type Call, changes } from '../fixtures/aws-answers';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  MODEL_PACKAGE_GROUP: 'flights',
  APPROVED_MODEL_PARAMETER: '/approved',
  PROVEN_MODEL_PARAMETER: '/proven',
  ENDPOINT_STATE_PARAMETER: '/state',
  APPROVED_MODEL_KEY: 'Approved',
  ENDPOINT_STATE_KEY: 'State',
  SERVING_STACK: 'Serving',
  RELEASE_STATE_MACHINE_ARN: 'arn:machine',
  METRIC_NAMESPACE: 'Flights/Release',
});

import { handler } from '../../lambda/reconcile-release/handler';

const version = (number: number) => `arn:aws:sagemaker:eu-central-1:123456789012:model-package/flights/${number}`;
const time = '2026-11-23T10:05:00Z';
const completed = (number: number) => ({ ModelPackageArn: version(number), ModelPackageStatus: 'Completed' });

/** Version 3 is approved, and 2 serves. */
const answers = {
  ListModelPackages: { ModelPackageSummaryList: [completed(3), completed(2)] } as unknown,
  GetParameter: (({ Name }: { Name: string }) => ({
    Parameter: { Value: Name === '/state' ? 'deployed' : version(2) },
  })) as unknown,
  DescribeStacks: stack(version(2)) as unknown,
  ListExecutions: { executions: [] as unknown[] } as unknown,
  StartExecution: {} as unknown,
  PutParameter: {} as unknown,
  PutMetricData: {} as unknown,
};

function stack(approved: string, state = 'deployed', StackStatus: string | undefined = 'UPDATE_COMPLETE') {
  const Parameters = [
    { ParameterKey: 'Other', ParameterValue: 'x' },
    { ParameterKey: 'Approved', ParameterValue: approved },
    { ParameterKey: 'State', ParameterValue: state },
  ];
  return { Stacks: [{ StackStatus, Parameters }] };
}

async function run(change: Partial<Record<keyof typeof answers, unknown>> = {}, at = time) {
  const calls = answerAws({ ...answers, ...change });
  const repair = await handler({ time: at });
  return { calls, repair };
}

const inputs = (calls: readonly Call[], name: string) =>
  calls.filter((one) => one.name === name).map(({ input }) => input);

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

describe('the reconciler in the account', () => {
  test('starts the missing release, once for each time of the schedule', async () => {
    const { calls } = await run();
    expect(inputs(calls, 'StartExecution')).toEqual([
      {
        stateMachineArn: 'arn:machine',
        name: 'reconcile-version-3-20261123T100500000Z',
        input: JSON.stringify({ reconciled: true, rollback: false, detail: { ModelPackageArn: version(3) } }),
      },
    ]);
    expect(inputs(calls, 'PutMetricData')).toEqual([
      {
        Namespace: 'Flights/Release',
        MetricData: [
          {
            MetricName: 'NeedsPerson',
            Value: 0,
            Unit: 'Count',
            Dimensions: [{ Name: 'ModelPackageGroup', Value: 'flights' }],
          },
        ],
      },
    ]);
    expect(changes(calls)).toEqual(['StartExecution', 'PutMetricData']);
  });

  test('asks for approved versions of this group, newest first, and for releases of this state machine', async () => {
    const { calls } = await run();
    expect(inputs(calls, 'ListModelPackages')).toEqual([
      {
        ModelPackageGroupName: 'flights',
        ModelApprovalStatus: 'Approved',
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: 20,
      },
    ]);
    expect(inputs(calls, 'ListExecutions')).toEqual([{ stateMachineArn: 'arn:machine', maxResults: 100 }]);
    expect(inputs(calls, 'DescribeStacks')).toEqual([{ StackName: 'Serving' }]);
  });

  test('finds the newest approved version behind pages without one, and skips versions that are not complete', async () => {
    const pages: Record<string, object> = {
      first: { ModelPackageSummaryList: [], NextToken: 'second' },
      second: { ModelPackageSummaryList: [{ ...completed(9), ModelPackageStatus: 'Failed' }, completed(4)] },
    };
    const { repair } = await run({ ListModelPackages: ({ NextToken = 'first' }) => pages[NextToken as string] });
    expect(repair.release).toEqual({ packageArn: version(4), rollback: false });
  });

  test('asks for a person when a version serves and none is approved', async () => {
    const { calls, repair } = await run({ ListModelPackages: { ModelPackageSummaryList: [] } });
    expect(repair.needsPerson).toBe(true);
    expect(inputs(calls, 'PutMetricData')).toEqual([
      expect.objectContaining({ MetricData: [expect.objectContaining({ Value: 1 })] }),
    ]);
    expect(changes(calls)).toEqual(['PutMetricData']);
  });

  test('changes nothing while a release runs, however many have ended', async () => {
    const executions = [{ status: 'SUCCEEDED' }, { status: 'RUNNING' }];
    expect(changes((await run({ ListExecutions: { executions } })).calls)).toEqual(['PutMetricData']);
  });

  test('counts its own releases of this version within a day, and no others', async () => {
    const one = (name: string, startDate: Date | undefined) => ({ name, startDate, status: 'FAILED' });
    const mine = 'reconcile-version-3-1';
    const others = [
      one('reconcile-version-30-1', new Date('2026-11-23T09:00:00Z')),
      one(mine, new Date('2026-11-22T10:05:00Z')),
      one(mine, undefined),
      one('3', new Date('2026-11-23T09:00:00Z')),
      { status: 'FAILED' },
    ];
    const recent = one(mine, new Date('2026-11-22T10:05:01Z'));
    const before = await run({ ListExecutions: { executions: [...others, recent, recent] } });
    expect(before.repair.release).toBeDefined();
    const after = await run({ ListExecutions: { executions: [...others, recent, recent, recent] } });
    expect([after.repair.release, after.repair.needsPerson]).toEqual([undefined, true]);
  });

  test('corrects the parameters where the stack says otherwise', async () => {
    const { calls } = await run({
      DescribeStacks: stack(version(1), 'removed'),
      ListModelPackages: { ModelPackageSummaryList: [completed(1)] },
    });
    expect(inputs(calls, 'PutParameter')).toEqual([
      { Name: '/approved', Value: version(1), Overwrite: true },
      { Name: '/state', Value: 'removed', Overwrite: true },
    ]);
  });

  test('takes a second delivery of the same event for done, and no other failed start', async () => {
    const exists = new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
    await expect(run({ StartExecution: exists })).resolves.toBeDefined();
    await expect(run({ StartExecution: new Error('limit') })).rejects.toThrow('limit');
  });

  test.each(
    (['ListModelPackages', 'GetParameter', 'DescribeStacks', 'ListExecutions'] as const).flatMap((name) =>
      badAnswers.map(([what, answer]) => [name, what, answer] as const),
    ),
  )('starts and writes nothing when %s %s', async (name, _, answer) => {
    const calls = answerAws({ ...answers, [name]: answer });
    await expect(handler({ time })).rejects.toThrow();
    expect(changes(calls)).toEqual([]);
  });

  test.each<[string, Partial<Record<keyof typeof answers, unknown>>, string]>([
    ['no list of versions', { ListModelPackages: {} }, 'SageMaker lists no model packages of flights'],
    ['no list of releases', { ListExecutions: {} }, 'Step Functions lists no executions of arn:machine'],
    ['no stack', { DescribeStacks: { Stacks: [] } }, 'CloudFormation gives no status of the stack Serving'],
    [
      'a stack without its status',
      { DescribeStacks: { Stacks: [{ ...stack(version(2)).Stacks[0], StackStatus: undefined }] } },
      'CloudFormation gives no status of the stack Serving',
    ],
    [
      'a stack without parameters',
      { DescribeStacks: { Stacks: [{ StackStatus: 'UPDATE_COMPLETE' }] } },
      'The stack Serving has no parameter Approved',
    ],
    [
      'a stack without the state of the endpoint',
      {
        DescribeStacks: {
          Stacks: [{ ...stack(version(2)).Stacks[0], Parameters: stack(version(2)).Stacks[0]?.Parameters.slice(0, 2) }],
        },
      },
      'The stack Serving has no parameter State',
    ],
    ['a parameter without value', { GetParameter: { Parameter: {} } }, 'The parameter /approved has no value'],
  ])('says so when it gets %s', async (_, change, message) => {
    await expect(run(change)).rejects.toThrow(message);
  });

  test('refuses an event without a time, before it changes anything', async () => {
    const calls = answerAws(answers);
    await expect(handler({} as never)).rejects.toThrow("The event's time is undefined, not a time");
    expect(calls).toEqual([]);
  });
});
