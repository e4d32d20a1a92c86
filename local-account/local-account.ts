import { availableParallelism } from 'node:os';
import { VirtualClock } from './events/clock';
import type { EventServices } from './events/start-events';
import { Moto } from './gateway/moto';
import type { PlatformHost } from './gateway/platform-host';
import type { ImageStandIn } from './images/image';
import type { Credentials, Platform } from './platform';
import { PreparedInterpreter } from './python/prepared-interpreter';
import type { SageMaker } from './sagemaker/service';
import { isSnapshot, readManifest } from './snapshot/folder';

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
  /**
   * Decisions, distinct calls and entries of the event log that are kept, of each so many, so that an account that is up
   * for long does not grow. @default all that a run makes: its report and the proof of its policies need them
   */
  readonly remembered?: number;
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

/**
 * Starts an account. Its store, and the interpreter that a saved account's endpoints need at once, are programs of their
 * own: they load their libraries while this process loads the rest of the account.
 */
export async function startLocalAccount(options: LocalAccountOptions): Promise<LocalAccount> {
  const { python, containerPython, state } = options;
  const folder = options.snapshot ?? (state !== undefined && isSnapshot(state) ? state : undefined);
  const saved = folder === undefined ? undefined : { folder, manifest: readManifest(folder) };
  const region = saved?.manifest.region ?? options.region ?? 'eu-central-1';
  // Nothing happens before everything is restored.
  const clock =
    saved === undefined ? new VirtualClock(nextMorning(Date.now())) : VirtualClock.pausedAt(saved.manifest.now);
  const store = Moto.start({ python, region, now: () => clock.now() });
  // It may fail before anybody waits for it.
  store.catch(() => undefined);
  const interpreter = saved && new PreparedInterpreter(containerPython, availableParallelism());
  const { startAccount } = await import('./start-account');
  return startAccount(options, { store, clock, region, saved, interpreter });
}
