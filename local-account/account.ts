import type { VirtualClock } from './events/clock';
import type { EventServices } from './events/start-events';
import type { PlatformHost } from './gateway/platform-host';
import type { ImageStandIn } from './images/image';
import type { Marks } from './marks';
import type { Credentials, Platform } from './platform';
import type { SageMaker } from './sagemaker/service';

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
  /** What its owner has marked. */
  readonly marks: Marks;
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
