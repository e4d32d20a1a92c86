import type { Networks } from '../networks';
import { AwsError, type LocalService, type Platform, type ServiceCall } from '../platform';
import { type Snapshot, structuredSnapshot } from '../snapshot/snapshot';
import { ChangeSets } from './change-sets';
import { CreationGate } from './creation-gate';
import {
  describeEvent,
  describeExport,
  describeResource,
  describeResourceStatus,
  describeStack,
  summarize,
} from './descriptions';
import { DriftDetections } from './drift';
import { Exports } from './exports';
import { validation } from './failure';
import { failureHandling } from './failure-handling';
import { endInterrupted } from './interruption';
import { Journal } from './journal';
import type { EngineServices, StackOperation } from './operation';
import type { PolicySink } from './policy-sink';
import type { ProvisionerRegistry } from './provisioner';
import { describeType } from './regional-types';
import type { ResponseServer } from './response-server';
import { Rollbacks } from './rollbacks';
import { type Actor, type FailureHandling, Stack } from './stack';
import { newIdentity, refuseUnlessUpdatable, StackList } from './stack-list';
import { StackRequests } from './stack-requests';
import { StackSources } from './stack-sources';
import { summarizeTemplate } from './template-summary';
import { refuseUnsupported } from './unsupported';

type Input = Record<string, unknown>;

export interface CloudFormationOptions {
  readonly platform: Platform;
  readonly provisioners: ProvisionerRegistry;
  readonly policies: PolicySink;
  readonly networks: Networks;
  readonly responses: ResponseServer;
}

/** CloudFormation, as far as deployments, the release and teardown need it. Stacks live in memory. */
export class CloudFormation implements LocalService {
  readonly name = 'cloudformation';
  readonly operations: ReadonlySet<string>;
  readonly snapshot: Snapshot;
  private readonly stacks = new StackList();
  private readonly engine: EngineServices;
  private readonly requests: StackRequests;
  private readonly changeSets: ChangeSets;
  private readonly handlers: Readonly<Record<string, (call: ServiceCall) => unknown>>;

  private readonly stackHandlers: Readonly<Record<string, (call: ServiceCall) => unknown>> = {
    CreateStack: (call) => this.createStack(call),
    UpdateStack: (call) => this.updateStack(call),
    DeleteStack: (call) => this.deleteStack(call),
    DescribeStacks: (call) => this.describeStacks(call.input),
    ListStacks: (call) => this.listStacks(call.input),
    DescribeStackEvents: ({ input }) => ({
      StackEvents: [...this.find(input).events].reverse().map((event) => describeEvent(this.find(input), event)),
    }),
    DescribeStackResources: ({ input }) => this.describeStackResources(input),
    DescribeStackResource: ({ input }) => this.describeStackResource(input),
    ListStackResources: ({ input }) => ({
      StackResourceSummaries: this.resourceStatuses(this.find(input)).map(describeResourceStatus),
    }),
    GetTemplate: ({ input }) => this.getTemplate(input),
    GetTemplateSummary: (call) => this.getTemplateSummary(call),
    // No stack has one: they are refused by name.
    GetStackPolicy: ({ input }) => void this.find(input),
    UpdateTerminationProtection: ({ input }) => this.updateTerminationProtection(input),
    DescribeType: ({ input }) => {
      const type = String(input.TypeName);
      return describeType(type, this.options.provisioners(type) !== undefined, this.options.platform.region);
    },
    ListExports: () => ({ Exports: this.engine.exports.list().map(describeExport) }),
  };

  constructor(private readonly options: CloudFormationOptions) {
    const { platform, provisioners, policies, networks, responses } = options;
    const exports = new Exports(() => this.stacks.all);
    const creations = new CreationGate();
    const engine = { platform, provisioners, policies, networks, responses, exports, creations };
    this.engine = engine;
    this.requests = new StackRequests(engine, new StackSources(platform));
    this.changeSets = new ChangeSets(platform, engine, this.stacks, this.requests);
    const drift = new DriftDetections(platform, provisioners, this.stacks, this.requests);
    const rollbacks = new Rollbacks(platform, engine, this.stacks, this.requests);
    this.handlers = { ...this.stackHandlers, ...this.changeSets.handlers, ...drift.handlers, ...rollbacks.handlers };
    this.operations = new Set(Object.keys(this.handlers));
    // In one document, because change sets and detections refer to stacks, and a stack to itself before an update.
    this.snapshot = structuredSnapshot(
      this.name,
      () => ({
        stacks: this.stacks.all,
        changeSets: this.changeSets.state(),
        detections: drift.state(),
        networks: networks.state(),
      }),
      (state) => {
        this.stacks.all.push(...state.stacks);
        this.changeSets.take(state.changeSets);
        drift.take(state.detections);
        networks.take(state.networks);
      },
      {
        kinds: { Stack },
        hold: () => creations.hold(),
        resume: () => {
          for (const stack of this.stacks.all) endInterrupted(stack, platform);
          this.changeSets.endInterrupted();
        },
      },
    );
  }

  async handle(call: ServiceCall): Promise<unknown> {
    const handler = this.handlers[call.operation];
    if (!handler) {
      throw new AwsError('InvalidAction', `${call.operation} is not supported by the local account`);
    }
    return handler(call);
  }

  /** Physical id -> Stack/LogicalId of everything that stacks ever had: names that stay the same from run to run. */
  resourceNames(): Map<string, string> {
    const found = new Map<string, string>();
    for (const { name, events } of this.stacks.all) {
      for (const { physicalId, logicalId } of events) {
        // A bucket's policy has the bucket's id, and comes after it.
        if (physicalId !== '' && logicalId !== name && !found.has(physicalId))
          found.set(physicalId, `${name}/${logicalId}`);
      }
    }
    return found;
  }

  /** Resolves when no operation is under way. */
  settled(): Promise<void> {
    return this.stacks.settled();
  }

  private async createStack(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    const { platform } = this.options;
    refuseUnsupported(input);
    const handling = failureHandling(input);
    const name = String(input.StackName);
    const identity = this.reviewed(name) ?? newIdentity(name, platform);
    const design = await this.requests.design(call, { id: identity.id, name });
    const actor = await this.requests.actor(call.principal, input, identity);
    const stack = this.reviewed(name) ?? this.stacks.add(identity, platform.clock.now(), design);
    stack.design = design;
    stack.protected = input.EnableTerminationProtection === true;
    this.changeSets.obsolete(stack);
    new Journal(stack, platform, actor.token).stackStatus('CREATE_IN_PROGRESS', 'User Initiated');
    this.run(stack, actor, (operation) => operation.create(), handling);
    return { StackId: stack.id };
  }

  /** A stack of this name that has nothing but change sets: it may still be created. */
  private reviewed(name: string): Stack | undefined {
    const stack = this.stacks.find(name);
    if (stack && stack.status !== 'REVIEW_IN_PROGRESS') {
      throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    }
    return stack;
  }

  private async updateStack(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    const { platform } = this.options;
    refuseUnsupported(input);
    const handling = failureHandling(input);
    const withoutRollback = handling.onFailure === 'DO_NOTHING';
    const stack = this.stacks.require(String(input.StackName), (name) => `Stack [${name}] does not exist`);
    refuseUnlessUpdatable(stack, withoutRollback);
    const design = await this.requests.design(call, stack);
    const actor = await this.requests.actor(call.principal, input, stack);
    refuseUnlessUpdatable(stack, withoutRollback);
    if (!this.requests.changes(stack, design)) {
      // AWS: cloudformation/update-without-changes-is-an-error
      throw validation('No updates are to be performed.');
    }
    this.changeSets.obsolete(stack);
    new Journal(stack, platform, actor.token).stackStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    this.run(stack, actor, (operation) => operation.update(design), handling);
    return { StackId: stack.id };
  }

  private async deleteStack(call: ServiceCall): Promise<unknown> {
    refuseUnsupported(call.input);
    const name = String(call.input.StackName);
    const stack = this.stacks.find(name);
    // Deleting what is not there is a success, as in AWS.
    if (!stack || stack.deleted || stack.status === 'DELETE_IN_PROGRESS') {
      return {};
    }
    // AWS: cloudformation/protected-stacks-stay
    if (stack.protected) {
      throw validation(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`);
    }
    if (stack.status === 'REVIEW_IN_PROGRESS') {
      this.changeSets.forget(stack);
      stack.deletedAt = this.options.platform.clock.now();
      new Journal(stack, this.options.platform).stackStatus('DELETE_COMPLETE');
      return {};
    }
    if (stack.busy && !stack.status.startsWith('UPDATE')) {
      throw validation(`Deleting a stack in status ${stack.status} is not supported by the local account`);
    }
    if (stack.busy) {
      // AWS: cloudformation/one-operation-at-a-time
      throw validation(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    }
    const actor = await this.requests.actor(call.principal, call.input, stack);
    const { platform, exports } = this.engine;
    const obstacle = exports.obstacle(stack, []);
    const journal = new Journal(stack, platform, actor.token);
    journal.stackStatus('DELETE_IN_PROGRESS', 'User Initiated');
    if (obstacle !== undefined) {
      journal.stackStatus('DELETE_FAILED', `Delete canceled. ${obstacle}`);
    } else {
      this.run(stack, actor, (operation) => operation.delete());
    }
    return {};
  }

  private run(
    stack: Stack,
    actor: Actor,
    start: (operation: StackOperation) => Promise<void>,
    handling?: FailureHandling,
  ): void {
    void this.stacks.run(stack, actor, this.engine, start, handling);
  }

  private describeStacks(input: Input): unknown {
    const found =
      input.StackName === undefined ? this.stacks.all.filter((stack) => !stack.deleted) : [this.find(input)];
    return { Stacks: found.map(describeStack) };
  }

  private listStacks(input: Input): unknown {
    const wanted = input.StackStatusFilter as readonly string[] | undefined;
    const found = this.stacks.all.filter(({ status }) => !wanted || wanted.length === 0 || wanted.includes(status));
    return { StackSummaries: found.map(summarize) };
  }

  private getTemplate(input: Input): unknown {
    const text = input.ChangeSetName === undefined ? this.find(input).design.text : this.changeSets.template(input);
    // A stack in review has none yet.
    return { TemplateBody: text === '' ? undefined : text, StagesAvailable: ['Original', 'Processed'] };
  }

  // AWS: cloudformation/template-summaries
  private async getTemplateSummary(call: ServiceCall): Promise<unknown> {
    const { StackName } = call.input;
    if (StackName === undefined) {
      return summarizeTemplate(await this.requests.template(call));
    }
    const stack = this.find(call.input);
    if (stack.status === 'REVIEW_IN_PROGRESS') {
      throw validation('GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
    }
    return summarizeTemplate(stack.design.template);
  }

  private updateTerminationProtection(input: Input): unknown {
    const stack = this.find(input);
    stack.protected = input.EnableTerminationProtection === true;
    return { StackId: stack.id };
  }

  private describeStackResources(input: Input): unknown {
    const stack = this.find(input);
    const wanted = input.LogicalResourceId;
    const resources = this.resourceStatuses(stack).filter(
      ({ logicalId }) => wanted === undefined || logicalId === wanted,
    );
    return { StackResources: resources.map((resource) => describeResource(stack, resource)) };
  }

  private describeStackResource(input: Input): unknown {
    const stack = this.find(input);
    const found = this.resourceStatuses(stack).find(({ logicalId }) => logicalId === input.LogicalResourceId);
    if (!found) {
      // AWS: cloudformation/missing-by-their-words
      throw validation(`Resource ${String(input.LogicalResourceId)} does not exist for stack ${stack.name}`);
    }
    return { StackResourceDetail: { StackName: stack.name, StackId: stack.id, ...describeResourceStatus(found) } };
  }

  private resourceStatuses(stack: Stack) {
    return [...stack.statuses.values()].filter(
      ({ logicalId, status }) => stack.resources.has(logicalId) || status !== 'DELETE_COMPLETE',
    );
  }

  private find(input: Input): Stack {
    return this.stacks.require(String(input.StackName));
  }
}
