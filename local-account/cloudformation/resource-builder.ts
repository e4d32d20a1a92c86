import { activeResources, type DependencyGraph, dependencyGraph } from '../assembly/dependencies';
import type { Scope } from '../assembly/scope';
import type { ResourceDefinition } from '../assembly/template';
import { TemplateError } from '../assembly/template-error';
import type { CreationGate } from './creation-gate';
import { NotStabilized } from './failure';
import type { Journal, Subject, Verb } from './journal';
import {
  changedProperties,
  type Properties,
  type ProvisionContext,
  type Provisioned,
  type Provisioner,
  type ProvisionerRegistry,
} from './provisioner';
import { policiesOf, refuseNameClash, refuseReplacement, refuseUnknownProperties, updateKind } from './resource-rules';
import type { Stack, StackResource } from './stack';
import { resolveProperties } from './stack-scope';
import { reversed, traverse } from './traversal';

export interface BuilderServices {
  readonly journal: Journal;
  readonly provisioners: ProvisionerRegistry;
  readonly creations: CreationGate;
  context(logicalId: string, type: string): Omit<ProvisionContext, 'initiated'>;
}

/** Resources that failed, by logical id, with what was done to them. */
class ResourcesFailed extends Error {
  constructor(verbs: ReadonlyMap<string, Verb>) {
    const sentences = (['CREATE', 'UPDATE'] as const).map((verb) => {
      const failed = [...verbs].filter(([, one]) => one === verb).map(([logicalId]) => logicalId);
      return failed.length === 0
        ? ''
        : `The following resource(s) failed to ${verb.toLowerCase()}: [${failed.join(', ')}].`;
    });
    super(sentences.filter(Boolean).join(' '));
  }
}

/** What was under way when another resource failed. */
class Cancelled extends Error {}

/** Moves a stack's resources: towards a design, back to what they were, or away. */
export class ResourceBuilder {
  /** What the new design no longer needs, by logical id: replaced or left out. Deleted in the cleanup. */
  readonly outgoing = new Map<string, StackResource>();
  /** Resources whose update in place was begun: a rollback must put them back even when it failed half way. */
  readonly touched: Set<string>;
  /** Steps of the build that are under way. */
  private readonly underWay = new Map<string, { readonly subject: Subject; readonly verb: Verb }>();
  private readonly cancelled = new Set<string>();

  /**
   * @param preserve what succeeded stays when something fails: independent resources go on, and a failed update alone is
   * undone
   */
  constructor(
    private readonly stack: Stack,
    private readonly services: BuilderServices,
    private readonly preserve: boolean,
    private readonly deleteCreated: boolean,
  ) {
    this.touched = new Set([...(stack.unfinishedRollback?.touched ?? []), ...(stack.paused?.touched ?? [])]);
  }

  /** Creates, replaces and updates until the stack has what the design says. */
  async build(scope: Scope): Promise<void> {
    const graph = dependencyGraph(scope);
    const active = activeResources(scope);
    const verbs = new Map([...active.keys()].map((id): [string, Verb] => [id, this.verbFor(id)]));
    // AWS: cloudformation/a-paused-operation-preserves
    const { failed } = await traverse(graph, this.preserve ? 'continue' : 'stop', async (logicalId) => {
      await this.buildOne(
        logicalId,
        active.get(logicalId) as ResourceDefinition,
        graph.get(logicalId) ?? new Set(),
        scope,
      );
    });
    if (failed.size > 0) {
      throw new ResourcesFailed(new Map([...failed.keys()].map((id) => [id, verbs.get(id) as Verb])));
    }
    for (const resource of this.stack.resources.values()) {
      if (!active.has(resource.logicalId)) {
        this.outgoing.set(resource.logicalId, resource);
      }
    }
  }

  /** Puts resources back to what they were before, but for those to skip. Answers the logical ids that could not be. */
  async restore(
    before: ReadonlyMap<string, StackResource>,
    skipped: ReadonlySet<string> = new Set(),
  ): Promise<string[]> {
    const graph = graphOf([...before.values()]);
    const { failed } = await traverse(graph, 'stop', async (logicalId) => {
      const old = before.get(logicalId) as StackResource;
      if (!skipped.has(logicalId)) return this.restoreOne(old);
      // Nothing is called: the stack says what the resource was, whatever it is.
      // The CDK CLI recognizes these words.
      this.services.journal.resourceStatus(old, 'UPDATE_COMPLETE', 'Resource skipped during UpdateRollback');
      this.stack.resources.set(logicalId, old);
    });
    return [...failed.keys()];
  }

  /** Deletes resources, users before what they use. Answers the logical ids that could not be deleted. */
  async takeDown(resources: readonly StackResource[], why: 'delete' | 'rollback' | 'cleanup'): Promise<string[]> {
    const { stack } = this;
    const { journal } = this.services;
    const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
    const { failed } = await traverse(reversed(graphOf(resources)), 'continue', async (logicalId) => {
      const resource = byId.get(logicalId) as StackResource;
      const { type, physicalId, properties } = resource;
      if (this.retained(resource, why)) {
        journal.resourceStatus(resource, 'DELETE_SKIPPED');
      } else {
        await journal.step(resource, 'DELETE', async () => {
          await this.provisioner(logicalId, type).delete(physicalId, properties, this.context(logicalId, type));
          return undefined;
        });
      }
      const living = stack.resources.get(logicalId);
      if (living === resource) {
        stack.resources.delete(logicalId);
      } else if (living) {
        // The events told of the one that went; the stack still has the one that came or stayed.
        stack.statuses.set(logicalId, {
          ...living,
          status: why === 'cleanup' ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE',
          at: journal.now(),
        });
      }
    });
    return [...failed.keys()];
  }

  private async buildOne(
    logicalId: string,
    definition: ResourceDefinition,
    dependencies: ReadonlySet<string>,
    scope: Scope,
  ): Promise<void> {
    const { stack } = this;
    const { journal } = this.services;
    const type = definition.Type;
    const current = stack.resources.get(logicalId);
    const verb = this.verbFor(logicalId);
    let provisioner: Provisioner;
    let properties: Properties = {};
    let kind: 'creation' | 'replacement' | 'update' | 'none' | 'same';
    try {
      provisioner = this.provisioner(logicalId, type);
      properties = resolveProperties(logicalId, scope);
      refuseUnknownProperties(stack.name, logicalId, type, provisioner, properties);
      kind = change(current, type, properties, provisioner);
      if (kind === 'replacement' && this.preserve) refuseReplacement();
      if (kind === 'replacement' && current?.type === type) {
        refuseNameClash(stack.name, provisioner, current, properties);
      }
    } catch (error) {
      journal.failed({ logicalId, type, physicalId: current?.physicalId, properties }, verb, error);
      this.cancelOthers(logicalId);
      throw error;
    }
    const next = { logicalId, type, properties, dependencies, ...policiesOf(definition) };
    if (!current || kind === 'creation') {
      await this.create(next, provisioner, 'CREATE');
    } else if (kind === 'replacement') {
      this.outgoing.set(logicalId, current);
      await this.create(next, provisioner, 'UPDATE');
    } else if (kind === 'same') {
      stack.resources.set(logicalId, { ...current, ...next });
    } else {
      await this.update(next, current, provisioner, kind);
    }
  }

  private async create(
    next: Omit<StackResource, keyof Provisioned>,
    provisioner: Provisioner,
    verb: Verb,
  ): Promise<void> {
    const { logicalId, type, properties } = next;
    try {
      const made = await this.services.creations.pass((noted) => {
        const initiated = (physicalId?: string): void => {
          if (physicalId !== undefined) this.stack.resources.set(logicalId, { ...next, physicalId, attributes: {} });
          noted();
        };
        const context = { ...this.services.context(logicalId, type), initiated };
        return this.step(next, verb, () => provisioner.create(properties, context));
      });
      this.stack.resources.set(logicalId, { ...next, ...made });
      this.throwIfCancelled(logicalId);
    } catch (error) {
      if (error instanceof NotStabilized) {
        this.stack.resources.set(logicalId, { ...next, physicalId: error.physicalId, attributes: {} });
      }
      throw error;
    }
  }

  private async update(
    next: Omit<StackResource, keyof Provisioned>,
    current: StackResource,
    provisioner: Provisioner,
    kind: 'update' | 'none',
  ): Promise<void> {
    const { logicalId, type, properties } = next;
    const { physicalId } = current;
    this.touched.add(logicalId);
    const move = (to: Properties, from: Properties): Promise<Provisioned> =>
      kind === 'update' && provisioner.update
        ? provisioner.update(physicalId, to, from, this.context(logicalId, type))
        : Promise.resolve(current);
    let made: Provisioned;
    try {
      made = await this.step({ ...next, physicalId }, 'UPDATE', () => move(properties, current.properties));
    } catch (error) {
      // Back to its last stable state; where that fails, too, the rollback of the stack tries again.
      if (this.preserve)
        await move(current.properties, properties).catch(() => {
          this.stack.resources.set(logicalId, { ...current });
        });
      throw error;
    }
    this.stack.resources.set(logicalId, { ...next, physicalId: made.physicalId, attributes: made.attributes });
    // A custom resource answers an update with a new id when it has replaced what it stands for.
    if (made.physicalId !== physicalId) {
      this.outgoing.set(logicalId, current);
    }
    this.throwIfCancelled(logicalId);
  }

  private async step(subject: Subject, verb: Verb, work: () => Promise<Provisioned>): Promise<Provisioned> {
    const { logicalId } = subject;
    this.underWay.set(logicalId, { subject, verb });
    try {
      return await this.services.journal.step(subject, verb, work, () => this.cancelled.has(logicalId));
    } catch (error) {
      this.cancelOthers(logicalId);
      throw error;
    } finally {
      this.underWay.delete(logicalId);
    }
  }

  // AWS: cloudformation/a-failure-cancels-what-is-under-way
  private cancelOthers(failed: string): void {
    if (this.preserve) return;
    for (const [logicalId, { subject, verb }] of this.underWay) {
      if (logicalId === failed || this.cancelled.has(logicalId)) continue;
      this.cancelled.add(logicalId);
      const what = verb === 'CREATE' ? 'creation' : 'update';
      this.services.journal.resourceStatus(subject, `${verb}_FAILED`, `Resource ${what} cancelled`);
    }
  }

  private throwIfCancelled(logicalId: string): void {
    if (this.cancelled.has(logicalId)) throw new Cancelled();
  }

  private verbFor(logicalId: string): Verb {
    return this.stack.resources.has(logicalId) ? 'UPDATE' : 'CREATE';
  }

  private async restoreOne(old: StackResource): Promise<void> {
    const { logicalId, type, physicalId, properties } = old;
    const current = this.stack.resources.get(logicalId);
    const { update } = this.provisioner(logicalId, type);
    if (current && current !== old && update && current.physicalId === physicalId && this.touched.has(logicalId)) {
      await this.services.journal.step(old, 'UPDATE', () =>
        update(physicalId, properties, current.properties, this.context(logicalId, type)),
      );
    }
    this.stack.resources.set(logicalId, old);
  }

  private context(logicalId: string, type: string): ProvisionContext {
    return { ...this.services.context(logicalId, type), initiated: () => undefined };
  }

  private retained(resource: StackResource, why: 'delete' | 'rollback' | 'cleanup'): boolean {
    const replaced = why === 'cleanup' && this.stack.resources.has(resource.logicalId);
    const policy = replaced ? resource.updateReplacePolicy : resource.deletionPolicy;
    if (why === 'rollback' && this.deleteCreated) return false;
    return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && why !== 'rollback');
  }

  private provisioner(logicalId: string, type: string): Provisioner {
    const provisioner = this.services.provisioners(type);
    if (!provisioner) {
      const place = `Resources/${logicalId}`;
      throw new TemplateError(this.stack.name, place, `the local account cannot provision resources of type ${type}`);
    }
    return provisioner;
  }
}

function change(
  current: StackResource | undefined,
  type: string,
  properties: Properties,
  provisioner: Provisioner,
): 'creation' | 'replacement' | 'update' | 'none' | 'same' {
  if (!current) {
    return 'creation';
  }
  if (current.type !== type) {
    return 'replacement';
  }
  const changed = changedProperties(current.properties, properties);
  return changed.length === 0 ? 'same' : updateKind(provisioner, changed);
}

function graphOf(resources: readonly StackResource[]): DependencyGraph {
  const ids = new Set(resources.map(({ logicalId }) => logicalId));
  return new Map(
    resources.map(({ logicalId, dependencies }) => [logicalId, new Set([...dependencies].filter((id) => ids.has(id)))]),
  );
}
