import type { Networks } from '../networks';
import type { Clock, Platform } from '../platform';
import type { Clients } from './clients';
import type { PolicySink } from './policy-sink';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource after its creation or update. */
export interface Provisioned {
  /** What Ref gives. */
  readonly physicalId: string;
  /** What Fn::GetAtt gives, by attribute name. */
  readonly attributes: Properties;
}

/** What a provisioner may use. */
export interface ProvisionContext {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly clock: Clock;
  /** SDK clients with the credentials of the stack operation's caller or role. */
  readonly clients: Clients;
  readonly policies: PolicySink;
  readonly networks: Networks;
  /** For what the new resource's service will do by itself. Throws AccessDenied. */
  readonly authorize: Platform['authorize'];
  readonly assumeRole: Platform['assumeRole'];
  /** A physical name as CloudFormation makes them: stack, logical id and a random part, cut to fit. */
  name(maximum?: number): string;
  /** While it is created: its id, where it is known before the resource is ready. What follows may take long. */
  initiated(physicalId?: string): void;
  /** Runs one request of a Lambda-backed custom resource and waits for its answer. */
  customResource(request: CustomResourceRequest): Promise<CustomResourceAnswer>;
}

export interface CustomResourceRequest {
  readonly requestType: 'Create' | 'Update' | 'Delete';
  readonly physicalId?: string;
  readonly properties: Properties;
  readonly oldProperties?: Properties;
}

export interface CustomResourceAnswer {
  readonly physicalId: string;
  readonly data: Properties;
}

/**
 * How resources of one type come, change and go. Every property that a template may use is in one of the three
 * lists; any other is refused, so that nothing is silently left out of the local account.
 */
export interface Provisioner {
  /** Changing one of these makes a new resource ("Update requires: Replacement"). */
  readonly replacing: readonly string[];
  /** Changing one of these is an update in place. '*': any other property, for custom resources. */
  readonly updating: readonly string[];
  /** Accepted, kept, but without effect in the local account. 'rest': every property not in the other lists. */
  readonly inert: readonly string[] | 'rest';
  /** The property that names the resource: replacing one whose given name stays is refused, as CloudFormation does. */
  readonly nameProperty?: string;
  create(properties: Properties, context: ProvisionContext): Promise<Provisioned>;
  /** Absent: no property updates in place. `previous` is what the resource was made of. */
  update?(
    physicalId: string,
    properties: Properties,
    previous: Properties,
    context: ProvisionContext,
  ): Promise<Provisioned>;
  /**
   * The live values of its properties in the form of a template; undefined when it is gone. A property that is absent
   * here is not compared. Absent: the type has no drift detection.
   */
  read?(physicalId: string, properties: Properties, clients: Clients): Promise<Properties | undefined>;
  /** What `read` gives is all that an update needs, so Cloud Control API may change it. @default no */
  readonly patchable?: boolean;
  /** A resource that is gone already counts as deleted. */
  delete(physicalId: string, properties: Properties, context: ProvisionContext): Promise<void>;
}

export type ProvisionerRegistry = (type: string) => Provisioner | undefined;

/** The properties that differ, by name. */
export function changedProperties(before: Properties, after: Properties): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => canonical(before[name]) !== canonical(after[name]),
  );
}

/** JSON with sorted keys: the order of keys is no difference. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? ''
  );
}
