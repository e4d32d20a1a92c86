import type { StackParameter } from '../assembly/parameters';
import type { DeletionPolicy, Template } from '../assembly/template';
import type { Credentials, Principal } from '../platform';
import type { Properties } from './provisioner';

/** One resource that a stack has. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly attributes: Properties;
  /** Resolved. */
  readonly properties: Properties;
  readonly dependencies: ReadonlySet<string>;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
}

export interface ResourceStatus {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly reason?: string;
  readonly at: number;
}

export interface StackEvent extends ResourceStatus {
  readonly eventId: string;
  readonly token?: string;
  readonly properties?: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** What a stack is made of; replaced as a whole when an update succeeds. */
export interface StackDesign {
  readonly text: string;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, StackParameter>;
  readonly tags: readonly StackTag[];
}

/** Of a stack whose first change set was not executed yet. */
export const EMPTY_DESIGN: StackDesign = {
  text: '',
  template: {
    parameters: {},
    mappings: {},
    conditions: {},
    rules: {},
    resources: {},
    outputs: {},
    languageExtensions: false,
  },
  parameters: new Map(),
  tags: [],
};

export interface StackTag {
  readonly Key: string;
  readonly Value: string;
}

export interface UnfinishedRollback {
  /** The stack as it was, by logical id. */
  readonly before: ReadonlyMap<string, StackResource>;
  /** Made by the update, to be deleted. */
  readonly created: readonly StackResource[];
  /** Resources whose update in place was begun. */
  readonly touched: ReadonlySet<string>;
  readonly failed: readonly string[];
}

/** An operation that failed and was left as it is, because its rollback was disabled. */
export interface PausedOperation {
  /** The last stable state. Undefined: the stack never had one. */
  readonly stable: { readonly design: StackDesign; readonly resources: ReadonlyMap<string, StackResource> } | undefined;
  /** Made since then. */
  readonly created: readonly StackResource[];
  /** Resources whose update in place was begun since then. */
  readonly touched: ReadonlySet<string>;
  /** OnFailure DO_NOTHING, which allows no further update. */
  readonly final: boolean;
}

/** What happens when an operation fails. */
export interface FailureHandling {
  readonly onFailure: 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';
  /** RetainExceptOnCreate: a rollback deletes what the operation made, also where its deletion policy is Retain. */
  readonly deleteCreated: boolean;
  /** OnFailure DO_NOTHING: what failed can only be deleted or rolled back. */
  readonly final: boolean;
}

export const ROLL_BACK: FailureHandling = { onFailure: 'ROLLBACK', deleteCreated: false, final: false };

export interface Difference {
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: 'NOT_EQUAL' | 'REMOVE';
}

export interface ResourceDrift {
  readonly resource: StackResource;
  readonly status: 'IN_SYNC' | 'MODIFIED' | 'DELETED' | 'UNKNOWN';
  readonly expected: Properties;
  readonly actual: Properties | undefined;
  readonly differences: readonly Difference[];
  readonly at: number;
}

export type StackDriftStatus = 'DRIFTED' | 'IN_SYNC' | 'UNKNOWN';

/** A stack of the account: what it has and what happened to it. */
export class Stack {
  readonly resources = new Map<string, StackResource>();
  readonly statuses = new Map<string, ResourceStatus>();
  /** What the last detection found, by logical id. */
  readonly drifts = new Map<string, ResourceDrift>();
  driftCheck: { readonly status: StackDriftStatus; readonly at: number } | undefined;
  /** Oldest first. */
  readonly events: StackEvent[] = [];
  outputs: readonly StackOutput[] = [];
  /** Names of other stacks' exports that this one uses. */
  imports: ReadonlySet<string> = new Set();
  status = 'REVIEW_IN_PROGRESS';
  /** EnableTerminationProtection. */
  protected = false;
  statusReason: string | undefined;
  /** Kept for later operations that name no role, as CloudFormation does. */
  roleArn: string | undefined;
  /** Of an update whose rollback failed: what is left to do when it is continued. */
  unfinishedRollback: UnfinishedRollback | undefined;
  /** Of an operation whose rollback was disabled. */
  paused: PausedOperation | undefined;
  /** As the last operation asked. */
  disableRollback = false;
  /** During an update: the resources as they were before it. */
  before: ReadonlyMap<string, StackResource> | undefined;
  updatedAt: number | undefined;
  deletedAt: number | undefined;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly createdAt: number,
    public design: StackDesign,
  ) {}

  get busy(): boolean {
    return this.status.endsWith('_IN_PROGRESS');
  }

  /** The operation that the stack waits after; undefined in any other state. */
  get leftFailed(): PausedOperation | undefined {
    return this.status === 'CREATE_FAILED' || this.status === 'UPDATE_FAILED' ? this.paused : undefined;
  }

  get deleted(): boolean {
    return this.status === 'DELETE_COMPLETE';
  }
}

/** In whose name an operation runs. */
export interface Actor {
  readonly credentials: Credentials;
  readonly principal: Principal;
  readonly roleArn?: string;
  readonly token?: string;
}
