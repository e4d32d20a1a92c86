import type { Scope, StackEnvironment } from '../assembly/scope';
import type { Networks } from '../networks';
import type { Platform } from '../platform';
import { type Clients, makeClients } from './clients';
import { runCustomResource } from './custom-resource';
import type { Exports } from './exports';
import { Journal } from './journal';
import { physicalName } from './physical-name';
import type { PolicySink } from './policy-sink';
import type { ProvisionContext, ProvisionerRegistry } from './provisioner';
import { ResourceBuilder } from './resource-builder';
import type { ResponseServer } from './response-server';
import type { Actor, Stack, StackDesign, StackResource, UnfinishedRollback } from './stack';
import { otherStacks, resolveOutputs, stackScope } from './stack-scope';

export interface EngineServices {
  readonly platform: Pick<
    Platform,
    'endpoint' | 'region' | 'accountId' | 'partition' | 'clock' | 'emit' | 'record' | 'authorize' | 'assumeRole'
  >;
  readonly provisioners: ProvisionerRegistry;
  readonly policies: PolicySink;
  readonly networks: Networks;
  readonly exports: Exports;
  readonly responses: ResponseServer;
}

export function environmentOf(
  stack: { readonly id: string; readonly name: string },
  { accountId, region, partition }: EngineServices['platform'],
): StackEnvironment {
  return { stackName: stack.name, stackId: stack.id, accountId, region, partition, notificationArns: [] };
}

/** One create, update or delete of a stack, from the moment it was accepted to its end. Never rejects. */
export class StackOperation {
  private readonly clients: Clients;
  private readonly journal: Journal;
  private readonly builder: ResourceBuilder;
  private readonly imports = new Set<string>();

  constructor(
    private readonly stack: Stack,
    private readonly actor: Actor,
    private readonly services: EngineServices,
  ) {
    this.clients = makeClients(services.platform, actor.credentials);
    this.journal = new Journal(stack, services.platform, actor.token);
    this.builder = new ResourceBuilder(stack, {
      journal: this.journal,
      provisioners: services.provisioners,
      context: (logicalId, type) => this.context(logicalId, type),
    });
  }

  async create(): Promise<void> {
    const { stack, journal, builder } = this;
    const problem = await this.forward(stack.design, 'create');
    if (problem === undefined) {
      journal.stackStatus('CREATE_COMPLETE');
    } else {
      journal.stackStatus('ROLLBACK_IN_PROGRESS', `${problem} Rollback requested by user.`);
      const failed = await builder.takeDown([...stack.resources.values()], 'rollback');
      journal.stackStatus(failed.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED', failedToDelete(failed));
    }
    this.clients.close();
  }

  async update(next: StackDesign): Promise<void> {
    const { stack, journal, builder } = this;
    const before = new Map(stack.resources);
    const problem = await this.forward(next, 'update');
    if (problem === undefined) {
      stack.design = next;
      stack.updatedAt = journal.now();
      journal.stackStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      // What the cleanup cannot delete stays behind, out of the stack: the update has succeeded all the same.
      await builder.takeDown([...builder.outgoing.values()], 'cleanup');
      builder.outgoing.forEach((resource, logicalId) => {
        if (stack.resources.get(logicalId) === resource) {
          stack.resources.delete(logicalId);
        }
      });
      journal.stackStatus('UPDATE_COMPLETE');
    } else {
      await this.rollBack(before, problem);
    }
    this.clients.close();
  }

  async delete(): Promise<void> {
    const { stack, journal, builder } = this;
    const failed = await builder.takeDown([...stack.resources.values()], 'delete');
    if (failed.length === 0) {
      stack.deletedAt = journal.now();
      stack.outputs = [];
      stack.imports = new Set();
      journal.stackStatus('DELETE_COMPLETE');
    } else {
      journal.stackStatus('DELETE_FAILED', failedToDelete(failed));
    }
    this.clients.close();
  }

  /** Builds resources and outputs; returns why that failed, or undefined. */
  private async forward(design: StackDesign, verb: 'create' | 'update'): Promise<string | undefined> {
    const { stack, services } = this;
    try {
      const scope = this.scope(design);
      await this.builder.build(scope, verb);
      const outputs = resolveOutputs(scope);
      const obstacle = services.exports.obstacle(stack, outputs);
      if (obstacle !== undefined) {
        return obstacle;
      }
      stack.outputs = outputs;
      stack.imports = this.imports;
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Goes on with a rollback that failed. */
  async continueRollback(skipped: ReadonlySet<string>): Promise<void> {
    const { stack, clients } = this;
    const { before, created } = stack.unfinishedRollback as UnfinishedRollback;
    await this.putBack(before, created, skipped);
    clients.close();
  }

  private async rollBack(before: ReadonlyMap<string, StackResource>, problem: string): Promise<void> {
    const { stack, journal } = this;
    journal.stackStatus('UPDATE_ROLLBACK_IN_PROGRESS', problem);
    const created = [...stack.resources.values()].filter(
      ({ logicalId, physicalId }) => before.get(logicalId)?.physicalId !== physicalId,
    );
    await this.putBack(before, created);
  }

  private async putBack(
    before: ReadonlyMap<string, StackResource>,
    created: readonly StackResource[],
    skipped?: ReadonlySet<string>,
  ): Promise<void> {
    const { stack, journal, builder } = this;
    const failed = await builder.restore(before, skipped);
    if (failed.length > 0) {
      stack.unfinishedRollback = { before, created, touched: builder.touched, failed };
      journal.stackStatus(
        'UPDATE_ROLLBACK_FAILED',
        `The following resource(s) failed to update: [${failed.join(', ')}].`,
      );
      return;
    }
    stack.unfinishedRollback = undefined;
    journal.stackStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await builder.takeDown(created, 'rollback');
    created.forEach(({ logicalId }) => {
      if (!before.has(logicalId)) {
        stack.resources.delete(logicalId);
      }
    });
    journal.stackStatus('UPDATE_ROLLBACK_COMPLETE');
  }

  private scope(design: StackDesign): Scope {
    const { stack, services } = this;
    const others = otherStacks(services.exports);
    return stackScope(design, environmentOf(stack, services.platform), stack.resources, {
      exported: (name) => {
        const value = others.exported(name);
        if (value !== undefined) {
          this.imports.add(name);
        }
        return value;
      },
      output: (stackName, outputName) => {
        this.requireReadable(stackName);
        return others.output(stackName, outputName);
      },
    });
  }

  // AWS: cloudformation/stack-outputs-are-weak-references
  /** An import needs no permission; an output is read with the permissions of the operation. */
  private requireReadable(stackName: string): void {
    const { platform, exports } = this.services;
    const resource = exports.stack(stackName)?.id;
    if (resource !== undefined) {
      platform.authorize('cloudformation output', {
        principal: this.actor.principal,
        action: 'cloudformation:DescribeStacks',
        resource,
      });
    }
  }

  private context(logicalId: string, type: string): ProvisionContext {
    const { stack, clients } = this;
    const { platform, policies, networks, responses } = this.services;
    const { accountId, region, partition, clock } = platform;
    return {
      stackName: stack.name,
      stackId: stack.id,
      logicalId,
      type,
      accountId,
      region,
      partition,
      clock,
      clients,
      policies,
      networks,
      authorize: (hop, request) => platform.authorize(hop, request),
      assumeRole: (...request) => platform.assumeRole(...request),
      name: (maximum = 64) => physicalName(stack.name, logicalId, maximum),
      customResource: (request) =>
        runCustomResource(request, { stackId: stack.id, logicalId, type, clock, lambda: clients.lambda, responses }),
    };
  }
}

function failedToDelete(logicalIds: readonly string[]): string | undefined {
  return logicalIds.length === 0
    ? undefined
    : `The following resource(s) failed to delete: [${logicalIds.join(', ')}].`;
}
