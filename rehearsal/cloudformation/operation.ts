import { randomBytes, randomUUID } from 'node:crypto';
import { DependencyGraph, activeResources, dependencyGraph } from '../assembly/dependencies';
import { Scope, StackEnvironment } from '../assembly/scope';
import { ResourceDefinition } from '../assembly/template';
import { TemplateError } from '../assembly/template-error';
import { Platform } from '../platform';
import { Clients, makeClients } from './clients';
import { runCustomResource } from './custom-resource';
import { Exports } from './exports';
import { NotStabilized, statusReason } from './failure';
import { PolicySink } from './policy-sink';
import { ProvisionContext, Properties, Provisioned, Provisioner, ProvisionerRegistry, changedProperties } from './provisioner';
import { ResponseServer } from './response-server';
import { Actor, Stack, StackDesign, StackResource } from './stack';
import { resolveOutputs, resolveProperties, stackScope } from './stack-scope';
import { reversed, traverse } from './traversal';

export interface EngineServices {
  readonly platform: Pick<Platform, 'endpoint' | 'region' | 'accountId' | 'partition' | 'clock' | 'emit' | 'record'>;
  readonly provisioners: ProvisionerRegistry;
  readonly policies: PolicySink;
  readonly exports: Exports;
  readonly responses: ResponseServer;
}

export function environmentOf(stack: { readonly id: string; readonly name: string }, platform: EngineServices['platform']): StackEnvironment {
  const { accountId, region, partition } = platform;
  return { stackName: stack.name, stackId: stack.id, accountId, region, partition, notificationArns: [] };
}

/** One create, update or delete of a stack, from the moment it was accepted to its end. Never rejects. */
export class StackOperation {
  private readonly clients: Clients;
  private readonly imports = new Set<string>();

  constructor(
    private readonly stack: Stack,
    private readonly actor: Actor,
    private readonly services: EngineServices,
  ) {
    this.clients = makeClients(services.platform, actor.credentials);
  }

  async create(): Promise<void> {
    const { stack } = this;
    const problem = await this.attempt(stack.design, 'create', async (design) => {
      const scope = this.scope(design);
      await this.converge(scope, 'create', new Map());
      this.settleOutputs(scope);
    });
    if (problem === undefined) {
      this.stackStatus('CREATE_COMPLETE');
    } else {
      this.stackStatus('ROLLBACK_IN_PROGRESS', `${problem} Rollback requested by user.`);
      const failed = await this.takeDown([...stack.resources.values()], 'rollback');
      this.stackStatus(failed.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED', failedReason(failed, 'delete'));
    }
    this.clients.close();
  }

  async update(next: StackDesign): Promise<void> {
    const { stack } = this;
    const before = new Map(stack.resources);
    const outgoing = new Map<string, StackResource>();
    const problem = await this.attempt(next, 'update', async (design) => {
      const scope = this.scope(design);
      await this.converge(scope, 'update', outgoing);
      const kept = activeResources(scope);
      [...stack.resources.values()]
        .filter(({ logicalId }) => !kept.has(logicalId))
        .forEach((resource) => outgoing.set(resource.logicalId, resource));
      this.settleOutputs(scope);
    });
    if (problem === undefined) {
      this.stackStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      stack.design = next;
      stack.updatedAt = this.now();
      outgoing.forEach((resource, logicalId) => {
        if (stack.resources.get(logicalId) === resource) {
          stack.resources.delete(logicalId);
        }
      });
      // What the cleanup cannot delete stays behind, out of the stack: the update has succeeded all the same.
      await this.takeDown([...outgoing.values()], 'cleanup');
      this.stackStatus('UPDATE_COMPLETE');
    } else {
      await this.rollBackUpdate(before, problem);
    }
    this.clients.close();
  }

  async delete(): Promise<void> {
    const { stack } = this;
    const failed = await this.takeDown([...stack.resources.values()], 'delete');
    if (failed.length === 0) {
      stack.deletedAt = this.now();
      stack.outputs = [];
      stack.imports = new Set();
      this.stackStatus('DELETE_COMPLETE');
    } else {
      this.stackStatus('DELETE_FAILED', failedReason(failed, 'delete'));
    }
    this.clients.close();
  }

  /** Runs the forward part; answers why it failed, or nothing. */
  private async attempt(
    design: StackDesign,
    verb: 'create' | 'update',
    forward: (design: StackDesign) => Promise<void>,
  ): Promise<string | undefined> {
    try {
      await forward(design);
      return undefined;
    } catch (error) {
      if (error instanceof ResourcesFailed) {
        return failedReason(error.logicalIds, verb);
      }
      return error instanceof Error ? error.message : String(error);
    }
  }

  private async rollBackUpdate(before: ReadonlyMap<string, StackResource>, problem: string): Promise<void> {
    const { stack } = this;
    this.stackStatus('UPDATE_ROLLBACK_IN_PROGRESS', problem);
    const created = [...stack.resources.values()].filter(
      (resource) => before.get(resource.logicalId)?.physicalId !== resource.physicalId,
    );
    const graph = graphOf([...before.values()]);
    const { failed } = await traverse(graph, 'stop', (logicalId) => this.restore(before.get(logicalId)));
    created.forEach(({ logicalId }) => {
      if (!before.has(logicalId)) {
        stack.resources.delete(logicalId);
      }
    });
    if (failed.size > 0) {
      this.stackStatus('UPDATE_ROLLBACK_FAILED', failedReason([...failed.keys()], 'update'));
      return;
    }
    this.stackStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.takeDown(created, 'rollback');
    this.stackStatus('UPDATE_ROLLBACK_COMPLETE');
  }

  /** Puts one resource back to what it was before the update. */
  private async restore(old: StackResource | undefined): Promise<void> {
    const current = old && this.stack.resources.get(old.logicalId);
    if (!old || (current === old && !this.touched.has(old.logicalId))) {
      return;
    }
    const provisioner = this.provisioner(old.logicalId, old.type);
    if (current && current.physicalId === old.physicalId && provisioner.update) {
      const { update } = provisioner;
      await this.reported(old.logicalId, old.type, 'UPDATE', old.physicalId, old.properties, () =>
        update(old.physicalId, old.properties, current.properties, this.context(old.logicalId, old.type)),
      );
    }
    this.stack.resources.set(old.logicalId, old);
  }

  /** Resources whose update in place was begun: a rollback must put them back even when it failed half way. */
  private readonly touched = new Set<string>();

  private async converge(scope: Scope, verb: 'create' | 'update', outgoing: Map<string, StackResource>): Promise<void> {
    const graph = dependencyGraph(scope);
    const active = activeResources(scope);
    const { failed } = await traverse(graph, 'stop', async (logicalId) => {
      const definition = active.get(logicalId) as ResourceDefinition;
      await this.convergeOne(logicalId, definition, graph.get(logicalId) ?? new Set(), scope, outgoing);
    });
    if (failed.size > 0) {
      throw new ResourcesFailed([...failed.keys()], verb);
    }
  }

  private async convergeOne(
    logicalId: string,
    definition: ResourceDefinition,
    dependencies: ReadonlySet<string>,
    scope: Scope,
    outgoing: Map<string, StackResource>,
  ): Promise<void> {
    const { stack } = this;
    const type = definition.Type;
    const current = stack.resources.get(logicalId);
    const verb = current ? 'UPDATE' : 'CREATE';
    let provisioner: Provisioner;
    let properties: Properties;
    try {
      provisioner = this.provisioner(logicalId, type);
      properties = resolveProperties(logicalId, scope);
      checkProperties(stack.name, logicalId, type, provisioner, properties);
    } catch (error) {
      this.resourceStatus(logicalId, type, `${verb}_FAILED`, current?.physicalId ?? '', {}, statusReason(error, randomUUID()));
      throw error;
    }
    const place = { logicalId, type, properties, dependencies, ...policies(definition) };
    const context = this.context(logicalId, type);
    const create = async (status: 'CREATE' | 'UPDATE'): Promise<void> => {
      try {
        const made = await this.reported(logicalId, type, status, '', properties, () => provisioner.create(properties, context));
        stack.resources.set(logicalId, { ...place, ...made });
      } catch (error) {
        if (error instanceof NotStabilized) {
          stack.resources.set(logicalId, { ...place, physicalId: error.physicalId, attributes: {} });
        }
        throw error;
      }
    };
    if (!current) {
      return create('CREATE');
    }
    const changed = current.type === type ? changedProperties(current.properties, properties) : undefined;
    if (changed?.length === 0) {
      stack.resources.set(logicalId, { ...current, ...place });
      return;
    }
    if (changed === undefined || needsReplacement(provisioner, changed)) {
      refuseNameClash(stack.name, logicalId, provisioner, current, properties);
      outgoing.set(logicalId, current);
      return create('UPDATE');
    }
    this.touched.add(logicalId);
    const { update } = provisioner;
    const made = await this.reported(logicalId, type, 'UPDATE', current.physicalId, properties, async (): Promise<Provisioned> =>
      update && changed.some((name) => provisioner.updating.includes(name) || provisioner.updating.includes('*'))
        ? update(current.physicalId, properties, current.properties, context)
        : current,
    );
    stack.resources.set(logicalId, { ...place, physicalId: made.physicalId, attributes: made.attributes });
    if (made.physicalId !== current.physicalId) {
      outgoing.set(logicalId, current);
    }
  }

  /** Deletes resources, users before what they use. Answers the logical ids that could not be deleted. */
  private async takeDown(resources: readonly StackResource[], why: 'delete' | 'rollback' | 'cleanup'): Promise<string[]> {
    const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
    const { failed } = await traverse(reversed(graphOf(resources)), 'continue', async (logicalId) => {
      const resource = byId.get(logicalId) as StackResource;
      const { type, physicalId, properties } = resource;
      const retained = this.retained(resource, why);
      if (retained) {
        this.resourceStatus(logicalId, type, 'DELETE_SKIPPED', physicalId, properties);
      } else {
        const context = this.context(logicalId, type);
        await this.reported(logicalId, type, 'DELETE', physicalId, properties, async () => {
          await this.provisioner(logicalId, type).delete(physicalId, properties, context);
          return undefined;
        });
      }
      if (this.stack.resources.get(logicalId) === resource) {
        this.stack.resources.delete(logicalId);
      }
    });
    return [...failed.keys()];
  }

  private retained(resource: StackResource, why: 'delete' | 'rollback' | 'cleanup'): boolean {
    const replaced = why === 'cleanup' && this.stack.resources.has(resource.logicalId);
    const policy = replaced ? resource.updateReplacePolicy : resource.deletionPolicy;
    return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && why !== 'rollback');
  }

  private settleOutputs(scope: Scope): void {
    const { stack } = this;
    const outputs = resolveOutputs(scope);
    const obstacle = this.services.exports.obstacle(stack, outputs);
    if (obstacle !== undefined) {
      throw new Error(obstacle);
    }
    stack.outputs = outputs;
    stack.imports = this.imports;
  }

  private scope(design: StackDesign): Scope {
    const { stack, services } = this;
    return stackScope(design, environmentOf(stack, services.platform), stack.resources, services.exports, this.imports);
  }

  private provisioner(logicalId: string, type: string): Provisioner {
    const provisioner = this.services.provisioners(type);
    if (!provisioner) {
      throw new TemplateError(this.stack.name, `Resources/${logicalId}`, `the rehearsal cannot provision resources of type ${type}`);
    }
    return provisioner;
  }

  private context(logicalId: string, type: string): ProvisionContext {
    const { stack, services, clients } = this;
    const { platform, policies: sink, responses } = services;
    return {
      stackName: stack.name,
      stackId: stack.id,
      logicalId,
      type,
      accountId: platform.accountId,
      region: platform.region,
      partition: platform.partition,
      clock: platform.clock,
      clients,
      policies: sink,
      name: (maximum = 64) => physicalName(stack.name, logicalId, maximum),
      customResource: (request) =>
        runCustomResource(request, { stackId: stack.id, logicalId, type, clock: platform.clock, lambda: clients.lambda, responses }),
    };
  }

  /** Runs one step on a resource between its IN_PROGRESS and its COMPLETE or FAILED event. */
  private async reported<T extends Provisioned | undefined>(
    logicalId: string,
    type: string,
    verb: 'CREATE' | 'UPDATE' | 'DELETE',
    physicalId: string,
    properties: Properties,
    step: () => Promise<T>,
  ): Promise<T> {
    this.resourceStatus(logicalId, type, `${verb}_IN_PROGRESS`, physicalId, properties);
    try {
      const result = await step();
      this.resourceStatus(logicalId, type, `${verb}_COMPLETE`, result?.physicalId ?? physicalId, properties);
      return result;
    } catch (error) {
      const id = error instanceof NotStabilized ? error.physicalId : physicalId;
      this.resourceStatus(logicalId, type, `${verb}_FAILED`, id, properties, statusReason(error, randomUUID()));
      throw error;
    }
  }

  private resourceStatus(
    logicalId: string,
    type: string,
    status: string,
    physicalId: string,
    properties: Properties,
    reason?: string,
  ): void {
    const at = this.now();
    const entry = { logicalId, type, physicalId, status, reason, at };
    this.stack.statuses.set(logicalId, entry);
    this.stack.events.push({ ...entry, eventId: `${logicalId}-${status}-${randomUUID()}`, token: this.actor.token, properties: JSON.stringify(properties) });
    if (status.endsWith('_FAILED')) {
      const summary = `${this.stack.name}: ${logicalId} (${type}) ${status}`;
      this.services.platform.record({ kind: 'cloudformation', summary, detail: { reason } });
    }
  }

  private stackStatus(status: string, reason?: string): void {
    setStackStatus(this.stack, status, reason, this.actor.token, this.services.platform);
  }

  private now(): number {
    return this.services.platform.clock.now();
  }
}

/** Sets the stack's status, records the event and tells the default bus, as CloudFormation does. */
export function setStackStatus(
  stack: Stack,
  status: string,
  reason: string | undefined,
  token: string | undefined,
  platform: EngineServices['platform'],
): void {
  const type = 'AWS::CloudFormation::Stack';
  stack.status = status;
  stack.statusReason = reason;
  const at = platform.clock.now();
  stack.events.push({ logicalId: stack.name, type, physicalId: stack.id, status, reason, at, eventId: randomUUID(), token });
  platform.record({ kind: 'cloudformation', summary: `${stack.name}: ${status}`, detail: reason === undefined ? undefined : { reason } });
  platform.emit({
    source: 'aws.cloudformation',
    'detail-type': 'CloudFormation Stack Status Change',
    resources: [stack.id],
    detail: {
      'stack-id': stack.id,
      'status-details': { status, 'status-reason': reason ?? '' },
      ...(token === undefined ? {} : { 'client-request-token': token }),
    },
  });
}

class ResourcesFailed extends Error {
  constructor(
    readonly logicalIds: readonly string[],
    verb: string,
  ) {
    super(failedReason(logicalIds, verb));
  }
}

function failedReason(logicalIds: readonly string[], verb: string): string | undefined {
  return logicalIds.length === 0 ? undefined : `The following resource(s) failed to ${verb}: [${logicalIds.join(', ')}].`;
}

function policies(definition: ResourceDefinition): Pick<StackResource, 'deletionPolicy' | 'updateReplacePolicy'> {
  return {
    deletionPolicy: definition.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
  };
}

function needsReplacement(provisioner: Provisioner, changed: readonly string[]): boolean {
  const updates = changed.filter((name) => provisioner.updating.includes(name));
  return changed.some((name) => provisioner.replacing.includes(name)) || (updates.length > 0 && !provisioner.update);
}

function refuseNameClash(
  stackName: string,
  logicalId: string,
  provisioner: Provisioner,
  current: StackResource,
  properties: Properties,
): void {
  const { nameProperty } = provisioner;
  if (nameProperty === undefined || properties[nameProperty] === undefined) {
    return;
  }
  if (properties[nameProperty] === current.properties[nameProperty]) {
    throw new TemplateError(
      stackName,
      `Resources/${logicalId}/Properties/${nameProperty}`,
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
        `Rename ${String(properties[nameProperty])} and update the stack again.`,
    );
  }
}

function checkProperties(stackName: string, logicalId: string, type: string, provisioner: Provisioner, properties: Properties): void {
  if (provisioner.inert === 'rest' || provisioner.updating.includes('*')) {
    return;
  }
  const known = new Set([...provisioner.replacing, ...provisioner.updating, ...provisioner.inert]);
  const stranger = Object.keys(properties).find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw new TemplateError(
      stackName,
      `Resources/${logicalId}/Properties/${stranger}`,
      `the rehearsal does not know this property of ${type}`,
    );
  }
}

function graphOf(resources: readonly StackResource[]): DependencyGraph {
  const ids = new Set(resources.map(({ logicalId }) => logicalId));
  return new Map(
    resources.map(({ logicalId, dependencies }) => [logicalId, new Set([...dependencies].filter((id) => ids.has(id)))]),
  );
}

/** <stack>-<logical id>-<random>, cut in the middle as CloudFormation does when it must be short. */
function physicalName(stackName: string, logicalId: string, maximum: number): string {
  const random = [...randomBytes(12)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[byte % 36]).join('');
  const room = maximum - random.length - 1;
  const whole = `${stackName}-${logicalId}`;
  if (whole.length <= room) {
    return `${whole}-${random}`;
  }
  const stackPart = stackName.slice(0, Math.max(room - logicalId.length - 1, Math.floor(room / 2)));
  return `${`${stackPart}-${logicalId}`.slice(0, room).replace(/-+$/, '')}-${random}`;
}
