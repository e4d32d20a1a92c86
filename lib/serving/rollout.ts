import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sagemaker from 'aws-cdk-lib/aws-sagemaker';

import type { Rollout, WorkflowConfiguration } from '../config';

/**
 * Limits of SageMaker.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html
 */
const longestBakingMinutes = 60;
const longestDeploymentSeconds = 28_800;
/** Time to start and end fleets, in addition to baking. */
const fleetSeconds = 3_600;

type Release = Pick<WorkflowConfiguration['release'], 'rollout' | 'bakingMinutes'>;

/** Baking minutes of a whole update: SageMaker waits and watches the rollback alarms. */
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
 * How traffic shifts to the new fleet, and which alarms roll it back (DEPLOY-06: safe rollout; DEPLOYCHK-07: a new
 * model that performs poorly). Canary and linear run two whole fleets while they bake. Rolling runs one batch more, but
 * keeps fewer old instances for a rollback. All at once shows a bad model to every caller, and rolls back quickly.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
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
        // By default, a rollback starts the whole old fleet at once: quick, and as expensive as blue/green.
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
      // The old fleet stays for a while after the shift, so a rollback only shifts traffic and starts no instance. All
      // at once has no steps to wait between: its baking time is here.
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
      // There are no steps to wait between, but the API requires the field.
      return { type: 'ALL_AT_ONCE', waitIntervalInSeconds: 0 };
  }
}

function percent(value: number): sagemaker.CfnEndpoint.CapacitySizeProperty {
  return { type: 'CAPACITY_PERCENT', value };
}

/** Fails at synthesis. SageMaker checks these values only when a release creates the endpoint. */
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
      `lib/config.ts: release takes ${watchedMinutes(release)} minutes of baking. SageMaker ends a deployment after ${longestDeploymentSeconds / 60} minutes, ` +
        `and starting and ending the fleets needs ${fleetSeconds / 60} of them. Choose larger steps or a shorter baking time.`,
    );
  }
}

function within(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw new Error(
    `lib/config.ts: ${name} is ${value}; SageMaker accepts a whole number from ${minimum} to ${maximum}.`,
  );
}
