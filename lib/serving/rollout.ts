import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sagemaker from 'aws-cdk-lib/aws-sagemaker';

import type { Rollout, WorkflowConfiguration } from '../config';

/** Both limits: API reference, "TrafficRoutingConfig" and "RollingUpdatePolicy". */
const longestBakingMinutes = 60;
const longestDeploymentSeconds = 28_800;
/** Starting and ending fleets, on top of all waiting. */
const fleetSeconds = 3_600;

type Release = Pick<WorkflowConfiguration['release'], 'rollout' | 'bakingMinutes'>;

/** Minutes that an update waits and watches its alarms, all steps together. */
export function watchedMinutes({ rollout, bakingMinutes }: Release): number {
  switch (rollout.kind) {
    case 'canary':
    case 'all-at-once':
      return bakingMinutes;
    case 'linear':
      return (Math.ceil(100 / rollout.stepPercent) - 1) * bakingMinutes;
    case 'rolling':
      return Math.ceil(100 / rollout.batchPercent) * bakingMinutes;
  }
}

/**
 * How the new fleet takes over, and what stops it (DEPLOY-06, DEPLOYCHK-07). Canary and linear pay for two whole fleets
 * while they bake; rolling pays for one more batch, but has fewer old instances left to go back to; all at once shows a
 * bad model to everybody, and goes back quickly.
 */
export function deploymentConfig(
  release: Release,
  alarms: readonly cloudwatch.IAlarm[],
): sagemaker.CfnEndpoint.DeploymentConfigProperty {
  check(release);
  const { rollout } = release;
  const waitIntervalInSeconds = release.bakingMinutes * 60;
  const maximumExecutionTimeoutInSeconds = watchedMinutes(release) * 60 + fleetSeconds;
  const autoRollbackConfiguration = { alarms: alarms.map(({ alarmName }) => ({ alarmName })) };
  if (rollout.kind === 'rolling') {
    return {
      rollingUpdatePolicy: {
        maximumBatchSize: percent(rollout.batchPercent),
        waitIntervalInSeconds,
        // Absent, the whole old fleet is started at once for the way back: quick, and as dear as blue/green.
        ...(rollout.rollbackBatchPercent === undefined
          ? {}
          : { rollbackMaximumBatchSize: percent(rollout.rollbackBatchPercent) }),
        maximumExecutionTimeoutInSeconds,
      },
      autoRollbackConfiguration,
    };
  }
  return {
    blueGreenUpdatePolicy: {
      trafficRoutingConfiguration: routing(rollout, waitIntervalInSeconds),
      // The old fleet stays a little after the shift: going back is then a switch, not a start of instances. All at
      // once has no other time to watch the new fleet in: there it is the baking.
      terminationWaitInSeconds: rollout.kind === 'all-at-once' ? waitIntervalInSeconds : 300,
      maximumExecutionTimeoutInSeconds,
    },
    autoRollbackConfiguration,
  };
}

function routing(
  rollout: Exclude<Rollout, { kind: 'rolling' }>,
  waitIntervalInSeconds: number,
): sagemaker.CfnEndpoint.TrafficRoutingConfigProperty {
  switch (rollout.kind) {
    case 'canary':
      return { type: 'CANARY', canarySize: percent(rollout.canaryPercent), waitIntervalInSeconds };
    case 'linear':
      return { type: 'LINEAR', linearStepSize: percent(rollout.stepPercent), waitIntervalInSeconds };
    case 'all-at-once':
      // There is nothing to wait between; the API wants the field all the same.
      return { type: 'ALL_AT_ONCE', waitIntervalInSeconds: 0 };
  }
}

function percent(value: number): sagemaker.CfnEndpoint.CapacitySizeProperty {
  return { type: 'CAPACITY_PERCENT', value };
}

/** At synthesis, not an hour into a release: SageMaker looks at these only when the first endpoint is made. */
function check(release: Release): void {
  const { rollout } = release;
  within('release.bakingMinutes', release.bakingMinutes, 1, longestBakingMinutes);
  if (rollout.kind === 'canary') within('release.rollout.canaryPercent', rollout.canaryPercent, 1, 50);
  if (rollout.kind === 'linear') within('release.rollout.stepPercent', rollout.stepPercent, 10, 50);
  if (rollout.kind === 'rolling') {
    within('release.rollout.batchPercent', rollout.batchPercent, 5, 50);
    if (rollout.rollbackBatchPercent !== undefined)
      within('release.rollout.rollbackBatchPercent', rollout.rollbackBatchPercent, 5, 100);
  }
  if (watchedMinutes(release) * 60 + fleetSeconds > longestDeploymentSeconds) {
    throw new Error(
      `lib/config.ts: release takes ${watchedMinutes(release)} minutes of baking; SageMaker ends a deployment after ${longestDeploymentSeconds / 60} minutes, ` +
        `${fleetSeconds / 60} of which fleets need to start and end. Take larger steps or bake for a shorter time.`,
    );
  }
}

function within(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw new Error(`lib/config.ts: ${name} is ${value}; SageMaker takes a whole number from ${minimum} to ${maximum}.`);
}
