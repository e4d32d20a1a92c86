import { readAssembly } from './assembly/cloud-assembly';
import { type DeployProgress, deploy, destroy } from './cloudformation/deploy';
import { startCloudFormation } from './cloudformation/start';
import { startCloudTrail } from './cloudtrail/service';
import { VirtualClock } from './events/clock';
import { type EventServices, startEvents } from './events/start-events';
import { type PlatformHost, startPlatform } from './gateway/platform-host';
import { requireKnown } from './iam/require-known';
import type { ImageStandIn } from './images/image';
import { Networks } from './networks';
import type { Credentials, Platform } from './platform';
import { createSageMaker, type SageMaker } from './sagemaker/service';
import { serviceQuotas } from './service-quotas';

export interface LocalAccountOptions {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  /** Resolves when the assembly is written. @default it is already there */
  readonly synthesized?: Promise<void>;
  /** Work folder, for this account only. */
  readonly folder: string;
  /** Absolute path of the Python interpreter of the hash-locked environment. */
  readonly python: string;
  /** That of the environment with the images' libraries. */
  readonly containerPython: string;
  /** Stand-ins for container images whose code is closed, or your own. @default none */
  readonly images?: readonly ImageStandIn[];
  /** @default eu-central-1; any region whose image registries the stacks know */
  readonly region?: string;
  /** @default one that the system chooses */
  readonly preferredPort?: number;
}

/** An account on this computer, empty until something is deployed. */
export interface LocalAccount {
  readonly platform: Platform;
  readonly host: PlatformHost;
  readonly events: EventServices;
  readonly sagemaker: SageMaker;
  readonly clock: VirtualClock;
  readonly assembly: string;
  readonly folder: string;
  /** For AWS SDK clients: `new S3Client({ ...account.client, forcePathStyle: true })`, as the administrator. */
  readonly client: { readonly endpoint: string; readonly region: string; readonly credentials: Credentials };
  /** `cdk bootstrap` and `cdk deploy --all`. */
  deploy(progress: (line: string) => void): Promise<void>;
  /** `cdk destroy --all`. @param beforeDeletion runs before each stack is deleted */
  destroy(progress: (line: string) => void, beforeDeletion?: (stackName: string) => Promise<void>): Promise<void>;
  /** Physical id -> Stack/LogicalId of every resource that stacks ever had. */
  resourceNames(): ReadonlyMap<string, string>;
  /** Resolves when all work that events started has ended. */
  settled(): Promise<void>;
  /** Ends every process of the local account. */
  stop(): Promise<void>;
}

/**
 * Every local account starts at 08:00 UTC, so that daily schedules fall at the same point of each run. The next
 * morning, not the last one: virtual time never runs behind real time.
 */
function nextMorning(now: number): number {
  const morning = new Date(now).setUTCHours(8, 0, 0, 0);
  return morning >= now ? morning : morning + 24 * 60 * 60_000;
}

export async function startLocalAccount(options: LocalAccountOptions): Promise<LocalAccount> {
  const clock = new VirtualClock(nextMorning(Date.now()));
  const { folder, python, containerPython, region = 'eu-central-1', preferredPort } = options;
  const host = await startPlatform({ folder, python, containerPython, region, clock, preferredPort });
  const { platform } = host;
  // What was started is stopped in reverse, each part once, even when a later part does not start.
  const stops: (() => Promise<void> | void)[] = [() => host.stop()];
  const stop = async () => {
    clock.stop();
    // The stopped clock wakes no sleeper, so no part may delay the end for long.
    for (const one of stops.splice(0).reverse()) await Promise.race([one(), patience()]);
  };
  try {
    await options.synthesized;
    const assembly = readAssembly(options.assembly);
    const networks = new Networks();
    const formation = await startCloudFormation(platform, host.policies, networks);
    stops.push(() => formation.close());
    host.registerService(formation.service);
    const events = startEvents(host, formation.functionEnvironment);
    stops.push(() => events.stop());
    const trail = startCloudTrail(host);
    stops.push(() => trail.stop());
    const sagemaker = createSageMaker(platform, {
      images: options.images,
      networks,
      putResourcePolicy: (arn: string, document: unknown) => host.policies.putResourcePolicy(arn, document),
    });
    stops.push(() => sagemaker.stop());
    host.registerService(serviceQuotas(platform));
    host.registerService(sagemaker.control);
    host.registerService(sagemaker.runtime);
    return {
      platform,
      host,
      events,
      sagemaker,
      clock,
      assembly: options.assembly,
      folder: platform.folder,
      client: { endpoint: platform.endpoint, region, credentials: platform.administrator },
      async deploy(progress) {
        await deploy(assembly, platform, { progress: lines(progress) });
        // A statement with an unknown name never matches: a Deny would have no effect, without any error.
        await requireKnown(host.policies.records(), formation.service.resourceNames());
      },
      async destroy(progress, beforeDeletion) {
        await destroy(assembly, platform, { progress: lines(progress), beforeDeletion });
      },
      resourceNames: () => formation.service.resourceNames(),
      async settled() {
        await clock.advance(1000);
        await host.settled();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5000).unref());
}

/** One line for each change, not for each poll. */
function lines(progress: (line: string) => void): (event: DeployProgress) => void {
  let last = '';
  return (event) => {
    if (event.phase === 'assets' && event.done < event.total) return;
    const line = event.phase === 'assets' ? `${event.total} assets published` : `${event.stack}: ${event.status}`;
    if (line !== last) progress(line);
    last = line;
  };
}
