import { lintPolicy } from './lint';
import { compilePolicy } from './policy-document';
import { PolicyError } from './policy-error';
import type { PolicyRecord } from './policy-store';

const KINDS = {
  trust: 'trust',
  identity: 'identity',
  managed: 'identity',
  resource: 'resource',
  endpoint: 'resource',
} as const;

/**
 * Throws a PolicyError that lists every action, condition key and policy variable, of all these policies, that does not
 * exist.
 * @param names physical id -> Stack/LogicalId, so that the place is one of a template
 */
export async function requireKnown(records: Iterable<PolicyRecord>, names: ReadonlyMap<string, string>): Promise<void> {
  const problems: string[] = [];
  for (const { kind, holder, name, document } of records) {
    const place = placeOf(holder, names);
    for (const finding of await lintPolicy(compilePolicy(KINDS[kind], name, place, document))) {
      problems.push(`${finding.place}, policy "${finding.policy}", statement ${finding.statement}: ${finding.problem}`);
    }
  }
  if (problems.length > 0) {
    throw new PolicyError(
      'policies of the deployment',
      `${problems.join('; ')}. Correct the names: see the Service Authorization Reference`,
    );
  }
}

/** Stack/LogicalId of an ARN's resource, and the ARN. */
function placeOf(holder: string, names: ReadonlyMap<string, string>): string {
  const name =
    names.get(holder) ?? names.get(holder.slice(Math.max(holder.lastIndexOf('/'), holder.lastIndexOf(':')) + 1));
  return name === undefined ? holder : `${name} (${holder})`;
}
