import { type AwsManagedPolicies, awsManagedPolicy } from './managed-policies';
import { type CompiledPolicy, compilePolicy, type Statement } from './policy-document';
import { PolicyError } from './policy-error';

/** Statements by the service they name, so that one request looks only at those that can match. */
export class StatementIndex {
  private readonly byService = new Map<string, Statement[]>();
  private readonly anyService: Statement[] = [];
  private readonly merged = new Map<string, readonly Statement[]>();

  constructor(policies: Iterable<CompiledPolicy>) {
    for (const policy of policies) {
      for (const statement of policy.statements) {
        if (statement.services === undefined) {
          this.anyService.push(statement);
        } else {
          statement.services.forEach((service) => {
            this.byService.set(service, [...(this.byService.get(service) ?? []), statement]);
          });
        }
      }
    }
  }

  for(service: string): readonly Statement[] {
    let found = this.merged.get(service);
    if (!found) {
      found = [...(this.byService.get(service) ?? []), ...this.anyService];
      this.merged.set(service, found);
    }
    return found;
  }
}

const EMPTY = new StatementIndex([]);

/** A policy as it was put: enough to put it again elsewhere. */
export interface PolicyRecord {
  readonly kind: 'trust' | 'identity' | 'managed' | 'resource' | 'endpoint';
  /** ARN of the role, user, policy or resource; id of the VPC endpoint. */
  readonly holder: string;
  readonly name: string;
  readonly document: unknown;
  /** Of a VPC endpoint. */
  readonly service?: string;
}

/** Every policy in force, and who has it. */
export interface PolicyState {
  readonly managed: readonly (readonly [arn: string, document: unknown])[];
  readonly identities: readonly {
    readonly arn: string;
    readonly trust?: unknown;
    readonly boundaryArn?: string;
    readonly inline: readonly (readonly [name: string, document: unknown])[];
    readonly attached: readonly string[];
  }[];
  readonly resources: readonly (readonly [arn: string, name: string, document: unknown])[];
  readonly endpoints: readonly string[];
  readonly records: readonly PolicyRecord[];
}

/** A role or a user: who it is and what is attached to it. */
class Identity {
  readonly inline = new Map<string, CompiledPolicy>();
  readonly attached = new Set<string>();
  trust: CompiledPolicy | undefined;
  trustIndex = EMPTY;
  boundaryArn: string | undefined;

  constructor(readonly arn: string) {}
}

export interface RoleDefinition {
  readonly arn: string;
  /** The trust policy (AssumeRolePolicyDocument). */
  readonly trust: unknown;
  readonly boundaryArn?: string;
}

/**
 * Every policy in force: roles with their trust, inline and managed policies, and the policies of resources.
 * Documents are compiled when they are put, so a policy that IAM would refuse is refused at once, with its place.
 */
export class PolicyStore {
  private readonly identities = new Map<string, Identity>();
  private readonly managed = new Map<string, CompiledPolicy>();
  private readonly resources = new Map<string, Map<string, CompiledPolicy>>();
  private readonly endpoints = new Map<string, { readonly service: string; readonly index: StatementIndex }>();
  private readonly recorded = new Map<string, PolicyRecord>();
  private readonly boundaryIndexes = new WeakMap<CompiledPolicy, StatementIndex>();
  private readonly identityIndexes = new Map<string, StatementIndex>();
  private readonly resourceIndexes = new Map<string, StatementIndex>();

  constructor(private readonly awsManaged: AwsManagedPolicies = () => undefined) {}

  /** Creates a role or replaces its trust policy; what is attached to it stays. */
  putRole(role: RoleDefinition): void {
    const trust = compilePolicy('trust', 'trust', role.arn, role.trust);
    this.record({ kind: 'trust', holder: role.arn, name: 'trust', document: trust.document });
    const identity = this.identities.get(role.arn) ?? new Identity(role.arn);
    identity.trust = trust;
    identity.trustIndex = new StatementIndex([trust]);
    identity.boundaryArn = role.boundaryArn;
    this.identities.set(role.arn, identity);
    this.identityIndexes.delete(role.arn);
  }

  putUser(arn: string, boundaryArn?: string): void {
    const identity = this.identities.get(arn) ?? new Identity(arn);
    identity.boundaryArn = boundaryArn;
    this.identities.set(arn, identity);
  }

  /** Deletes a role or user with all its policies. */
  deleteIdentity(arn: string): void {
    this.identities.delete(arn);
    this.identityIndexes.delete(arn);
  }

  hasIdentity(arn: string): boolean {
    return this.identities.has(arn);
  }

  /** ARNs of all roles. */
  roles(): string[] {
    return [...this.identities.values()].filter((identity) => identity.trust).map((identity) => identity.arn);
  }

  putInlinePolicy(identityArn: string, name: string, document: unknown): void {
    const policy = compilePolicy('identity', name, identityArn, document);
    this.identity(identityArn).inline.set(name, policy);
    this.record({ kind: 'identity', holder: identityArn, name, document: policy.document });
    this.identityIndexes.delete(identityArn);
  }

  deleteInlinePolicy(identityArn: string, name: string): void {
    this.identities.get(identityArn)?.inline.delete(name);
    this.identityIndexes.delete(identityArn);
  }

  /** Creates or replaces a customer-managed policy. */
  putManagedPolicy(policyArn: string, document: unknown): void {
    const policy = compilePolicy('identity', policyArn, policyArn, document);
    this.managed.set(policyArn, policy);
    this.record({ kind: 'managed', holder: policyArn, name: policyArn, document: policy.document });
    this.identityIndexes.clear();
  }

  deleteManagedPolicy(policyArn: string): void {
    this.managed.delete(policyArn);
    this.identityIndexes.clear();
  }

  attachManagedPolicy(identityArn: string, policyArn: string): void {
    this.managedPolicy(policyArn);
    this.identity(identityArn).attached.add(policyArn);
    this.identityIndexes.delete(identityArn);
  }

  /** The managed policies that are attached now, each as a policy of its identity: what `records` does not show. */
  attachments(): PolicyRecord[] {
    return [...this.identities.values()].flatMap(({ arn, attached }) =>
      [...attached].map((name) => ({
        kind: 'identity' as const,
        holder: arn,
        name,
        document: this.managedPolicy(name).document,
      })),
    );
  }

  detachManagedPolicy(identityArn: string, policyArn: string): void {
    this.identities.get(identityArn)?.attached.delete(policyArn);
    this.identityIndexes.delete(identityArn);
  }

  /**
   * Puts a policy on a resource: bucket, key, topic, queue, event bus, repository, or function. A resource may hold
   * several by name: each AWS::Lambda::Permission is one.
   */
  putResourcePolicy(resourceArn: string, document: unknown, name = 'policy'): void {
    const policy = compilePolicy('resource', name, resourceArn, document);
    const policies = this.resources.get(resourceArn) ?? new Map<string, CompiledPolicy>();
    policies.set(name, policy);
    this.record({ kind: 'resource', holder: resourceArn, name, document: policy.document });
    this.resources.set(resourceArn, policies);
    this.resourceIndexes.delete(resourceArn);
  }

  /** Without a name: all policies of the resource. */
  deleteResourcePolicy(resourceArn: string, name?: string): void {
    const policies = this.resources.get(resourceArn);
    if (name !== undefined && policies) {
      policies.delete(name);
    }
    if (name === undefined || policies?.size === 0) {
      this.resources.delete(resourceArn);
    }
    this.resourceIndexes.delete(resourceArn);
  }

  hasResourcePolicy(resourceArn: string): boolean {
    return this.resources.has(resourceArn);
  }

  /**
   * Policy of a VPC endpoint of a service; in force for that service's requests whose context carries this
   * aws:SourceVpce.
   */
  putEndpointPolicy(endpointId: string, service: string, document: unknown): void {
    const policy = compilePolicy('resource', 'endpoint', endpointId, document);
    this.endpoints.set(endpointId, { service, index: new StatementIndex([policy]) });
    this.record({ kind: 'endpoint', holder: endpointId, name: 'endpoint', document: policy.document, service });
  }

  deleteEndpointPolicy(endpointId: string): void {
    this.endpoints.delete(endpointId);
  }

  /** Documents of one resource by policy name, as they were put. */
  resourceDocuments(resourceArn: string): Record<string, unknown> {
    const policies = this.resources.get(resourceArn) ?? new Map<string, CompiledPolicy>();
    return Object.fromEntries([...policies].map(([name, policy]) => [name, policy.document]));
  }

  /** The last version of every policy that was ever in force, also of those that are gone. */
  records(): PolicyRecord[] {
    return [...this.recorded.values()];
  }

  /** Puts a recorded policy in force, in this store or another; its role must be there. */
  restore({ kind, holder, name, document, service }: PolicyRecord): void {
    switch (kind) {
      case 'trust':
        return this.putRole({ arn: holder, trust: document, boundaryArn: this.identities.get(holder)?.boundaryArn });
      case 'identity':
        return this.putInlinePolicy(holder, name, document);
      case 'managed':
        return this.putManagedPolicy(holder, document);
      case 'resource':
        return this.putResourcePolicy(holder, document, name);
      case 'endpoint':
        return this.putEndpointPolicy(holder, service ?? '', document);
    }
  }

  state(): PolicyState {
    return {
      managed: [...this.managed].map(([arn, { document }]) => [arn, document]),
      identities: [...this.identities.values()].map(({ arn, trust, boundaryArn, inline, attached }) => ({
        arn,
        trust: trust?.document,
        boundaryArn,
        inline: [...inline].map(([name, { document }]) => [name, document] as const),
        attached: [...attached],
      })),
      resources: [...this.resources].flatMap(([arn, policies]) =>
        [...policies].map(([name, { document }]) => [arn, name, document] as const),
      ),
      endpoints: [...this.endpoints.keys()],
      records: this.records(),
    };
  }

  /** Puts every policy of a state in force. */
  take({ managed, identities, resources, endpoints, records }: PolicyState): void {
    for (const [arn, document] of managed) this.putManagedPolicy(arn, document);
    for (const { arn, trust, boundaryArn, inline, attached } of identities) {
      if (trust === undefined) this.putUser(arn, boundaryArn);
      else this.putRole({ arn, trust, boundaryArn });
      for (const [name, document] of inline) this.putInlinePolicy(arn, name, document);
      for (const policyArn of attached) this.attachManagedPolicy(arn, policyArn);
    }
    for (const [arn, name, document] of resources) this.putResourcePolicy(arn, document, name);
    for (const record of records)
      if (record.kind === 'endpoint' && endpoints.includes(record.holder)) this.restore(record);
    for (const record of records) this.record(record);
  }

  private record(record: PolicyRecord): void {
    this.recorded.set(`${record.kind} ${record.holder} ${record.name}`, record);
  }

  /** Every policy in force, for those who check them as text. */
  *all(): IterableIterator<CompiledPolicy> {
    for (const identity of this.identities.values()) {
      yield* identity.trust ? [identity.trust] : [];
      yield* identity.inline.values();
    }
    yield* this.managed.values();
    for (const policies of this.resources.values()) {
      yield* policies.values();
    }
  }

  identityStatements(identityArn: string): StatementIndex {
    let index = this.identityIndexes.get(identityArn);
    if (!index) {
      const identity = this.identities.get(identityArn);
      if (!identity) {
        return EMPTY;
      }
      const attached = [...identity.attached].map((arn) => this.managedPolicy(arn));
      index = new StatementIndex([...identity.inline.values(), ...attached]);
      this.identityIndexes.set(identityArn, index);
    }
    return index;
  }

  boundaryStatements(identityArn: string): StatementIndex | undefined {
    const arn = this.identities.get(identityArn)?.boundaryArn;
    if (arn === undefined) {
      return undefined;
    }
    const policy = this.managedPolicy(arn);
    const index = this.boundaryIndexes.get(policy) ?? new StatementIndex([policy]);
    this.boundaryIndexes.set(policy, index);
    return index;
  }

  trustStatements(roleArn: string): StatementIndex | undefined {
    const identity = this.identities.get(roleArn);
    return identity?.trust ? identity.trustIndex : undefined;
  }

  /** Undefined: the resource has no policy. */
  resourceStatements(holderArn: string): StatementIndex | undefined {
    const cached = this.resourceIndexes.get(holderArn);
    if (cached) {
      return cached;
    }
    const policies = this.resources.get(holderArn);
    if (!policies) {
      return undefined;
    }
    const index = new StatementIndex(policies.values());
    this.resourceIndexes.set(holderArn, index);
    return index;
  }

  /** Undefined: no such policy, or not one for this service's requests. */
  endpointStatements(endpointId: string, service: string): StatementIndex | undefined {
    const endpoint = this.endpoints.get(endpointId);
    return endpoint?.service === service ? endpoint.index : undefined;
  }

  private identity(arn: string): Identity {
    const identity = this.identities.get(arn);
    if (!identity) {
      throw new PolicyError(arn, 'no such role or user; create it before its policies');
    }
    return identity;
  }

  private managedPolicy(arn: string): CompiledPolicy {
    let policy = this.managed.get(arn);
    if (!policy) {
      policy = compilePolicy('identity', arn, arn, awsManagedPolicy(arn, this.awsManaged));
      this.managed.set(arn, policy);
    }
    return policy;
  }
}
