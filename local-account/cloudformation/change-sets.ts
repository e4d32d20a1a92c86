import { randomUUID } from 'node:crypto';
import { AwsError, type Platform, type ServiceCall } from '../platform';
import { type ChangeSet, describeChangeSet, executed, summarizeChangeSet } from './change-set';
import { validation } from './failure';
import { changeSetFailureHandling } from './failure-handling';
import { refuseImports } from './imports';
import { Journal } from './journal';
import { type EngineServices, environmentOf } from './operation';
import { planChanges } from './resource-changes';
import { EMPTY_DESIGN, type Stack } from './stack';
import { newIdentity, refuseUnlessUpdatable, type StackList } from './stack-list';
import type { StackRequests } from './stack-requests';
import { refuseUnsupported } from './unsupported';

type Input = Record<string, unknown>;

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Change sets: what an update of a stack would do, to be executed later or never. */
export class ChangeSets {
  private all: ChangeSet[] = [];

  readonly handlers: Readonly<Record<string, (call: ServiceCall) => unknown>> = {
    CreateChangeSet: (call) => this.create(call),
    DescribeChangeSet: ({ input }) => describeChangeSet(this.require(input), input.IncludePropertyValues === true),
    ExecuteChangeSet: (call) => this.execute(call),
    DeleteChangeSet: ({ input }) => this.delete(input),
    ListChangeSets: ({ input }) => this.list(input),
  };

  constructor(
    private readonly platform: Platform,
    private readonly engine: EngineServices,
    private readonly stacks: StackList,
    private readonly requests: StackRequests,
  ) {}

  /** All of them, for a snapshot. */
  state(): ChangeSet[] {
    return this.all;
  }

  /** Those of a snapshot, whose executions nobody goes on with. */
  take(changeSets: ChangeSet[]): void {
    this.all = changeSets;
  }

  /** Their executions ended with the operations of their stacks. */
  endInterrupted(): void {
    for (const changeSet of this.all.filter(({ executionStatus }) => executionStatus === 'EXECUTE_IN_PROGRESS')) {
      const done = changeSet.type === 'CREATE' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
      changeSet.executionStatus = changeSet.stack.status === done ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    }
  }

  /** The template of a change set, for GetTemplate. */
  template(input: Input): string {
    return this.require(input).design.text;
  }

  /** A stack that was changed without them: its change sets cannot be executed any more. */
  obsolete(stack: Stack): void {
    for (const changeSet of this.all) {
      if (changeSet.stack === stack && !executed(changeSet)) changeSet.executionStatus = 'OBSOLETE';
    }
  }

  /** Forgets the change sets of a stack that was never created. */
  forget(stack: Stack): void {
    this.all = this.all.filter((one) => one.stack !== stack);
  }

  private async create(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    const { clock } = this.platform;
    refuseUnsupported(input);
    const { ChangeSetName, ChangeSetType: type = 'UPDATE' } = input;
    // AWS: cloudformation/on-stack-failure-or-disable-rollback
    if (input.OnStackFailure === 'DELETE' && type !== 'CREATE') {
      throw validation('OnStackFailure DELETE is only valid when the ChangeSetType is CREATE.');
    }
    if (type === 'IMPORT') {
      throw validation('ChangeSetType IMPORT is not supported by the local account');
    }
    const name = String(ChangeSetName);
    const earlier = this.target(input, type as ChangeSet['type'], name);
    const same = this.all.find((one) => one.stack === earlier && one.name === name && !executed(one));
    if (same && same.token !== undefined && same.token === input.ClientToken) {
      return { Id: same.id, StackId: same.stack.id };
    }
    if (same) {
      throw new AwsError(
        'AlreadyExistsException',
        `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Template`,
      );
    }
    const identity = earlier ?? newIdentity(String(input.StackName), this.platform);
    const design = await this.requests.design(call, type === 'CREATE' ? identity : (earlier as Stack));
    const actor = await this.requests.actor(call.principal, input, earlier ?? identity);
    const stack = this.target(input, type as ChangeSet['type'], name) ?? this.review(identity);
    const changed = type === 'CREATE' || this.requests.changes(stack, design);
    const planned = changed
      ? planChanges(stack, design, environmentOf(stack, this.platform), this.engine)
      : { changes: [], problems: [] };
    if (input.ImportExistingResources === true) {
      await refuseImports(planned.changes, actor, this.engine);
    }
    const { partition, region, accountId } = this.platform;
    const changeSet: ChangeSet = {
      id: `arn:${partition}:cloudformation:${region}:${accountId}:changeSet/${name}/${randomUUID()}`,
      name,
      stack,
      type: type as ChangeSet['type'],
      design,
      createdAt: clock.now(),
      description: input.Description as string | undefined,
      token: input.ClientToken as string | undefined,
      roleArn: actor.roleArn,
      capabilities: (input.Capabilities ?? []) as readonly string[],
      importExisting: input.ImportExistingResources === true,
      nested: input.IncludeNestedStacks === true,
      deploymentConfig: input.DeploymentConfig,
      onStackFailure: input.OnStackFailure as string | undefined,
      planned,
      // AWS: cloudformation/change-set-without-changes
      status: changed ? 'CREATE_COMPLETE' : 'FAILED',
      statusReason: changed ? undefined : NO_CHANGES,
      executionStatus: changed ? 'AVAILABLE' : 'UNAVAILABLE',
    };
    this.all.push(changeSet);
    return { Id: changeSet.id, StackId: stack.id };
  }

  /** The stack that a change set is for; none yet for the first one of a new stack. */
  // AWS: cloudformation/change-set-of-a-new-stack
  private target(input: Input, type: ChangeSet['type'], changeSetName: string): Stack | undefined {
    const given = String(input.StackName);
    const stack = this.stacks.find(given);
    if (type === 'CREATE') {
      if (stack && stack.status !== 'REVIEW_IN_PROGRESS') {
        throw validation(
          `Stack [${given}] already exists and cannot be created again with the changeSet [${changeSetName}].`,
        );
      }
      return stack;
    }
    if (!stack) {
      // AWS: cloudformation/missing-by-their-words
      throw validation(`Stack [${given}] does not exist`);
    }
    refuseUnlessUpdatable(stack);
    return stack;
  }

  private review(identity: { readonly id: string; readonly name: string }): Stack {
    const { platform } = this;
    const stack = this.stacks.add(identity, platform.clock.now(), EMPTY_DESIGN);
    new Journal(stack, platform).stackStatus('REVIEW_IN_PROGRESS', 'User Initiated');
    return stack;
  }

  // AWS: cloudformation/change-sets-execute-once
  private async execute(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    refuseUnsupported(input);
    const changeSet = this.require(input);
    refuseUnlessExecutable(changeSet);
    const { stack, design, roleArn } = changeSet;
    const handling = changeSetFailureHandling(changeSet.onStackFailure, input);
    const { ClientRequestToken } = input;
    const actor = await this.requests.actor(call.principal, { RoleARN: roleArn, ClientRequestToken }, stack);
    refuseUnlessExecutable(changeSet);
    const creation = stack.status === 'REVIEW_IN_PROGRESS';
    if (!creation) refuseUnlessUpdatable(stack, handling.onFailure === 'DO_NOTHING');
    changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
    this.all = this.all.filter((one) => one === changeSet || one.stack !== stack || executed(one));
    const journal = new Journal(stack, this.platform, actor.token);
    if (creation) stack.design = design;
    journal.stackStatus(creation ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', 'User Initiated');
    const work = this.stacks.run(
      stack,
      actor,
      this.engine,
      (operation) => (creation ? operation.create() : operation.update(design)),
      handling,
    );
    void work.then(() => {
      const done = creation ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
      changeSet.executionStatus = stack.status === done ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    });
    return {};
  }

  private delete(input: Input): unknown {
    const changeSet = this.find(input);
    // AWS: cloudformation/change-sets-execute-once
    if (changeSet?.executionStatus === 'EXECUTE_IN_PROGRESS') {
      throw new AwsError(
        'InvalidChangeSetStatus',
        'An operation on this ChangeSet is currently in progress. Please attempt this operation again later.',
      );
    }
    // Deleting what is not there is a success, as in AWS.
    this.all = this.all.filter((one) => one !== changeSet);
    return {};
  }

  private list(input: Input): unknown {
    const stack = this.stacks.require(String(input.StackName), (name) => `Stack [${name}] does not exist`);
    const active = this.all.filter((one) => one.stack === stack && !executed(one));
    return { Summaries: active.map(summarizeChangeSet) };
  }

  private require(input: Input): ChangeSet {
    const changeSet = this.find(input);
    if (!changeSet) {
      throw new AwsError('ChangeSetNotFound', `ChangeSet [${String(input.ChangeSetName)}] does not exist`, 404);
    }
    return changeSet;
  }

  // AWS: cloudformation/change-sets-by-name-or-id
  private find({ StackName, ChangeSetName }: Input): ChangeSet | undefined {
    const name = String(ChangeSetName);
    if (name.startsWith('arn:')) {
      return this.all.find(({ id }) => id === name);
    }
    if (StackName === undefined) {
      throw validation('StackName must be specified if ChangeSetName is not specified as an ARN.');
    }
    const stack = this.stacks.require(String(StackName), (given) => `Stack [${given}] does not exist`);
    return [...this.all].reverse().find((one) => one.stack === stack && one.name === name);
  }
}

// AWS: cloudformation/change-sets-execute-once
function refuseUnlessExecutable({ id, status, executionStatus }: ChangeSet): void {
  if (status !== 'CREATE_COMPLETE') {
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${id}] cannot be executed in its current status of [${status}]`,
    );
  }
  if (executionStatus !== 'AVAILABLE') {
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${id}] cannot be executed in its current execution status of [${executionStatus}]`,
    );
  }
}
