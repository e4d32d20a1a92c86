import type { Scope, StackEnvironment } from '../assembly/scope';
import type { Networks } from '../networks';
import type { Platform } from '../platform';
import { type Clients, makeClients } from './clients';
import type { CreationGate } from './creation-gate';
import { runCustomResource } from './custom-resource';
import type { Exports } from './exports';
import { Journal } from './journal';
import { physicalName } from './physical-name';
import type { PolicySink } from './policy-sink';
import type { ProvisionContext, ProvisionerRegistry } from './provisioner';
import { ResourceBuilder } from './resource-builder';
import type { ResponseServer } from './response-server';
import {
  type Actor,
  type FailureHandling,
  type PausedOperation,
  ROLL_BACK,
  type Stack,
  type StackDesign,
  type StackResource,
  type UnfinishedRollback,
} from './stack';
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
  readonly creations: CreationGate;
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
    private readonly handling: FailureHandling = ROLL_BACK,
  ) {
    this.clients = makeClients(services.platform, actor.credentials);
    this.journal = new Journal(stack, services.platform, actor.token);
    this.builder = new ResourceBuilder(
      stack,
      {
        journal: this.journal,
        provisioners: services.provisioners,
        creations: services.creations,
        context: (logicalId, type) => this.context(logicalId, type),
      },
      handling.onFailure === 'DO_NOTHING',
      handling.deleteCreated,
    );
  }

  async create(): Promise<void> {
    const { stack, journal } = this;
    const { onFailure } = this.handling;
    const problem = await this.forward(stack.design);
    if (problem === undefined) {
      journal.stackStatus('CREATE_COMPLETE');
    } else if (onFailure === 'DO_NOTHING') {
      // AWS: cloudformation/a-paused-operation-preserves
      stack.paused = {
        stable: undefined,
        created: [...stack.resources.values()],
        touched: new Set(),
        final: this.handling.final,
      };
      journal.stackStatus('CREATE_FAILED', problem);
    } else if (onFailure === 'DELETE') {
      journal.stackStatus('DELETE_IN_PROGRESS', `${problem} Delete requested by user.`);
      await this.takeAllDown();
    } else {
      journal.stackStatus('ROLLBACK_IN_PROGRESS', `${problem} Rollback requested by user.`);
      await this.undoCreation();
    }
    this.clients.close();
  }

  async update(next: StackDesign): Promise<void> {
    const { stack, journal, builder } = this;
    const stable = stack.paused ? stack.paused.stable : { design: stack.design, resources: new Map(stack.resources) };
    await this.clearFailedCreations();
    const before = new Map(stack.resources);
    stack.before = stable?.resources ?? before;
    const problem = await this.forward(next);
    if (problem === undefined) {
      stack.paused = undefined;
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
    } else if (this.handling.onFailure === 'DO_NOTHING') {
      const known = stable?.resources ?? new Map<string, StackResource>();
      stack.paused = { stable, created: this.createdSince(known), touched: builder.touched, final: false };
      stack.design = next;
      journal.stackStatus('UPDATE_FAILED', problem);
    } else {
      journal.stackStatus('UPDATE_ROLLBACK_IN_PROGRESS', problem);
      await this.putBack(before, this.createdSince(before));
    }
    stack.before = undefined;
    this.clients.close();
  }

  /** What could not be created has no state to go on from: a retry deletes it and makes it anew. */
  private async clearFailedCreations(): Promise<void> {
    const { stack, builder } = this;
    if (!stack.paused) return;
    const failed = stack.paused.created.filter(
      ({ logicalId }) => stack.statuses.get(logicalId)?.status === 'CREATE_FAILED',
    );
    await builder.takeDown(failed, 'rollback');
  }

  /** Takes a stack whose rollback was disabled back to its last stable state. */
  // AWS: cloudformation/rollback-of-a-paused-operation
  async rollback(): Promise<void> {
    const { stack, clients } = this;
    const { stable, created } = stack.paused as PausedOperation;
    stack.paused = undefined;
    if (stable) {
      stack.design = stable.design;
      stack.before = stable.resources;
      await this.putBack(stable.resources, created);
      stack.before = undefined;
    } else {
      await this.undoCreation();
    }
    clients.close();
  }

  private async undoCreation(): Promise<void> {
    const { stack, journal, builder } = this;
    const failed = await builder.takeDown([...stack.resources.values()], 'rollback');
    journal.stackStatus(failed.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED', failedToDelete(failed));
  }

  async delete(): Promise<void> {
    await this.takeAllDown();
    this.clients.close();
  }

  private async takeAllDown(): Promise<void> {
    const { stack, journal, builder } = this;
    stack.paused = undefined;
    const failed = await builder.takeDown([...stack.resources.values()], 'delete');
    if (failed.length === 0) {
      stack.deletedAt = journal.now();
      stack.outputs = [];
      stack.imports = new Set();
      journal.stackStatus('DELETE_COMPLETE');
    } else {
      journal.stackStatus('DELETE_FAILED', failedToDelete(failed));
    }
  }

  /** Builds resources and outputs; returns why that failed, or undefined. */
  private async forward(design: StackDesign): Promise<string | undefined> {
    const { stack, services } = this;
    try {
      const scope = this.scope(design);
      await this.builder.build(scope);
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
    stack.before = before;
    await this.putBack(before, created, skipped);
    stack.before = undefined;
    clients.close();
  }

  private createdSince(before: ReadonlyMap<string, StackResource>): StackResource[] {
    return [...this.stack.resources.values()].filter(
      ({ logicalId, physicalId }) => before.get(logicalId)?.physicalId !== physicalId,
    );
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
    stack.paused = undefined;
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

  private context(logicalId: string, type: string): Omit<ProvisionContext, 'initiated'> {
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
