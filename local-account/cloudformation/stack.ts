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

/** A stack of the account: what it has and what happened to it. */
export class Stack {
  readonly resources = new Map<string, StackResource>();
  readonly statuses = new Map<string, ResourceStatus>();
  /** Oldest first. */
  readonly events: StackEvent[] = [];
  outputs: readonly StackOutput[] = [];
  /** Names of other stacks' exports that this one uses. */
  imports: ReadonlySet<string> = new Set();
  status = 'REVIEW_IN_PROGRESS';
  statusReason: string | undefined;
  /** Kept for later operations that name no role, as CloudFormation does. */
  roleArn: string | undefined;
  /** Of an update whose rollback failed: what is left to do when it is continued. */
  unfinishedRollback: UnfinishedRollback | undefined;
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
