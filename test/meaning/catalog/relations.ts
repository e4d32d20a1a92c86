import { sandbox } from '../../../lib/config';
import { at, isProperties, list, type Properties, properties, type Value } from '../../gates/template';
import type { World } from '../alarm-entry';
import type { Deployed } from '../deployed';

/** What must hold between two deployed values. test/gates/allowed says in which range each may lie. */
export interface Relation {
  readonly name: string;
  /** What happens otherwise. */
  readonly why: string;
  /** Where it does not hold, with the numbers. */
  readonly broken: (world: World) => readonly string[];
}

const number = (value: Value | undefined): number => Number(value ?? Number.NaN);

/** `!(a <= b)` also finds what is no number. */
const unless = (holds: boolean, problem: string): readonly string[] => (holds ? [] : [problem]);

const canary = 'DeploymentConfig.BlueGreenUpdatePolicy';
const routing = `${canary}.TrafficRoutingConfiguration`;

const deployments = ({ stacks }: World): Deployed[] =>
  stacks.of('AWS::SageMaker::Endpoint').filter(({ properties: one }) => at(one, canary) !== undefined);

/** Seconds in which the old fleet still exists and the alarms decide. */
const baking = ({ properties: one }: Deployed): number =>
  number(
    at(one, `${routing}.Type`) === 'ALL_AT_ONCE'
      ? at(one, `${canary}.TerminationWaitInSeconds`)
      : at(one, `${routing}.WaitIntervalInSeconds`),
  );

interface Machine {
  readonly name: string;
  readonly seconds: number;
  readonly states: Readonly<Record<string, Properties>>;
}

const machines = ({ stacks }: World): Machine[] =>
  stacks.of('AWS::StepFunctions::StateMachine').map(({ name, properties: one }) => {
    const definition = JSON.parse(String(one.DefinitionString)) as Properties;
    return {
      name,
      seconds: number(definition.TimeoutSeconds),
      states: definition.States as Record<string, Properties>,
    };
  });

const tasks = (world: World) =>
  machines(world).flatMap((machine) =>
    Object.entries(machine.states)
      .filter(([, { Type }]) => Type === 'Task')
      .map(([state, task]) => ({
        machine,
        place: `${machine.name} ${state}`,
        task,
        seconds: number(task.TimeoutSeconds),
      })),
  );

/** The value of a name anywhere inside. */
const inside = (value: Value | undefined, name: string): Value | undefined => {
  if (Array.isArray(value)) return value.map((one) => inside(one, name)).find((one) => one !== undefined);
  if (!isProperties(value)) return undefined;
  return (
    value[name] ??
    Object.values(value)
      .map((one) => inside(one, name))
      .find((one) => one !== undefined)
  );
};

/** USD: docs/do/cost.md computes them from the price list. */
const cost = { idleMonth: 9.5, forgottenMonth: 190, forgottenDay: 5.5, usualDay: 0.5 };

export const relations: readonly Relation[] = [
  {
    name: 'a release bakes longer than its alarms need',
    why: 'an alarm that cannot fire while the release bakes rolls nothing back',
    broken: (world) =>
      deployments(world).flatMap((endpoint) => {
        const names = list(at(endpoint.properties, 'DeploymentConfig.AutoRollbackConfiguration.Alarms'));
        if (names.length === 0) return [`${endpoint.name} names no alarm`];
        return names.flatMap((one) => {
          const alarm = world.stacks
            .of('AWS::CloudWatch::Alarm')
            .find((candidate) => world.stacks.physicalName(candidate) === at(one, 'AlarmName'));
          // A minute's data come after the minute.
          const needs = number(alarm?.properties.Period) * (number(alarm?.properties.EvaluationPeriods) + 1);
          return unless(
            needs <= baking(endpoint),
            `${String(at(one, 'AlarmName'))} needs ${needs} s, ${endpoint.name} bakes ${baking(endpoint)} s`,
          );
        });
      }),
  },
  {
    name: 'a release has time for its steps',
    why: 'SageMaker ends and rolls back a release that takes longer than its maximum',
    broken: (world) =>
      deployments(world).flatMap(({ name, properties: one }) => {
        const most = number(at(one, `${canary}.MaximumExecutionTimeoutInSeconds`));
        const waits =
          number(at(one, `${routing}.WaitIntervalInSeconds`)) + number(at(one, `${canary}.TerminationWaitInSeconds`));
        // Twenty minutes for new instances.
        return unless(waits + 1_200 <= most, `${name} waits ${waits} s of at most ${most} s`);
      }),
  },
  {
    name: 'the release waits for SageMaker',
    why: 'it would roll back an update that is still running',
    broken: (world) =>
      machines(world)
        .filter(({ states }) => states.IsUpdated !== undefined)
        .flatMap(({ name, seconds, states }) => {
          const polls = (choice: string, wait: string) =>
            number(inside(states[choice], 'NumericGreaterThanEquals')) * number(states[wait]?.Seconds);
          const update = polls('IsUpdated', 'WaitForServing');
          const rollback = states.IsRolledBack === undefined ? 0 : polls('IsRolledBack', 'WaitForRollback');
          return [
            ...deployments(world).flatMap(({ properties: one }) => {
              const most = number(at(one, `${canary}.MaximumExecutionTimeoutInSeconds`));
              return unless(most <= update, `${name} waits ${update} s, SageMaker may take ${most} s`);
            }),
            ...unless(
              update + rollback <= seconds,
              `${name} may take ${seconds} s, an update and its rollback ${update + rollback} s`,
            ),
          ];
        }),
  },
  {
    name: 'a task ends before its state machine',
    why: 'an execution that times out as a whole notifies nobody and cleans nothing up',
    broken: (world) =>
      tasks(world).flatMap(({ place, machine, seconds }) => [
        ...unless(seconds < machine.seconds, `${place} may take ${seconds} s of ${machine.seconds} s`),
      ]),
  },
  {
    name: 'a task waits as long as what it starts',
    why: 'the caller would go on while the function or the job still works',
    broken: (world) =>
      tasks(world).flatMap(({ place, task, seconds }) => {
        const called = String(inside(task, 'FunctionName') ?? '');
        const one = world.stacks
          .of('AWS::Lambda::Function')
          .find((candidate) => world.stacks.arn(candidate) === called);
        const job = inside(task, 'MaxRuntimeInSeconds');
        return [
          ...(one === undefined
            ? []
            : unless(
                number(one.properties.Timeout) <= seconds,
                `${place} waits ${seconds} s, ${one.name} may take ${number(one.properties.Timeout)} s`,
              )),
          ...(job === undefined
            ? []
            : unless(number(job) < seconds, `${place} waits ${seconds} s, its job may take ${number(job)} s`)),
        ];
      }),
  },
  {
    name: 'retries are few, and end in time',
    why: 'without an end a failure is never noticed, and without a retry every throttled call is one',
    broken: (world) =>
      tasks(world).flatMap(({ place, machine, task }) =>
        list(task.Retry).flatMap((retry) => {
          const attempts = number(at(retry, 'MaxAttempts'));
          const [interval, rate] = [number(at(retry, 'IntervalSeconds')), number(at(retry, 'BackoffRate'))];
          const waits = Array.from({ length: Math.min(attempts, 100) }, (_, index) => interval * rate ** index);
          const sum = waits.reduce((total, one) => total + one, 0);
          return unless(
            attempts >= 1 && attempts <= 10 && interval >= 1 && rate >= 1 && sum <= machine.seconds / 4,
            `${place} tries ${attempts} times over ${sum} s of ${machine.seconds} s`,
          );
        }),
      ),
  },
  {
    name: 'scaling adds capacity before it is needed, and removes it slowly',
    why: 'at the limit of an instance requests queue; a lull of a minute would stop what the next minute needs',
    broken: ({ stacks }) => [
      ...stacks
        .of('AWS::ApplicationAutoScaling::ScalableTarget')
        .flatMap(({ name, properties: one }) =>
          unless(number(one.MinCapacity) < number(one.MaxCapacity), `${name} cannot scale`),
        ),
      ...stacks.of('AWS::ApplicationAutoScaling::ScalingPolicy').flatMap(({ name, properties: one }) => {
        const policy = properties(one.TargetTrackingScalingPolicyConfiguration);
        if (policy.TargetValue === undefined) return [];
        const target = number(policy.TargetValue);
        const measured = sandbox.serving.realTime.requestsPerSecond * 60;
        return [
          ...unless(
            number(policy.ScaleOutCooldown) <= number(policy.ScaleInCooldown),
            `${name} scales in faster than out`,
          ),
          ...(policy.PredefinedMetricSpecification === undefined
            ? unless(target >= 1 && target <= 100, `${name} lets ${target} requests wait for each instance`)
            : unless(
                target >= measured * 0.2 && target <= measured * 0.8,
                `${name} aims at ${target} requests a minute, of ${measured} that an instance was measured to serve`,
              )),
        ];
      }),
    ],
  },
  {
    name: 'the stream keeps records until somebody has repaired its consumer',
    why: 'records that nobody read are lost when they expire',
    broken: ({ stacks }) => {
      const stream = stacks.named('Features/DeparturesStream');
      if (stream === undefined) return [];
      const keeps = number(stream.properties.RetentionPeriodHours) * 3_600;
      const behind = stacks.named('Monitoring/StreamAlarmsConsumerBehind')?.properties;
      const noticed = number(behind?.Threshold) / 1_000 + number(behind?.Period) * number(behind?.EvaluationPeriods);
      return [
        ...unless(noticed <= keeps / 12, `noticed after ${noticed} s, kept for ${keeps} s`),
        ...stacks
          .of('AWS::Lambda::EventSourceMapping')
          .flatMap(({ name, properties: one }) =>
            unless(
              number(one.MaximumRecordAgeInSeconds) <= keeps / 2,
              `${name} retries for ${number(one.MaximumRecordAgeInSeconds)} s`,
            ),
          ),
      ];
    },
  },
  {
    name: 'an idle endpoint is reported before it is removed',
    why: 'nobody could object',
    broken: ({ stacks }) => {
      const removes = at(
        stacks.named('Monitoring/IdleEndpointWatchFunction')?.properties,
        'Environment.Variables.REMOVE_AFTER_HOURS',
      );
      const reports = number(stacks.named('Monitoring/IdleEndpointEndpointIdle')?.properties.Threshold);
      return removes === undefined
        ? []
        : unless(reports < number(removes), `reported after ${reports} h, removed after ${number(removes)} h`);
    },
  },
  {
    name: 'captures stay until outcomes have arrived',
    why: 'model quality would be measured on days without requests',
    broken: ({ stacks }) => {
      const rules = list(at(stacks.named('DataLake/CaptureBucket')?.properties, 'LifecycleConfiguration.Rules'));
      const days = sandbox.monitoring.modelQuality.lookBackDays;
      return rules
        .map((rule) => at(rule, 'ExpirationInDays'))
        .filter((value) => value !== undefined)
        .flatMap((value) =>
          unless(number(value) >= 2 * days, `expire after ${number(value)} days; a run looks ${days} days back`),
        );
    },
  },
  {
    name: 'the budget notices a forgotten endpoint, and no idle sandbox',
    why: 'the sum would come with the bill',
    broken: ({ stacks }) =>
      stacks.of('AWS::Budgets::Budget').flatMap(({ properties: one }) => {
        const amount = number(at(one, 'Budget.BudgetLimit.Amount'));
        const notifies = (type: string, spent: number) =>
          list(one.NotificationsWithSubscribers)
            .map((each) => properties(at(each, 'Notification')))
            .filter((each) => each.NotificationType === type && each.ComparisonOperator === 'GREATER_THAN')
            .some(
              (each) =>
                spent >
                (each.ThresholdType === 'PERCENTAGE'
                  ? (amount * number(each.Threshold)) / 100
                  : number(each.Threshold)),
            );
        return [
          ...unless(
            notifies('ACTUAL', cost.forgottenMonth / 3),
            `silent when ${cost.forgottenMonth / 3} USD are spent: the endpoint was forgotten for ten days`,
          ),
          ...unless(
            notifies('FORECASTED', cost.forgottenMonth),
            `silent when the forecast is ${cost.forgottenMonth} USD`,
          ),
          ...unless(!notifies('ACTUAL', cost.idleMonth), `notifies of ${cost.idleMonth} USD: an idle month`),
          ...unless(
            at(one, 'Budget.TimeUnit') === 'MONTHLY' && at(one, 'Budget.BudgetType') === 'COST',
            'is no monthly budget of costs',
          ),
        ];
      }),
  },
  {
    name: 'an anomaly of a forgotten endpoint is noticed on its first day',
    why: 'a budget notices it days later',
    broken: ({ stacks }) =>
      stacks.of('AWS::CE::AnomalySubscription').flatMap(({ properties: one }) => {
        const expression = properties((JSON.parse(String(one.ThresholdExpression)) as Properties).Dimensions);
        const [least] = list(expression.Values).map(number);
        const reads =
          expression.Key === 'ANOMALY_TOTAL_IMPACT_ABSOLUTE' &&
          list(expression.MatchOptions)[0] === 'GREATER_THAN_OR_EQUAL';
        return unless(
          reads && number(least) <= cost.forgottenDay && number(least) > cost.usualDay,
          `notifies from ${String(least)} USD on; a forgotten day costs ${cost.forgottenDay}, a usual one ${cost.usualDay}`,
        );
      }),
  },
];
