import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readAssembly } from './assembly/cloud-assembly';
import { writeEmptyAssembly } from './assembly/empty-assembly';
import { type DeployProgress, deploy, destroy } from './cloudformation/deploy';
import { startCloudFormation } from './cloudformation/start';
import { startCloudTrail } from './cloudtrail/service';
import { VirtualClock } from './events/clock';
import { type EventServices, startEvents } from './events/start-events';
import { type PlatformHost, startPlatform } from './gateway/platform-host';
import type { CredentialState } from './iam/credentials';
import { requireKnown } from './iam/require-known';
import type { ImageStandIn } from './images/image';
import { Networks } from './networks';
import type { Credentials, Platform } from './platform';
import { PreparedInterpreter } from './python/prepared-interpreter';
import { createSageMaker, type SageMaker } from './sagemaker/service';
import { serviceQuotas } from './service-quotas';
import { Checkpoints } from './snapshot/checkpoints';
import { checkSnapshot, isSnapshot, type Manifest, restoreSnapshot, writeSnapshot } from './snapshot/folder';
import type { Snapshot } from './snapshot/snapshot';
import { reads } from './snapshot/unsaved';

export interface LocalAccountOptions {
  /** Folder of the cloud assembly that `deploy` deploys. @default one without stacks, in the work folder */
  readonly assembly?: string;
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
  /** Folder of a saved account, with whose state this one starts. Its region counts. @default an empty account */
  readonly snapshot?: string;
  /**
   * Folder in which the account keeps its state while it is up, so that it survives the end of this process, however it
   * ends. Without `snapshot`, it starts with the state that is there. @default nothing is kept
   */
  readonly state?: string;
  /** Hears why the state could not be written to `state`. @default nobody */
  readonly notKept?: (error: Error) => void;
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
  /**
   * Writes the whole state of the account into a new folder, or replaces the one that is there. Throws, and writes
   * nothing, where something of the account cannot be saved.
   */
  save(folder: string): Promise<void>;
  /** Writes the state that the account keeps, at once: a kill takes nothing of it away. Nothing without such a folder. */
  keepState(): Promise<void>;
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
  const { folder, python, containerPython, preferredPort, state } = options;
  const snapshot = options.snapshot ?? (state !== undefined && isSnapshot(state) ? state : undefined);
  let known: Promise<Manifest['versions']> | undefined;
  const versions = () => (known ??= versionsOf(python));
  const saved = snapshot === undefined ? undefined : await checkSnapshot(snapshot, await versions());
  if (saved !== undefined && options.region !== undefined && options.region !== saved.region)
    throw new Error(`The snapshot is of an account in ${saved.region}, not in ${options.region}.`);
  const region = saved?.region ?? options.region ?? 'eu-central-1';
  // Nothing happens before everything is restored.
  const clock = saved === undefined ? new VirtualClock(nextMorning(Date.now())) : VirtualClock.pausedAt(saved.now);
  const credentials = snapshot === undefined ? undefined : readCredentials(snapshot);
  // The endpoints of a saved account need it at once: it loads its libraries beside the store.
  const interpreter = saved && new PreparedInterpreter(containerPython, availableParallelism());
  const host = await startPlatform({
    folder,
    python,
    containerPython,
    region,
    clock,
    preferredPort,
    credentials,
  }).catch(async (error: unknown) => {
    await interpreter?.stop();
    throw error;
  });
  const { platform } = host;
  // What was started is stopped in reverse, each part once, even when a later part does not start.
  const stops: (() => Promise<void> | void)[] = [() => host.stop(), () => interpreter?.stop()];
  let checkpoints: Checkpoints | undefined;
  const stop = async () => {
    // First: what is at work is not stopped by anybody; it will have been interrupted.
    await checkpoints?.end().catch((error: Error) => options.notKept?.(error));
    checkpoints = undefined;
    clock.stop();
    // The stopped clock wakes no sleeper, so no part may delay the end for long.
    for (const one of stops.splice(0).reverse()) await Promise.race([one(), patience()]);
  };
  try {
    await options.synthesized;
    const assemblyFolder = options.assembly ?? writeEmptyAssembly(join(platform.folder, 'cdk.out'));
    const assembly = readAssembly(assemblyFolder);
    const networks = new Networks();
    const formation = await startCloudFormation(platform, host.policies, networks);
    stops.push(() => formation.close());
    host.registerService(formation.service);
    host.registerService(formation.cloudControl);
    const events = startEvents(host, formation.functionEnvironment);
    stops.push(() => events.stop());
    const trail = startCloudTrail(host);
    stops.push(() => trail.stop());
    const sagemaker = createSageMaker(platform, {
      images: options.images,
      networks,
      interpreter,
      putResourcePolicy: (arn: string, document: unknown) => host.policies.putResourcePolicy(arn, document),
    });
    stops.push(() => sagemaker.stop());
    host.registerService(serviceQuotas(platform));
    host.registerService(sagemaker.control);
    host.registerService(sagemaker.runtime);
    host.registerService(sagemaker.featureStoreRuntime);
    const snapshots = [...host.snapshots, ...events.snapshots, trail.history.snapshot];
    if (snapshot !== undefined && saved !== undefined) {
      await restoreSnapshot(snapshot, snapshots, saved);
      for (const part of snapshots) await part.resume?.();
      if (!saved.paused) clock.resume();
    }
    const saveTo = async (target: string) => save(target, { host, clock, snapshots, versions: await versions() });
    if (state !== undefined) {
      const kept = new Checkpoints(
        () => saveTo(state),
        (error) => options.notKept?.(error),
      );
      checkpoints = kept;
      host.onAnswered(({ operation }) => {
        if (!reads.test(operation)) kept.changed();
      });
      host.onRecord(() => kept.changed());
      kept.changed();
    }
    return {
      platform,
      host,
      events,
      sagemaker,
      clock,
      assembly: assemblyFolder,
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
      save: saveTo,
      keepState: async () => checkpoints?.now(),
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

interface Saved {
  readonly host: PlatformHost;
  readonly clock: VirtualClock;
  readonly snapshots: readonly Snapshot[];
  readonly versions: Manifest['versions'];
}

async function save(folder: string, { host, clock, snapshots, versions }: Saved): Promise<void> {
  const held = await Promise.all(snapshots.flatMap((part) => part.hold?.() ?? []));
  try {
    await host.alone(async () => {
      const unsaved = host.unsaved();
      if (unsaved.length > 0)
        throw new Error(
          `Not supported by the local account: saving an account with changes in ${unsaved.join(', ')}. Nothing was saved.`,
        );
      await host.settled();
      const { region } = host.platform;
      await writeSnapshot(folder, snapshots, { versions, region, now: clock.now(), paused: clock.paused });
    });
  } finally {
    for (const release of held) release();
  }
}

/** Of what reads and writes the store's state. */
async function versionsOf(python: string): Promise<Manifest['versions']> {
  const program =
    'import json, platform; from importlib.metadata import version; print(json.dumps({"moto": version("moto"), "Python": platform.python_version()}))';
  const { stdout } = await promisify(execFile)(python, ['-c', program]);
  return JSON.parse(stdout) as Manifest['versions'];
}

function readCredentials(folder: string): CredentialState {
  return JSON.parse(readFileSync(join(folder, 'credentials'), 'utf8')) as CredentialState;
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
