import { activeResources, dependencyGraph, inOrder } from '../assembly/dependencies';
import { resolve } from '../assembly/intrinsics';
import type { Scope, StackEnvironment } from '../assembly/scope';
import type { DeletionPolicy, ResourceDefinition } from '../assembly/template';
import { TemplateError } from '../assembly/template-error';
import type { Exports } from './exports';
import { canonical, type Provisioner, type ProvisionerRegistry } from './provisioner';
import { type References, referencesIn } from './references';
import { updateKind } from './resource-rules';
import type { Stack, StackDesign, StackResource } from './stack';
import { otherStacks, stackScope } from './stack-scope';

/** How CloudFormation writes a value that it learns when it makes the change. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

type Attribute = 'Properties' | 'Tags' | 'Metadata' | 'DeletionPolicy' | 'UpdateReplacePolicy';
type Replacement = 'True' | 'Conditional' | 'False';

/** One reason why a resource changes. */
export interface ChangeDetail {
  readonly attribute: Attribute;
  /** Of a property. */
  readonly name?: string;
  readonly recreation: 'Always' | 'Never';
  readonly evaluation: 'Static' | 'Dynamic';
  readonly source: 'DirectModification' | 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute';
  readonly entity?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** CloudFormation shows this one with property values only. */
  readonly withValuesOnly?: boolean;
}

/** What executing a change set does to one resource. */
export interface ResourceChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly policyAction?: string;
  readonly replacement?: Replacement;
  readonly details: readonly ChangeDetail[];
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface PlannedChanges {
  readonly changes: readonly ResourceChange[];
  /** Why values of some resources could not be worked out. */
  readonly problems: readonly string[];
}

export interface PlanServices {
  readonly exports: Exports;
  readonly provisioners: ProvisionerRegistry;
}

/** What will have happened to a resource by the time that others are changed. */
type Effect = 'added' | 'replaced' | 'maybe replaced' | 'modified';

// AWS: cloudformation/change-set-causes
/**
 * The changes that an update to a design makes, with their causes, in the order of logical ids. It decides on
 * replacements by the rules of the update itself.
 */
export function planChanges(
  stack: Stack,
  next: StackDesign,
  environment: StackEnvironment,
  services: PlanServices,
): PlannedChanges {
  const plan = new Plan(stack, next, environment, services);
  const changes = plan.make();
  return { changes: changes.sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1)), problems: plan.problems };
}

class Plan {
  readonly problems: string[] = [];
  private readonly effects = new Map<string, Effect>();
  private readonly changedParameters: ReadonlySet<string>;
  private readonly scope: Scope;

  constructor(
    private readonly stack: Stack,
    next: StackDesign,
    environment: StackEnvironment,
    private readonly services: PlanServices,
  ) {
    const { parameters } = stack.design;
    this.changedParameters = new Set(
      [...next.parameters.values()]
        .filter(({ key, given }) => parameters.get(key)?.given !== given)
        .map(({ key }) => key),
    );
    const scope = stackScope(next, environment, stack.resources, otherStacks(services.exports));
    const unknown = (logicalId: string): boolean =>
      ['added', 'replaced'].includes(this.effects.get(logicalId) ?? 'kept');
    this.scope = {
      ...scope,
      reference: (logicalId) => (unknown(logicalId) ? KNOWN_AFTER_APPLY : scope.reference(logicalId)),
      attribute: (logicalId, name) => (unknown(logicalId) ? KNOWN_AFTER_APPLY : scope.attribute(logicalId, name)),
    };
  }

  make(): ResourceChange[] {
    const { stack, scope } = this;
    const active = activeResources(scope);
    const changes = inOrder(dependencyGraph(scope), stack.name).flatMap((logicalId) => {
      const definition = active.get(logicalId) as ResourceDefinition;
      const current = stack.resources.get(logicalId);
      return current ? this.modification(current, definition) : [this.addition(logicalId, definition)];
    });
    const removed = [...stack.resources.values()].filter(({ logicalId }) => !active.has(logicalId)).map(removal);
    return [...changes, ...removed];
  }

  private addition(logicalId: string, definition: ResourceDefinition): ResourceChange {
    this.effects.set(logicalId, 'added');
    const { Properties = {}, Metadata } = definition;
    const values = Object.keys(Properties).map((name): [string, unknown] => [
      name,
      this.value(logicalId, name, Properties[name]),
    ]);
    const after = { Properties: Object.fromEntries(values), Metadata };
    return { action: 'Add', logicalId, type: definition.Type, details: [], after };
  }

  private modification(current: StackResource, definition: ResourceDefinition): ResourceChange[] {
    const { logicalId, type, physicalId } = current;
    const provisioner = this.services.provisioners(type);
    if (definition.Type !== type || !provisioner) {
      this.effects.set(logicalId, 'replaced');
      const policyAction = replaceAnd(current.updateReplacePolicy);
      return [{ action: 'Modify', logicalId, type, physicalId, policyAction, replacement: 'True', details: [] }];
    }
    const { Properties = {}, Metadata } = definition;
    const names = [...new Set([...Object.keys(current.properties), ...Object.keys(Properties)])].sort();
    const values = new Map(names.map((name) => [name, this.value(logicalId, name, Properties[name])]));
    const details = [
      ...names.flatMap((name) => this.propertyDetails(current, provisioner, name, Properties[name], values.get(name))),
      ...this.attributeDetails(current, definition),
    ];
    if (details.length === 0) return [];
    const replacement = replacementOf(details);
    const ofProperties = details.some(({ attribute }) => attribute === 'Properties' || attribute === 'Tags');
    if (ofProperties) this.effects.set(logicalId, effectOf(replacement));
    const before = { Properties: current.properties, Metadata: this.before(logicalId)?.Metadata };
    const after = {
      Properties: Object.fromEntries([...values].filter(([, value]) => value !== undefined)),
      Metadata,
    };
    const policyAction = replacement === 'True' ? replaceAnd(current.updateReplacePolicy) : undefined;
    return [{ action: 'Modify', logicalId, type, physicalId, policyAction, replacement, details, before, after }];
  }

  private propertyDetails(
    current: StackResource,
    provisioner: Provisioner,
    name: string,
    written: unknown,
    after: unknown,
  ): ChangeDetail[] {
    const before = current.properties[name];
    const base = {
      ...(name === 'Tags' ? { attribute: 'Tags' as const } : { attribute: 'Properties' as const, name }),
      recreation: updateKind(provisioner, [name]) === 'replacement' ? ('Always' as const) : ('Never' as const),
      before,
      after,
    };
    const references = referencesIn(written, (condition) => this.scope.condition(condition, name));
    const fromResources = this.resourceCauses(references).map((cause) => ({ ...base, ...cause }));
    if (canonical(before) === canonical(after)) {
      return fromResources;
    }
    const fromParameters = [...references.names]
      .filter((one) => this.changedParameters.has(one))
      .map((entity) => ({ ...base, source: 'ParameterReference' as const, evaluation: 'Static' as const, entity }));
    const caused = fromParameters.length + fromResources.length > 0;
    const rewritten = canonical(this.before(current.logicalId)?.Properties?.[name]) !== canonical(written);
    const direct: ChangeDetail = {
      ...base,
      source: 'DirectModification',
      evaluation: caused ? 'Dynamic' : 'Static',
      withValuesOnly: fromResources.length > 0 && fromParameters.length === 0 && !rewritten,
    };
    return [...fromParameters, ...fromResources, direct];
  }

  /** A new resource has a new id and new attributes. An update in place may change any attribute, and keeps the id. */
  private resourceCauses({ names, attributes }: References): Pick<ChangeDetail, 'source' | 'evaluation' | 'entity'>[] {
    const ids = [...names].flatMap((entity) => {
      const effect = this.effects.get(entity);
      return effect === 'replaced' || effect === 'maybe replaced'
        ? [{ source: 'ResourceReference' as const, evaluation: evaluationOf(effect), entity }]
        : [];
    });
    const values = [...attributes].flatMap((entity) => {
      const effect = this.effects.get(entity.split('.')[0]);
      return effect === undefined || effect === 'added'
        ? []
        : [{ source: 'ResourceAttribute' as const, evaluation: evaluationOf(effect), entity }];
    });
    return [...ids, ...values];
  }

  private attributeDetails(current: StackResource, definition: ResourceDefinition): ChangeDetail[] {
    const earlier = this.before(current.logicalId);
    const compared: [Attribute, unknown, unknown][] = [
      ['Metadata', earlier?.Metadata, definition.Metadata],
      ['DeletionPolicy', current.deletionPolicy, definition.DeletionPolicy ?? 'Delete'],
      ['UpdateReplacePolicy', current.updateReplacePolicy, definition.UpdateReplacePolicy ?? 'Delete'],
    ];
    return compared
      .filter(([, before, after]) => canonical(before) !== canonical(after))
      .map(([attribute, before, after]) => ({
        attribute,
        recreation: 'Never',
        evaluation: 'Static',
        source: 'DirectModification',
        before,
        after,
      }));
  }

  private before(logicalId: string): ResourceDefinition | undefined {
    return this.stack.design.template.resources[logicalId];
  }

  private value(logicalId: string, name: string, written: unknown): unknown {
    if (written === undefined) return undefined;
    try {
      return resolve(written, this.scope, `Resources/${logicalId}/Properties/${name}`);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      // Fn::Select of a value that is not known yet fails, too: that is no problem of the template.
      if (!this.waits(written)) {
        this.problems.push(`ChangeSet creation failed for resource [${logicalId}] because: ${error.message}`);
      }
      return KNOWN_AFTER_APPLY;
    }
  }

  private waits(written: unknown): boolean {
    const { names, attributes } = referencesIn(written, (condition) => this.scope.condition(condition, ''));
    return [...names, ...[...attributes].map((one) => one.split('.')[0])].some((one) => this.effects.has(one));
  }
}

function removal({ logicalId, type, physicalId, properties, deletionPolicy }: StackResource): ResourceChange {
  const policyAction = kept(deletionPolicy) ? 'Retain' : deletionPolicy;
  const before = { Properties: properties };
  return { action: 'Remove', logicalId, type, physicalId, policyAction, details: [], before };
}

function replaceAnd(policy: DeletionPolicy): string {
  return `ReplaceAnd${kept(policy) ? 'Retain' : policy}`;
}

function kept(policy: DeletionPolicy): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

function replacementOf(details: readonly ChangeDetail[]): Replacement {
  const replacing = details.filter(({ recreation }) => recreation === 'Always');
  if (replacing.length === 0) return 'False';
  return replacing.some(({ evaluation }) => evaluation === 'Static') ? 'True' : 'Conditional';
}

function effectOf(replacement: Replacement): Effect {
  return replacement === 'True' ? 'replaced' : replacement === 'Conditional' ? 'maybe replaced' : 'modified';
}

function evaluationOf(effect: Effect): 'Static' | 'Dynamic' {
  return effect === 'replaced' ? 'Static' : 'Dynamic';
}
