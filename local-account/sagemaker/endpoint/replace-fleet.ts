import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import type { Activity } from '../activity';
import { now } from '../engine';
import { messageOf } from '../errors';
import type { EndpointConfig } from '../registry/endpoint-configs';
import { servingKind } from '../registry/serving-kind';
import { deploy, wayBack } from './deployment';
import type { Endpoint, EndpointParts } from './endpoint';
import { changed, deploymentChanged } from './endpoint-events';
import { Fleet, type VariantSizes } from './fleet';

/** What an update sets in addition to its configuration. */
export interface Replacement {
  readonly keep?: VariantSizes;
  readonly captureConfig: Endpoint['captureConfig'];
  readonly deployment?: DeploymentConfig;
}

/** Starts the new fleet, shifts traffic to it, and ends the old one; a failure rolls back to the old one. */
export async function replaceFleet(
  { engine, models }: EndpointParts,
  endpoint: Endpoint,
  blue: Fleet,
  config: EndpointConfig,
  options: Replacement,
  activity: Activity,
): Promise<void> {
  let green: Fleet | undefined;
  try {
    green = await Fleet.start(engine, endpoint.name, config, models, options.keep);
    const entry = { fleet: green, share: 0, rolling: options.deployment?.RollingUpdatePolicy !== undefined };
    endpoint.green = entry;
    await deploy(
      engine,
      // "Deployment guardrails only apply to Asynchronous inference and Real-time inference endpoint types."
      servingKind(config.request) === 'serverless' ? undefined : options.deployment,
      {
        shift: (share, stage) => {
          entry.share = share;
          endpoint.queue?.work();
          deploymentChanged(engine, endpoint, stage, blue.config, config);
        },
        status: (status) => {
          if (endpoint.pending && endpoint.pending.status !== status)
            Object.assign(endpoint.pending, { status, statusSince: now(engine) });
        },
        instances: count(green),
        roleArn: green.variants[0].model.roleArn,
        endpointArn: endpoint.arn,
        stopped: AbortSignal.any([endpoint.deleted.signal, engine.stopping]),
      },
      activity,
    );
    endpoint.fleet = green;
    endpoint.config = config;
    endpoint.captureConfig = options.captureConfig;
    endpoint.lastDeployment = options.deployment;
    endpoint.green = undefined;
    endpoint.pending = undefined;
    endpoint.status = 'InService';
    deploymentChanged(engine, endpoint, 'COMPLETED', blue.config, config);
    await blue.stop();
  } catch (error) {
    // Stopped from outside: the code that stops it ends both fleets.
    if (!endpoint.deleted.signal.aborted && !engine.stopping.aborted) {
      endpoint.status = 'RollingBack';
      changed(engine, endpoint);
      const { green: entry } = endpoint;
      const back = entry ? wayBack(options.deployment, entry.share, count(entry.fleet)) : [0];
      for (const share of back) {
        if (entry) entry.share = share;
        deploymentChanged(engine, endpoint, 'ROLLBACK', blue.config, config);
      }
      endpoint.green = undefined;
      endpoint.pending = undefined;
      await green?.stop();
      endpoint.failureReason = messageOf(error).slice(0, 1024);
      endpoint.status = 'InService';
      engine.platform.record({ kind: 'rollback', summary: `endpoint ${endpoint.name}: ${endpoint.failureReason}` });
    }
  }
  if (!endpoint.deleted.signal.aborted) {
    changed(engine, endpoint);
  }
}

function count(fleet: Fleet): number {
  return fleet.variants.reduce((sum, { instances }) => sum + instances, 0);
}
