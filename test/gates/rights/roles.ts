import { wildcard } from 'local-account/iam/wildcard';
import type { Allowed, Duty, RoleDuties } from '../allowed/rights/duty';
import { right } from '../allowed/rights/duty';
import { roles as listed } from '../allowed/rights/roles';
import { assumers } from '../allowed/rights/trust';
import type { Finding } from '../finding';
import { list, properties, resourcesOf, type Templates } from '../template';
import { Names, withoutHash } from './names';
import { type Conditions, line, type Right, rightsOf } from './statement';

/** All that the policies of a role allow it, wherever they are written. */
interface RoleRights {
  readonly trust: Right[];
  readonly identity: Right[];
}

const ofRole = new Set(['AssumeRolePolicyDocument', 'Policies', 'RoleName', 'Description', 'Tags']);

/** Each role may do its duties (test/gates/allowed/rights/roles), all of them, and nothing else. */
export function checkRoles(templates: Templates, duties: readonly RoleDuties[] = listed): Finding[] {
  const { roles, findings } = rolesOf(templates);
  for (const [role, { trust, identity }] of roles) {
    const entry = duties.find((one) => one.role === role);
    if (entry === undefined) {
      findings.push({ place: role, problem: 'has no entry in test/gates/allowed/rights/roles: list its duties' });
      continue;
    }
    findings.push(...checkTrust(entry, trust), ...checkDuties(entry, identity));
  }
  return findings;
}

/** The entries of roles that none of the configurations has. */
export function unusedRoles(all: readonly Templates[], duties: readonly RoleDuties[] = listed): string[] {
  const used = new Set(all.flatMap((templates) => [...rolesOf(templates).roles.keys()]));
  return duties.map(({ role }) => role).filter((role) => !used.has(role));
}

function rolesOf(templates: Templates): { roles: Map<string, RoleRights>; findings: Finding[] } {
  const names = new Names(templates);
  const roles = new Map<string, RoleRights>();
  const findings: Finding[] = [];
  const read = (stack: string, place: string, document: Parameters<typeof rightsOf>[3]): Right[] => {
    const result = rightsOf(names, stack, place, document);
    findings.push(...result.findings);
    return result.rights;
  };
  for (const { stack, id, properties: role } of resourcesOf(templates, 'AWS::IAM::Role')) {
    const place = `${stack}/${withoutHash(id)}`;
    if (roles.has(place)) findings.push({ place, problem: 'is the name of two roles' });
    const other = Object.keys(role).filter((name) => !ofRole.has(name));
    if (other.length > 0)
      findings.push({ place, problem: `has ${other.join(', ')}: its rights are in its own policies only` });
    roles.set(place, {
      trust: read(stack, place, role.AssumeRolePolicyDocument),
      identity: list(role.Policies).flatMap((policy) => read(stack, place, properties(policy).PolicyDocument)),
    });
  }
  // Policies that are resources of their own count for the roles that they are attached to.
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
  for (const { stack, id, properties: policy } of resourcesOf(templates, ...attached)) {
    const place = `${stack}/${withoutHash(id)}`;
    const holders = [...list(policy.Roles), ...list(policy.RoleName)].map((one) => names.of(stack, one).slice(1, -1));
    const rights = read(stack, place, policy.PolicyDocument);
    for (const holder of holders) {
      const role = roles.get(holder);
      if (role === undefined) findings.push({ place, problem: `is attached to ${holder}, which is no role of ours` });
      else role.identity.push(...rights);
    }
    if (holders.length === 0 || list(policy.Users).length + list(policy.Groups).length > 0)
      findings.push({ place, problem: 'is not attached to a role: there are no users and groups here' });
  }
  return { roles, findings };
}

function checkTrust({ role: place, assumedBy, as }: RoleDuties, trust: readonly Right[]): Finding[] {
  const assumer = assumers[assumedBy];
  if (assumer === undefined) return [{ place, problem: `${assumedBy} is not in test/gates/allowed/rights/trust.ts` }];
  const [when = {}] = right([], [], {
    ...assumer.when,
    ...(assumer.source === undefined ? {} : { [assumer.source]: as ?? '(not in the entry of the role)' }),
  }).when;
  const expected = line({
    effect: 'Allow',
    principal: assumer.principal,
    action: 'sts:assumerole',
    resource: undefined,
    conditions: when,
  });
  const actual = trust.map(line);
  return [
    ...actual.filter((one) => one !== expected).map((one) => ({ place, problem: `its trust policy says: ${one}` })),
    ...(actual.includes(expected) ? [] : [{ place, problem: `its trust policy does not say: ${expected}` }]),
  ];
}

function checkDuties({ role: place, duties }: RoleDuties, identity: readonly Right[]): Finding[] {
  const surplus = identity.filter((one) => !duties.some((duty) => covers(duty, one)));
  return [
    ...surplus.map((one) => ({ place, problem: `none of its duties needs: ${line(one)}` })),
    ...duties
      .filter((duty) => duty.where === undefined || isBegun(duty, duties, identity))
      .flatMap((duty) =>
        parts(duty)
          .filter((part) => !identity.some((one) => includes(part, one)))
          .map((part) => ({ place, problem: `cannot do its duty "${duty.does}" without: ${shown(part)}` })),
      ),
  ];
}

/** Whether a role has more of a duty than its other duties need, too. */
function isBegun(duty: Duty, all: readonly Duty[], identity: readonly Right[]): boolean {
  const others = all.filter((one) => one !== duty);
  return identity.some((one) => covers(duty, one) && !others.some((other) => covers(other, one)));
}

function covers({ rights }: Duty, one: Right): boolean {
  return rights.some(({ actions, on, when }) =>
    when.some((conditions) =>
      actions.some((action) => on.some((resource) => includes({ action, resource, conditions }, one))),
    ),
  );
}

interface Part {
  readonly action: string;
  readonly resource: string;
  readonly conditions: Conditions;
}

function parts({ rights }: Duty): Part[] {
  return rights.flatMap(({ actions, on, when }: Allowed) =>
    actions.flatMap((action) => on.flatMap((resource) => when.map((conditions) => ({ action, resource, conditions })))),
  );
}

/** Whether a right is an allowed one, or a narrower one. */
function includes({ action, resource, conditions }: Part, one: Right): boolean {
  return (
    one.effect === 'Allow' &&
    one.principal === undefined &&
    wildcard(action.toLowerCase())(one.action) &&
    wildcard(resource)(one.resource ?? '') &&
    sameConditions(conditions, one.conditions)
  );
}

/** The same conditions, where an exact value counts for a pattern that it matches. */
function sameConditions(allowed: Conditions, actual: Conditions): boolean {
  if (Object.keys(allowed).length !== Object.keys(actual).length) return false;
  return Object.entries(allowed).every(([name, values]) => {
    const pattern = /^(StringLike|ArnLike|ArnEquals) (.*)$/.exec(name);
    const accepted = actual[name] ?? (pattern?.[1] === 'StringLike' ? actual[`StringEquals ${pattern[2]}`] : undefined);
    if (accepted === undefined) return false;
    if (pattern !== null) return accepted.every((value) => values.some((one) => wildcard(one)(value)));
    return accepted.join('\n') === values.join('\n');
  });
}

function shown({ action, resource, conditions }: Part): string {
  return line({ effect: 'Allow', action, resource, conditions });
}
