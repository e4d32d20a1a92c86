import type { Decision } from 'local-account/iam/evaluation';
import { ProvenPolicies } from '../policies';
import type { Recording } from '../recording';
import { catalogOf } from './catalog';
import { outsidePolicies } from './outsiders';
import { type MatrixRequest, MatrixRequests } from './requests';

export interface Matrix {
  readonly policies: ProvenPolicies;
  readonly decisions: readonly MatrixDecision[];
}

export interface MatrixDecision {
  readonly request: MatrixRequest;
  readonly decision: Decision;
}

/** Decides all requests of the matrix by a recording's policies. Throws for a policy that it does not support. */
export async function matrixOf(
  recording: Recording,
  progress: (done: number) => void = () => undefined,
): Promise<Matrix> {
  const { own } = new ProvenPolicies(recording);
  const catalog = await catalogOf(servicesIn(own.map(({ document }) => document)));
  const requests = new MatrixRequests(recording, own, resourcesOf(recording), catalog);
  const outside = outsidePolicies(recording.accountId, recording.partition, requests.resourcesElsewhere());
  const policies = new ProvenPolicies(recording, outside);
  const decisions: MatrixDecision[] = [];
  for (const request of requests.all()) {
    decisions.push({ request, decision: policies.decide(request) });
    if (decisions.length % 20_000 === 0) progress(decisions.length);
  }
  return { policies, decisions };
}

/** Services that the policies' actions name. */
function servicesIn(documents: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const [, service] of JSON.stringify(documents).matchAll(/"([a-zA-Z0-9-]+):(?:[A-Z][A-Za-z0-9]*[*?]?|\*)"/g))
    found.add(service.toLowerCase());
  found.delete('aws');
  found.add('sts');
  return [...found].sort();
}

/**
 * ARNs of the stacks' resources, from the run's calls. Objects and log streams are covered by the policies' patterns.
 */
function resourcesOf({ calls, names }: Recording): string[] {
  const ids = new Set(Object.keys(names));
  return [...new Set(calls.map(({ resource }) => resource))].filter(
    (arn) =>
      ids.has(arn) ||
      ids.has(
        arn
          .split(':')
          .slice(5)
          .join(':')
          .replace(/^[a-z-]+[/:]/i, ''),
      ) ||
      ids.has(arn.replace(/^.*:/, '')),
  );
}
