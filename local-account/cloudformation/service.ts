import { randomUUID } from 'node:crypto';
import { activeResources, dependencyGraph } from '../assembly/dependencies';
import { type ParameterInput, resolveParameters } from '../assembly/parameters';
import { checkRules } from '../assembly/rules';
import { parseTemplate } from '../assembly/template';
import { TemplateError } from '../assembly/template-error';
import type { Networks } from '../networks';
import { AwsError, type LocalService, type Platform, type ServiceCall } from '../platform';
import { requireCapabilities } from './capabilities';
import {
  describeEvent,
  describeExport,
  describeResource,
  describeResourceStatus,
  describeStack,
  summarize,
} from './descriptions';
import { Exports } from './exports';
import { Journal } from './journal';
import { type EngineServices, environmentOf, StackOperation } from './operation';
import type { PolicySink } from './policy-sink';
import type { ProvisionerRegistry } from './provisioner';
import { describeType, refuseUnknownTypes } from './regional-types';
import type { ResponseServer } from './response-server';
import { type Actor, Stack, type StackDesign, type StackTag } from './stack';
import { hasChanges, otherStacks, stackScope } from './stack-scope';
import { StackSources } from './stack-sources';

type Input = Record<string, unknown>;

export interface CloudFormationOptions {
  readonly platform: Platform;
  readonly provisioners: ProvisionerRegistry;
  readonly policies: PolicySink;
  readonly networks: Networks;
  readonly responses: ResponseServer;
}

/** From these a stack can be updated; in any other state CloudFormation refuses. */
const UPDATABLE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/** What the local account does not do with a stack: asking for it is an error, not a surprise. */
const UNSUPPORTED_INPUTS = [
  'DisableRollback',
  'OnFailure',
  'RollbackConfiguration',
  'StackPolicyBody',
  'StackPolicyURL',
  'ResourceTypes',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
  'RetainResources',
  'DeletionMode',
  'RetainExceptOnCreate',
];

/** CloudFormation, as far as deployments, the release and teardown need it. Stacks live in memory. */
export class CloudFormation implements LocalService {
  readonly name = 'cloudformation';
  private readonly stacks: Stack[] = [];
  private readonly engine: EngineServices;
  private readonly sources: StackSources;
  private readonly running = new Set<Promise<void>>();

  private readonly handlers: Readonly<Record<string, (call: ServiceCall) => unknown>> = {
    CreateStack: (call) => this.createStack(call),
    UpdateStack: (call) => this.updateStack(call),
    DeleteStack: (call) => this.deleteStack(call),
    ContinueUpdateRollback: (call) => this.continueUpdateRollback(call),
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
    GetTemplate: ({ input }) => ({
      TemplateBody: this.find(input).design.text,
      StagesAvailable: ['Original', 'Processed'],
    }),
    DescribeType: ({ input }) => {
      const type = String(input.TypeName);
      return describeType(type, this.options.provisioners(type) !== undefined, this.options.platform.region);
    },
    ListExports: () => ({ Exports: this.engine.exports.list().map(describeExport) }),
  };

  readonly operations: ReadonlySet<string> = new Set(Object.keys(this.handlers));

  constructor(private readonly options: CloudFormationOptions) {
    const { platform, provisioners, policies, networks, responses } = options;
    this.engine = { platform, provisioners, policies, networks, responses, exports: new Exports(() => this.stacks) };
    this.sources = new StackSources(platform);
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
    for (const { name, events } of this.stacks) {
      for (const { physicalId, logicalId } of events) {
        if (physicalId !== '' && logicalId !== name) found.set(physicalId, `${name}/${logicalId}`);
      }
    }
    return found;
  }

  /** Resolves when no operation is under way. */
  async settled(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running);
    }
  }

  private async createStack(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    const { platform } = this.options;
    refuseUnsupported(input);
    const name = String(input.StackName);
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
      const constraint =
        name.length > 128
          ? 'have length less than or equal to 128'
          : 'satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*';
      // AWS: cloudformation/stack-names
      throw validation(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must ${constraint}`,
      );
    }
    this.refuseExisting(name);
    const id = `arn:${platform.partition}:cloudformation:${platform.region}:${platform.accountId}:stack/${name}/${randomUUID()}`;
    const design = await this.design(call, { id, name });
    this.refuseExisting(name);
    const stack = new Stack(id, name, platform.clock.now(), design);
    const actor = await this.actor(call, stack);
    this.stacks.push(stack);
    new Journal(stack, platform, actor.token).stackStatus('CREATE_IN_PROGRESS', 'User Initiated');
    this.run(stack, actor, (operation) => operation.create());
    return { StackId: id };
  }

  private async updateStack(call: ServiceCall): Promise<unknown> {
    const { input } = call;
    const { platform } = this.options;
    refuseUnsupported(input);
    const stack = this.find(input, (name) => `Stack [${name}] does not exist`);
    refuseUnlessUpdatable(stack);
    const design = await this.design(call, stack);
    const actor = await this.actor(call, stack);
    refuseUnlessUpdatable(stack);
    if (!this.changes(stack, design)) {
      // AWS: cloudformation/update-without-changes-is-an-error
      throw validation('No updates are to be performed.');
    }
    new Journal(stack, platform, actor.token).stackStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    this.run(stack, actor, (operation) => operation.update(design));
    return { StackId: stack.id };
  }

  /** The page gives the state that it starts from, not the words of the refusals. */
  // AWS: cloudformation/a-failed-rollback-is-continued
  private async continueUpdateRollback(call: ServiceCall): Promise<unknown> {
    const stack = this.find(call.input);
    refuseUnlessStuck(stack);
    const skipped = new Set((call.input.ResourcesToSkip ?? []) as readonly string[]);
    const stuck = stack.unfinishedRollback?.failed ?? [];
    const others = [...skipped].filter((logicalId) => !stuck.includes(logicalId));
    // AWS: cloudformation/a-failed-rollback-is-continued
    if (others.length > 0)
      throw validation(
        `The resources to skip [${others.join(', ')}] are not in UPDATE_FAILED state because of a failed rollback.`,
      );
    const actor = await this.actor(call, stack);
    refuseUnlessStuck(stack);
    new Journal(stack, this.options.platform, actor.token).stackStatus('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    this.run(stack, actor, (operation) => operation.continueRollback(skipped));
    return {};
  }

  private async deleteStack(call: ServiceCall): Promise<unknown> {
    refuseUnsupported(call.input);
    const name = String(call.input.StackName);
    const stack = this.stacks.find((one) => !one.deleted && (one.name === name || one.id === name));
    // Deleting what is not there is a success, as in AWS.
    if (!stack || stack.status === 'DELETE_IN_PROGRESS') {
      return {};
    }
    if (stack.busy && !stack.status.startsWith('UPDATE')) {
      throw validation(`Deleting a stack in status ${stack.status} is not supported by the local account`);
    }
    if (stack.busy) {
      // AWS: cloudformation/one-operation-at-a-time
      throw validation(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    }
    const actor = await this.actor(call, stack);
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

  private run(stack: Stack, actor: Actor, start: (operation: StackOperation) => Promise<void>): void {
    stack.roleArn = actor.roleArn;
    const work = start(new StackOperation(stack, actor, this.engine)).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** Template, parameters and tags of a call, checked; SSM parameters are read now, as CloudFormation does. */
  private async design(
    call: ServiceCall,
    stack: { readonly id: string; readonly name: string } | Stack,
  ): Promise<StackDesign> {
    const { input } = call;
    const current = stack instanceof Stack ? stack.design : undefined;
    try {
      const text = await this.templateText(call, current);
      const template = parseTemplate(text, stack.name);
      requireCapabilities(template, (input.Capabilities ?? []) as readonly string[]);
      const parameters = await resolveParameters({
        stackName: stack.name,
        template,
        inputs: parameterInputs(input),
        previous: new Map([...(current?.parameters ?? [])].map(([key, { given }]) => [key, given])),
        fetchSsm: (names) => this.sources.ssmParameters(names, call.principal),
      });
      const tags = input.Tags === undefined ? (current?.tags ?? []) : (input.Tags as StackTag[]);
      const design = { text, template, parameters, tags };
      this.checkDesign(design, stack);
      return design;
    } catch (error) {
      // AWS: cloudformation/templates-are-read-first
      throw error instanceof TemplateError ? validation(error.message) : error;
    }
  }

  // AWS: cloudformation/one-template-of-51200-bytes
  private async templateText(call: ServiceCall, current: StackDesign | undefined): Promise<string> {
    const { TemplateBody, TemplateURL, UsePreviousTemplate } = call.input;
    const previous = UsePreviousTemplate === true ? current?.text : undefined;
    const [given, ...more] = [TemplateBody, TemplateURL, previous].filter(
      (source): source is string => typeof source === 'string',
    );
    if (given === undefined || more.length > 0) {
      throw validation('Either Template URL or Template Body must be specified.');
    }
    if (TemplateURL !== undefined) {
      return this.sources.template(given, call.principal);
    }
    if (TemplateBody !== undefined && Buffer.byteLength(given) > 51_200) {
      throw validation(
        `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200`,
      );
    }
    return given;
  }

  /** Rules hold, conditions can be evaluated, references form no cycle. */
  private checkDesign(design: StackDesign, stack: { readonly id: string; readonly name: string }): void {
    const { platform, exports } = this.engine;
    const scope = stackScope(design, environmentOf(stack, platform), new Map(), otherStacks(exports));
    checkRules(scope);
    dependencyGraph(scope);
    refuseUnknownTypes(activeResources(scope), platform.region);
  }

  private changes(stack: Stack, design: StackDesign): boolean {
    const { platform, exports } = this.engine;
    try {
      return hasChanges(stack, design, environmentOf(stack, platform), exports);
    } catch (error) {
      if (error instanceof TemplateError) {
        // It is wrong or refers to something that does not exist yet: the update itself reports that.
        return true;
      }
      throw error;
    }
  }

  /**
   * The role given, else the role the stack had last, else the caller.
   *
   * AWS: cloudformation/stored-role
   */
  private async actor(call: ServiceCall, stack: Stack): Promise<Actor> {
    const { platform } = this.options;
    const { RoleARN, ClientRequestToken } = call.input;
    const roleArn = typeof RoleARN === 'string' ? RoleARN : stack.roleArn;
    const token = typeof ClientRequestToken === 'string' ? ClientRequestToken : undefined;
    if (roleArn !== undefined) {
      const credentials = await this.sources.assume(roleArn, stack.id);
      return { credentials, principal: this.sources.session(roleArn), token, roleArn };
    }
    if (call.principal.kind !== 'user') {
      const caller = call.principal.kind === 'role' ? call.principal.arn : call.principal.service;
      throw validation(
        `A stack that acts with the credentials of ${caller} is not supported by the local account: pass RoleARN`,
      );
    }
    return { credentials: platform.administrator, principal: call.principal, token };
  }

  private describeStacks(input: Input): unknown {
    const found = input.StackName === undefined ? this.stacks.filter((stack) => !stack.deleted) : [this.find(input)];
    return { Stacks: found.map(describeStack) };
  }

  private listStacks(input: Input): unknown {
    const wanted = input.StackStatusFilter as readonly string[] | undefined;
    const found = this.stacks.filter(({ status }) => !wanted || wanted.length === 0 || wanted.includes(status));
    return { StackSummaries: found.map(summarize) };
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

  private find(input: Input, missing = (name: string): string => `Stack with id ${name} does not exist`): Stack {
    const name = String(input.StackName);
    const stack = this.stacks.find((one) => one.id === name || (!one.deleted && one.name === name));
    if (!stack) {
      // AWS: cloudformation/missing-by-their-words
      throw validation(missing(name));
    }
    return stack;
  }

  private refuseExisting(name: string): void {
    if (this.stacks.some((stack) => !stack.deleted && stack.name === name)) {
      throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    }
  }
}

// AWS: cloudformation/a-failed-rollback-is-continued
function refuseUnlessStuck(stack: Stack): void {
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
    throw validation(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`);
  }
}

// AWS: cloudformation/one-operation-at-a-time
function refuseUnlessUpdatable(stack: Stack): void {
  if (!UPDATABLE.has(stack.status)) {
    throw validation(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
}

function refuseUnsupported(input: Input): void {
  const name = UNSUPPORTED_INPUTS.find((key) => input[key] !== undefined && input[key] !== false);
  if (name !== undefined) {
    throw validation(`${name} is not supported by the local account`);
  }
}

function parameterInputs(input: Input): Map<string, ParameterInput> {
  const list = (input.Parameters ?? []) as {
    ParameterKey: string;
    ParameterValue?: string;
    UsePreviousValue?: boolean;
  }[];
  return new Map(
    list.map(({ ParameterKey, ParameterValue, UsePreviousValue }): [string, ParameterInput] => [
      ParameterKey,
      UsePreviousValue === true ? { usePrevious: true } : { value: ParameterValue ?? '' },
    ]),
  );
}

function validation(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
