import validate from 'asl-validator';
import { taskErrorName } from 'local-account/events/states/error-names';
import { operationOf, services } from 'local-account/events/states/sdk';
import { ServiceModels } from 'local-account/service-model';
import { testPython } from 'local-account/test/fixtures/test-platform';
import { nextStates, type State } from '../../lib/shared/state-machine/states-language';
import { throttlingException } from '../faults/fault';
import { resolve } from '../fixtures/resolve';
import { templateOf } from '../fixtures/workflow-app';

interface Definition {
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, Record<string, unknown>>;
}

/** Each service's error for too many calls; all others return ThrottlingException. */
const throttlingCodes: Readonly<Record<string, string>> = {
  cloudformation: 'Throttling',
  cloudwatch: 'Throttling',
  lambda: 'TooManyRequestsException',
  s3: 'SlowDown',
  sns: 'Throttled',
};

/**
 * Each state machine's definition as CloudFormation would send it: errors hide in the text until it is put together.
 */
const machines = (['lake', 'serving', 'release', 'monitoring'] as const)
  .map(templateOf)
  .flatMap((template) => Object.values(template.findResources('AWS::StepFunctions::StateMachine')))
  .map(({ Properties }) => Properties as Record<string, unknown>)
  .map(
    (properties) =>
      [
        String(properties.StateMachineName),
        JSON.parse(String(resolve(properties.DefinitionString))) as Definition,
      ] as const,
  );

/** What the role of a state machine may call. */
function actionsOf(machine: string): string[] {
  const template = (['lake', 'serving', 'release', 'monitoring'] as const)
    .map(templateOf)
    .find((one) =>
      JSON.stringify(one.findResources('AWS::StepFunctions::StateMachine')).includes(`"StateMachineName":"${machine}"`),
    );
  const [found] = Object.values(
    template?.findResources('AWS::StepFunctions::StateMachine', { Properties: { StateMachineName: machine } }) ?? {},
  );
  const { RoleArn } = (found?.Properties ?? {}) as { RoleArn?: { 'Fn::GetAtt': [string, string] } };
  const role = template?.findResources('AWS::IAM::Role')[RoleArn?.['Fn::GetAtt'][0] ?? ''];
  const { Policies = [] } = (role?.Properties ?? {}) as {
    Policies?: { PolicyDocument: { Statement: { Action: string | string[] }[] } }[];
  };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap(({ Action }) => Action);
}

describe.each(machines)('%s', (machine, definition) => {
  const states = Object.entries(definition.States);

  test('is valid Amazon States Language', () => {
    // The validator writes into what it is given.
    const copy = structuredClone(definition);
    const { isValid, errorsText } = validate(copy as unknown as Parameters<typeof validate>[0]);
    expect(isValid ? '' : errorsText()).toBe('');
  });

  test('has a time limit, and so has each of its tasks', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
    for (const [name, state] of states.filter(([, one]) => one.Type === 'Task')) {
      expect([name, typeof state.TimeoutSeconds]).toEqual([name, 'number']);
    }
  });

  test("catches every task's errors", () => {
    for (const [name, state] of states.filter(([, one]) => one.Type === 'Task')) {
      expect([name, state.Catch]).toEqual([
        name,
        expect.arrayContaining([expect.objectContaining({ ErrorEquals: ['States.ALL'] })]),
      ]);
    }
  });

  test('retries with growing, random delays, so that throttled executions do not retry together', () => {
    const retriers = states.flatMap(([name, state]) =>
      ((state.Retry ?? []) as object[]).map((retrier) => [name, retrier]),
    );
    expect(retriers).not.toEqual([]);
    for (const one of retriers)
      expect(one).toEqual([
        one[0],
        expect.objectContaining({ MaxAttempts: expect.any(Number) as number, BackoffRate: 2, JitterStrategy: 'FULL' }),
      ]);
  });

  test('retries every task that its service throttles, by the error name that arrives', async () => {
    const models = new ServiceModels(await testPython());
    for (const [name, { Resource, Retry = [] }] of states.filter(([, one]) => one.Type === 'Task')) {
      const [, sdk, service = '', action = ''] = /:::(aws-sdk:)?([a-z0-9]+):(\w+)/.exec(String(Resource)) ?? [];
      const java = services[service];
      if (java === undefined) throw new Error(`${String(Resource)}: the rehearsal knows no such service`);
      const arrives = taskErrorName(
        throttlingCodes[service] ?? 'ThrottlingException',
        operationOf(action),
        models.get(java.model ?? service),
        java,
        sdk === undefined,
      );
      expect([name, throttlingException(String(Resource))]).toEqual([name, arrives]);
      expect([name, (Retry as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals)]).toEqual([
        name,
        expect.arrayContaining([arrives]),
      ]);
    }
  });

  test('may tag the jobs that it waits for, and read their tags', () => {
    const waits = states.some(([, { Resource }]) => /:sagemaker:create\w+Job\.sync$/.test(String(Resource)));
    const allowed = actionsOf(machine);
    expect([waits, allowed.includes('sagemaker:AddTags'), allowed.includes('sagemaker:ListTags')]).toEqual([
      waits,
      waits,
      waits,
    ]);
  });

  test('retries the start of a job that SageMaker throttles', () => {
    for (const [name, state] of states.filter(([, one]) =>
      /:sagemaker:create\w+Job\.sync$/.test(String(one.Resource)),
    )) {
      expect([name, state.Retry]).toEqual([
        name,
        [
          expect.objectContaining({
            ErrorEquals: expect.arrayContaining([
              'SageMaker.AmazonSageMakerException',
              'SageMaker.ThrottlingException',
            ]) as string[],
          }),
        ],
      ]);
    }
  });

  test('drops the description of a model package before it starts a job', () => {
    const whole = states.filter(
      ([, { Resource, ResultSelector, ResultPath }]) =>
        /:describeModelPackage$/.test(String(Resource)) && ResultSelector === undefined && ResultPath !== null,
    );
    // Every state that still carries the description: a Pass with Parameters and no ResultPath replaces all.
    const carrying = new Set(whole.flatMap(([, state]) => nextStates(state as State)));
    for (const name of carrying) {
      const state = definition.States[name] as State;
      const replaces = state.Type === 'Pass' && state.Parameters !== undefined && state.ResultPath === undefined;
      if (!replaces) for (const next of nextStates(state)) carrying.add(next);
    }
    const jobs = [...carrying].filter((name) => /create\w+Job/.test(String(definition.States[name]?.Resource)));
    expect(jobs).toEqual([]);
  });

  test('notifies people before each failed end', () => {
    // Deployed before the topic. Its alarm notifies (docs/runbooks/training-set-failed.md).
    if (machine === 'mla-blueprint-build-training-set') return;
    for (const [end] of states.filter(([, one]) => one.Type === 'Fail')) {
      const before = states.filter(([, one]) => JSON.stringify(one).includes(`"Next":"${end}"`));
      expect(before.length).toBeGreaterThan(0);
      for (const [name, state] of before)
        expect([name, state.Resource]).toEqual([name, 'arn:aws:states:::sns:publish']);
    }
  });
});

test('there are five state machines', () => {
  expect(machines.map(([name]) => name).sort()).toEqual([
    'mla-blueprint-batch-scoring',
    'mla-blueprint-build-training-set',
    'mla-blueprint-model-quality',
    'mla-blueprint-monitoring',
    'mla-blueprint-release',
  ]);
});
