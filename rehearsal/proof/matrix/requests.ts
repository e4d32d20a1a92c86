import { policyHolder } from 'local-account/iam/evaluation';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import { principalContext } from 'local-account/iam/request';
import type { Principal } from 'local-account/platform';
import { documentOf, listOf } from '../documents';
import type { AccessRequest } from '../policies';
import type { Recording } from '../recording';
import { type CatalogAction, canaryOf, type ServiceCatalog, typeMatcher } from './catalog';
import { administrator, anonymous, colleague, FOREIGN_ACCOUNT, stranger } from './outsiders';
import { type AboutStatement, statementsOf } from './statements';
import { ANY, type Situation } from './witness';

/** A name that none of our resources has. */
export const CANARY = 'canary';

export interface MatrixRequest extends AccessRequest {
  /** The caller as the matrix names it: a role's ARN, a service, or an outsider. */
  readonly subject: string;
  readonly situation: Situation;
}

type Scope = Pick<Recording, 'accountId' | 'region' | 'partition'>;

/** All requests that the matrix evaluates. */
export class MatrixRequests {
  private readonly identity = new Map<string, AboutStatement[]>();
  private readonly onResource = new Map<string, AboutStatement[]>();
  private readonly trust = new Map<string, AboutStatement[]>();
  private readonly endpoints: {
    readonly id: string;
    readonly service: string;
    readonly statements: readonly AboutStatement[];
  }[] = [];
  private readonly pool = new Map<string, Set<string>>();
  /** Callers without a role of ours, as the matrix names them. */
  private readonly others: readonly (readonly [subject: string, principal: Principal])[];
  private readonly usualOf = new Map<Principal, Map<string, Readonly<Record<string, string>>>>();
  private readonly candidates = new Map<string, readonly string[]>();

  constructor(
    private readonly scope: Scope,
    own: readonly PolicyRecord[],
    known: readonly string[],
    private readonly catalog: ReadonlyMap<string, ServiceCatalog>,
  ) {
    const add = (map: Map<string, AboutStatement[]>, record: PolicyRecord) =>
      map.set(record.holder, [...(map.get(record.holder) ?? []), ...statementsOf(record)]);
    for (const record of own) {
      if (record.kind === 'identity') add(this.identity, record);
      else if (record.kind === 'resource') add(this.onResource, record);
      else if (record.kind === 'trust') add(this.trust, record);
      else if (record.kind === 'endpoint')
        this.endpoints.push({ id: record.holder, service: record.service ?? '', statements: statementsOf(record) });
      else
        throw new Error(
          `${record.holder}: the access matrix does not support customer managed policies; add them to rehearsal/proof/matrix/requests.ts`,
        );
    }
    const all = [...this.identity.values(), ...this.onResource.values()].flat();
    for (const arn of [
      ...known,
      ...this.onResource.keys(),
      ...this.trust.keys(),
      ...all.flatMap(({ witnesses }) => witnesses),
    ])
      this.keep(arn);
    for (const arn of this.pool.get('logs') ?? []) {
      const group = /^(.*:log-group:[^:]+)/.exec(arn)?.[1];
      if (group !== undefined) [group, `${group}:log-stream:${ANY}`].forEach((one) => this.keep(one));
    }
    for (const arn of this.pool.get('s3') ?? []) if (!arn.includes('/')) this.keep(`${arn}/${ANY}`);
    const services = [
      ...new Set([...own.flatMap(({ document }) => servicesIn(document)), `${CANARY}.amazonaws.com`]),
    ].sort();
    const { accountId } = scope;
    this.others = [
      ['anonymous', anonymous],
      ['a user of another account', stranger],
      ['a user of this account without policies', colleague(accountId)],
      ...services.map((service) => [service, { kind: 'service', service, sourceAccount: accountId }] as const),
    ];
  }

  *all(): Generator<MatrixRequest> {
    yield* this.roles();
    yield* this.trustees();
    yield* this.outsiders();
    yield* this.throughEndpoints();
  }

  private *roles(): Generator<MatrixRequest> {
    for (const roleArn of this.trust.keys()) {
      const principal = sessionOf(roleArn, this.scope);
      const own = this.identity.get(roleArn) ?? [];
      const named = [...this.onResource].filter(([, statements]) =>
        statements.some((one) => one.effect === 'Allow' && one.names(principal)),
      );
      const services = new Set([
        ...own.flatMap(({ services }) => [...(services ?? this.catalog.keys())]),
        ...named.map(([holder]) => serviceOf(holder)),
      ]);
      for (const service of services) {
        const relevant = own.filter((one) => one.services?.has(service) ?? true);
        for (const action of this.catalog.get(service)?.actions ?? []) {
          const lower = action.name.toLowerCase();
          const listed = relevant.flatMap((one) => one.witnesses.filter((arn) => one.matches(principal, lower, arn)));
          for (const resource of new Set([...this.resourcesFor(service, action), ...listed])) {
            const resourcePolicy = this.onResource.get(policyHolder(resource)) ?? [];
            yield* this.inEachSituation(roleArn, principal, action, resource, [...relevant, ...resourcePolicy]);
          }
        }
      }
    }
  }

  /** Who can assume a role: services on behalf of our account or another, and outsiders. */
  private *trustees(): Generator<MatrixRequest> {
    const action = { name: 'sts:AssumeRole', types: ['role'] };
    for (const [roleArn, statements] of this.trust) {
      for (const [subject, principal] of this.others)
        yield* this.inEachSituation(subject, principal, action, roleArn, statements);
    }
  }

  /**
   * What resource-based policies allow callers without a role of ours. An administrator calls the actions that
   * such a policy names, since it may deny them to administrators, too.
   */
  private *outsiders(): Generator<MatrixRequest> {
    for (const [holder, statements] of this.onResource) {
      const catalog = this.catalog.get(serviceOf(holder));
      for (const action of catalog?.actions ?? []) {
        const inside = this.resourcesFor(catalog!.service, action).filter((one) => policyHolder(one) === holder);
        for (const resource of new Set([
          ...inside,
          ...statements.flatMap(({ witnesses }) => witnesses).filter((one) => this.fits(catalog!.service, action, one)),
        ])) {
          for (const [subject, principal] of this.others)
            yield* this.inEachSituation(subject, principal, action, resource, statements);
          if (statements.some((one) => one.lists(action.name))) {
            yield* this.inEachSituation(
              'an administrator of this account',
              administrator(this.scope.accountId),
              action,
              resource,
              statements,
            );
          }
        }
      }
    }
  }

  /** What a gateway endpoint allows: evaluated for a caller who has all permissions. */
  private *throughEndpoints(): Generator<MatrixRequest> {
    const who = administrator(this.scope.accountId);
    for (const { id, service, statements } of this.endpoints) {
      const catalog = this.catalog.get(service);
      // One bucket is enough, but it must be the same in each run.
      const [bucket] = [...this.onResource.keys()].filter((arn) => serviceOf(arn) === service).sort();
      for (const action of catalog?.actions ?? []) {
        const all = this.resourcesFor(service, action);
        const few = all.filter(
          (arn) => arn === '*' || arn.includes(CANARY) || arn === bucket || arn === `${bucket}/${ANY}`,
        );
        for (const resource of few) {
          for (const request of this.inEachSituation(`anybody through ${id}`, who, action, resource, statements)) {
            yield { ...request, context: { ...request.context, 'aws:sourcevpce': id } };
          }
        }
      }
    }
  }

  private *inEachSituation(
    subject: string,
    principal: Principal,
    action: CatalogAction,
    resource: string,
    about: readonly AboutStatement[],
  ): Generator<MatrixRequest> {
    const lower = action.name.toLowerCase();
    const touching = about.filter((one) => one.touches(principal, lower, resource));
    const usual = this.usual(principal, resource);
    const matching = touching.filter((one) => one.matches(principal, lower, resource));
    const allows = touching.filter(({ effect }) => effect === 'Allow');
    const denies = matching.filter(({ effect }) => effect === 'Deny');
    const situations: Situation[] = [
      {},
      ...(principal.kind === 'service' && principal !== anonymous ? [{ 'aws:SourceAccount': FOREIGN_ACCOUNT }] : []),
      ...allows.flatMap(({ holding }) => holding),
      ...allows.filter((one) => matching.includes(one)).flatMap(({ failing }) => failing),
      ...denies.flatMap(({ holding }) => [
        ...holding,
        ...allows
          .filter((one) => matching.includes(one))
          .flatMap((one) => holding.map((bad) => ({ ...one.holding[0], ...bad }))),
      ]),
    ];
    const seen = new Set<string>();
    for (const situation of situations) {
      const sorted = Object.fromEntries(Object.entries(situation).sort(([a], [b]) => (a < b ? -1 : 1)));
      // The usual situation is shown without a condition.
      const unusual = Object.fromEntries(
        Object.entries(sorted).filter(([key, value]) => usual[key.toLowerCase()] !== value),
      );
      const id = JSON.stringify(Object.entries(unusual));
      if (seen.has(id)) continue;
      seen.add(id);
      if (Object.keys(unusual).length === 0) {
        yield { subject, principal, action: action.name, resource, situation: unusual, context: usual };
        continue;
      }
      const context: Record<string, string> = { ...usual };
      for (const [key, value] of Object.entries(unusual)) {
        if (value === undefined) delete context[key.toLowerCase()];
        else context[key.toLowerCase()] = value;
      }
      yield { subject, principal, action: action.name, resource, situation: unusual, context };
    }
  }

  /**
   * The context of each request of the caller: the same object for the same caller and owner, since most requests have
   * no other context.
   */
  private usual(principal: Principal, resource: string): Readonly<Record<string, string>> {
    const { accountId } = this.scope;
    const account = resource.split(':')[4];
    const owner =
      account !== undefined && account !== ''
        ? account
        : resource.includes(`:::${CANARY}-foreign`)
          ? FOREIGN_ACCOUNT
          : accountId;
    const known = this.usualOf.get(principal) ?? new Map<string, Readonly<Record<string, string>>>();
    this.usualOf.set(principal, known);
    const id = resource === '*' ? '*' : owner;
    const found = known.get(id) ?? this.contextOf(principal, resource === '*' ? undefined : owner);
    known.set(id, found);
    return found;
  }

  private contextOf(principal: Principal, owner: string | undefined): Record<string, string> {
    const caller: Record<string, string> =
      principal === anonymous
        ? { 'aws:PrincipalType': 'Anonymous', 'aws:PrincipalIsAWSService': 'false' }
        : principalContext(principal);
    const context = {
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': this.scope.region,
      ...(owner === undefined ? {} : { 'aws:ResourceAccount': owner }),
      ...caller,
    };
    return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  }

  private keep(arn: string): void {
    const service = serviceOf(arn);
    const known = this.pool.get(service) ?? new Set<string>();
    this.pool.set(service, known.add(arn));
  }

  private fits(service: string, action: CatalogAction, arn: string): boolean {
    const types = this.catalog.get(service)?.types;
    return action.types.some((type) => typeMatcher(types?.get(type) ?? '')(arn));
  }

  /** Resources that an action applies to: ours, one of our account that does not exist, and a stranger's. */
  private resourcesFor(service: string, action: CatalogAction): readonly string[] {
    if (action.types.length === 0) return ['*'];
    const id = `${service} ${action.types.join(' ')}`;
    let found = this.candidates.get(id);
    if (!found) {
      const patterns = action.types.map((type) => this.catalog.get(service)?.types.get(type) ?? '');
      const matchers = patterns.map(typeMatcher);
      const ours = [...this.pool.values()].flatMap((arns) =>
        [...arns].filter((arn) => matchers.some((matches) => matches(arn))),
      );
      found = [
        ...ours,
        ...patterns.flatMap((pattern) => [
          canaryOf(pattern, this.scope, CANARY),
          canaryOf(pattern, { ...this.scope, accountId: FOREIGN_ACCOUNT }, `${CANARY}-foreign`),
        ]),
      ];
      this.candidates.set(id, found);
    }
    return found;
  }

  private isElsewhere(arn: string): boolean {
    const account = arn.split(':')[4] ?? '';
    return /^\d{12}$/.test(account) && account !== this.scope.accountId;
  }

  /**
   * Resources of other accounts. Their policies must allow us, too; the matrix assumes that they do. A bucket's ARN
   * names no account: the evaluator treats each as one of ours, so only the caller's policies decide, as with an open
   * bucket.
   */
  resourcesElsewhere(): string[] {
    const found = new Set<string>();
    for (const { service, actions } of this.catalog.values()) {
      for (const action of actions) {
        for (const arn of this.resourcesFor(service, action)) if (this.isElsewhere(arn)) found.add(policyHolder(arn));
      }
    }
    return [...found];
  }
}

export function sessionOf(roleArn: string, { partition, accountId }: Scope): Principal {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    kind: 'role',
    roleArn,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/session`,
    sessionName: 'session',
    accountId,
  };
}

export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function servicesIn(document: unknown): readonly string[] {
  return documentOf(document).Statement.flatMap(({ Principal }) =>
    Principal === undefined || Principal === '*' ? [] : listOf(Principal.Service),
  );
}
