import { type Conditions, conditionName, eachValue } from '../../rights/statement';

/** Some actions on some resources, under conditions. `*` in a resource includes every narrower pattern. */
export interface Allowed {
  readonly actions: readonly string[];
  readonly on: readonly string[];
  /** One value each of every condition, each combination once. */
  readonly when: readonly Conditions[];
}

/**
 * Something a role does, with the rights that it takes. A role has all of them: a part of a duty is a finding, too.
 */
export interface Duty {
  readonly does: string;
  readonly rights: readonly Allowed[];
  /** Where only some configurations have it: in which. There, too, it is whole. */
  readonly where?: string;
}

/** Such as `{ 'StringEquals kms:ViaService': 's3.<region>.amazonaws.com' }`. */
export type When = Readonly<Record<string, string | readonly string[]>>;

export function right(actions: string | readonly string[], on: string | readonly string[], when: When = {}): Allowed {
  const conditions = Object.fromEntries(
    Object.entries(when).map(([name, values]) => [conditionName(name), [values].flat().sort()]),
  );
  return { actions: [actions].flat(), on: [on].flat(), when: eachValue(conditions) };
}

/** A duty of one role only. The shared ones are in duties.ts. */
export function duty(does: string, ...rights: readonly Allowed[]): Duty {
  return { does, rights };
}

/** A duty that a role has in some configurations. */
export function inSome(where: string, ...duties: readonly Duty[]): Duty[] {
  return duties.map((one) => ({ ...one, where }));
}

export interface RoleDuties {
  /** `Stack/LogicalId`, without CDK's hash. */
  readonly role: string;
  /** The service that assumes it, such as `lambda`; or people of the account. */
  readonly assumedBy: string;
  /** What else the service must say, such as for which state machine. */
  readonly as?: string;
  readonly duties: readonly Duty[];
}
