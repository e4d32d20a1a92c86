import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { CapacitySize, DeploymentConfig, VariantStatus } from '@aws-sdk/client-sagemaker';
import type { Activity } from '../activity';
import type { Engine } from '../engine';
import { RoleSession } from '../role-session';

/** Seconds between alarm checks during the baking period. */
const ALARM_SECONDS = 60;

/** The reason for a rollback. */
export class DeploymentFailure extends Error {}

/** How a deployment changes the endpoint. */
export interface DeploymentTarget {
  /** Sets the new fleet's share of the traffic, 0 to 1. */
  shift(share: number, stage: string): void;
  /** Sets the status of the new fleet's variants. */
  status(status: VariantStatus): void;
  readonly instances: number;
  /** Auto-rollback reads the alarms with the execution role. */
  readonly roleArn: string;
  readonly endpointArn: string;
  readonly stopped: AbortSignal;
}

/**
 * An update after the new fleet has started: moves traffic as the routing says, watching the alarms, until the old
 * fleet may end. Throws DeploymentFailure when it must be rolled back. Source: developer guide, "Blue/Green
 * Deployments", "Use rolling deployments" and "Auto-Rollback".
 */
export async function deploy(
  engine: Engine,
  config: DeploymentConfig | undefined,
  target: DeploymentTarget,
  activity: Activity,
): Promise<void> {
  const policy = config?.BlueGreenUpdatePolicy;
  const rolling = config?.RollingUpdatePolicy;
  const routing = policy?.TrafficRoutingConfiguration;
  const deadline =
    engine.platform.clock.now() + ((policy ?? rolling)?.MaximumExecutionTimeoutInSeconds ?? 14_400) * 1000;
  const alarms = (config?.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName ?? '');

  const bake = async (seconds: number): Promise<void> => {
    let left = seconds;
    target.status('Baking');
    do {
      const step = Math.min(left, ALARM_SECONDS);
      await activity.sleep(step * 1000, target.stopped);
      left -= step;
      const tripped = await alarmsInAlarm(engine, alarms, target);
      if (tripped.length > 0) {
        throw new DeploymentFailure(
          `One or more alarms were in ALARM state during the deployment: [${tripped.join(', ')}]. The endpoint was rolled back.`,
        );
      }
      if (engine.platform.clock.now() > deadline) {
        throw new DeploymentFailure(
          'The deployment exceeded MaximumExecutionTimeoutInSeconds. The endpoint was rolled back.',
        );
      }
    } while (left > 0);
  };

  const shift = (share: number, stage: string): void => {
    target.status('ActivatingTraffic');
    target.shift(share, stage);
  };

  if (rolling) {
    // The alarms are watched after every batch, the last one, too: when it has baked, the old fleet has no instance
    // left.
    for (const share of steps(rolling.MaximumBatchSize, target.instances)) {
      shift(share, share < 1 ? 'ROLLING' : 'FULL_SHIFT');
      await bake(rolling.WaitIntervalInSeconds ?? 0);
    }
    return;
  }
  const interval = routing?.WaitIntervalInSeconds ?? 0;
  for (const share of shares(routing?.Type, routing?.CanarySize, routing?.LinearStepSize, target.instances)) {
    shift(share, share < 1 ? (routing?.Type === 'LINEAR' ? 'LINEAR_SHIFT' : 'CANARY') : 'FULL_SHIFT');
    await bake(share < 1 ? interval : 0);
  }
  await bake(policy?.TerminationWaitInSeconds ?? 0);
}

/** The new fleet's share of the traffic, step by step. */
export function shares(
  type: string | undefined,
  canary: CapacitySize | undefined,
  step: CapacitySize | undefined,
  instances: number,
): number[] {
  if (type === 'CANARY') {
    return [portion(canary, instances), 1];
  }
  if (type === 'LINEAR') {
    return steps(step, instances);
  }
  return [1];
}

/**
 * The new fleet's share of the traffic during a rollback, step by step; only a rolling deployment rolls back in
 * batches.
 */
export function wayBack(config: DeploymentConfig | undefined, share: number, instances: number): number[] {
  const batch = config?.RollingUpdatePolicy?.RollbackMaximumBatchSize;
  if (batch === undefined) return [0];
  return [
    ...steps(batch, instances)
      .map((back) => share - back)
      .filter((left) => left > 0),
    0,
  ];
}

function steps(size: CapacitySize | undefined, instances: number): number[] {
  const part = portion(size, instances);
  return [...Array.from({ length: Math.ceil(1 / part - 1e-9) - 1 }, (_, index) => (index + 1) * part), 1];
}

function portion(size: CapacitySize | undefined, instances: number): number {
  const value = size?.Value ?? 100;
  const part = size?.Type === 'INSTANCE_COUNT' ? value / Math.max(instances, 1) : value / 100;
  return Math.min(Math.max(part, 0.01), 1);
}

async function alarmsInAlarm(engine: Engine, names: readonly string[], target: DeploymentTarget): Promise<string[]> {
  if (names.length === 0) {
    return [];
  }
  const session = await RoleSession.take(engine.platform, target.roleArn, target.endpointArn);
  const client = session.cloudwatch();
  try {
    const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
      new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    return [...MetricAlarms, ...CompositeAlarms]
      .filter(({ StateValue }) => StateValue === 'ALARM')
      .map(({ AlarmName }) => AlarmName ?? '');
  } catch (error) {
    throw new DeploymentFailure(
      `The alarms [${names.join(', ')}] could not be read with the role ${target.roleArn}: ${(error as Error).message}`,
    );
  } finally {
    client.destroy();
  }
}
