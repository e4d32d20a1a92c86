import { principalContext } from 'local-account/iam/request';
import { sessionOf } from '../../rehearsal/proof/matrix/requests';
import type { AccessRequest } from '../../rehearsal/proof/policies';
import type { Recording } from '../../rehearsal/proof/recording';
import type { NegativeCase } from './negative-cases/negative-case';

/**
 * A case as a request to a recorded account. Throws when a name in it is of no resource: a case about nothing
 * proves nothing.
 */
export function requestOf(
  role: string,
  { action, resource, context = {} }: NegativeCase,
  recording: Recording,
): AccessRequest {
  const principal = sessionOf(filled(`arn:aws:iam::{account}:role/{${role}}`, recording), recording);
  const given = Object.entries(context).map(([name, value]) => [name, filled(value, recording)]);
  return {
    principal,
    action,
    resource: filled(resource, recording),
    context: {
      ...principalContext(principal),
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': recording.region,
      'aws:ResourceAccount': recording.accountId,
      ...Object.fromEntries(given),
    },
  };
}

/** Text in which names in braces are physical. */
export function filled(text: string, recording: Recording): string {
  return text.replace(/\{([^}]+)\}/g, (_, name: string) => {
    if (name === 'account') return recording.accountId;
    if (name === 'region') return recording.region;
    const found = Object.entries(recording.names).find(
      ([, stable]) => stable.replace(/^MlaBlueprint-/, '').replace(/[0-9A-F]{8}$/, '') === name,
    );
    if (!found) throw new Error(`${text}: no stack has a resource ${name}`);
    return found[0];
  });
}

/** Stack/LogicalId, without CDK's hash, of every role of the stacks. */
export function rolesOf(recording: Recording): string[] {
  return recording.policies
    .filter(({ kind }) => kind === 'trust')
    .map(({ holder }) => recording.names[holder.slice(holder.lastIndexOf('/') + 1)] ?? holder)
    .filter((name) => name.startsWith('MlaBlueprint-'))
    .map((name) => name.replace(/^MlaBlueprint-/, '').replace(/[0-9A-F]{8}$/, ''));
}
