import { parseSchedule } from 'local-account/events/schedule-expression';

import type { Properties } from '../gates/template';
import { at, list } from '../gates/template';
import { day, type World } from './alarm-entry';
import type { Deployed } from './deployed';
import { type Emission, type Metric, type Phase, ticksOf } from './timeline';

export function resource({ stacks }: World, name: string): Deployed {
  const found = stacks.named(name);
  if (found === undefined) throw new Error(`${name} is not deployed`);
  return found;
}

/** A value of a metric each minute: so many times each value. */
export function traffic(metric: Metric, minutes: number, values: Readonly<Record<number, number>>): Phase {
  const emissions = Object.entries(values).map(([value, count]): Emission => ({ metric, value: Number(value), count }));
  return { minutes, emit: () => emissions };
}

/** One value every so many minutes. */
export function gauge(metric: Metric, minutes: number, value: number, every = 1): Phase {
  return { minutes, every, emit: () => [{ metric, value }] };
}

/**
 * Requests of an endpoint ("Monitor Amazon SageMaker AI with Amazon CloudWatch"): a value for each request, latencies in
 * microseconds.
 */
export function requestMetric(world: World, name: string, variant = 'live'): Metric {
  return {
    namespace: 'AWS/SageMaker',
    name,
    dimensions: { EndpointName: endpointName(world), VariantName: variant },
  };
}

/** Of an endpoint's instances: another namespace, and 100 % for each vCPU. */
export function instanceMetric(world: World, name: string): Metric {
  return { ...requestMetric(world, name), namespace: '/aws/sagemaker/Endpoints' };
}

/** Of an asynchronous endpoint's queue: without a variant. */
export function backlogMetric(world: World, name: string): Metric {
  return { namespace: 'AWS/SageMaker', name, dimensions: { EndpointName: endpointName(world) } };
}

export function endpointName(world: World): string {
  return world.stacks.physicalName(resource(world, 'Serving/LiveEndpoint'));
}

export function executions(world: World, stateMachine: string, name: string): Metric {
  return {
    namespace: 'AWS/States',
    name,
    dimensions: { StateMachineArn: world.stacks.arn(resource(world, stateMachine)) },
  };
}

export function queueDepth(world: World, queue: string): Metric {
  return {
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: world.stacks.physicalName(resource(world, queue)) },
  };
}

export function functionMetric(world: World, name: string, functionName: string): Metric {
  return {
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: world.stacks.physicalName(resource(world, functionName)) },
  };
}

export function environmentOf(world: World, functionName: string): Properties {
  return (at(resource(world, functionName).properties, 'Environment.Variables') ?? {}) as Properties;
}

/** A metric of lambda/publish-drift-metrics or lambda/publish-model-quality, as the deployed function is configured. */
export function monitorMetric(world: World, publisher: string, name: string, schedule?: string): Metric {
  const environment = environmentOf(world, publisher);
  return {
    // publish-model-quality takes the namespace from the analyzer's file, which names the workflow's own.
    namespace: String(environment.WORKFLOW_NAMESPACE ?? 'MlaBlueprint/Monitoring'),
    name,
    dimensions: {
      Endpoint: String(environment.ENDPOINT_NAME),
      MonitoringSchedule: schedule ?? String(environment.SCHEDULE_NAME),
    },
  };
}

/** What happens at each run of a deployed schedule, `delay` minutes later. A phase that begins at midnight. */
export function onSchedule(
  world: World,
  rule: string,
  {
    minutes,
    delay = () => 0,
    emit,
  }: {
    minutes: number;
    delay?: (run: number) => number;
    emit: (run: number) => readonly Emission[];
  },
): Phase {
  const { ScheduleExpression } = resource(world, rule).properties;
  const ticks = ticksOf(parseSchedule(String(ScheduleExpression)), Math.ceil(minutes / day));
  const runs = new Map(ticks.map((tick, run) => [tick + delay(run), run]));
  return {
    minutes,
    emit: (tick) => {
      const run = runs.get(tick);
      return run === undefined ? [] : emit(run);
    },
  };
}

/** The log group that the audit trail writes to; nothing when it writes to none. */
export function auditLogs({ stacks }: World): string {
  const [trail] = stacks.of('AWS::CloudTrail::Trail');
  const group = stacks
    .of('AWS::Logs::LogGroup')
    .find((one) => stacks.arn(one) === trail?.properties.CloudWatchLogsLogGroupArn);
  return group === undefined || trail?.properties.IsLogging !== true ? 'none' : stacks.physicalName(group);
}

/** Instance type of the endpoint. */
export function instanceType(world: World): string {
  const variants = list(resource(world, 'Serving/LiveEndpointConfig').properties.ProductionVariants);
  return String(at(variants[0], 'InstanceType'));
}
