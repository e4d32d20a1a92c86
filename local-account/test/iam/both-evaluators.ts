import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Authorizer } from '../../iam/authorizer';
import { policyHolder } from '../../iam/evaluation';
import { PolicyStore } from '../../iam/policy-store';
import type { AuthorizationRequest, Principal } from '../../platform';
import { ACCOUNT, type Case, ENDPOINT, NOW, type Raw } from './random-requests';

export type Answer = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied';

const document = (Statement: Raw[]): Raw => ({ Version: '2012-10-17', Statement });

function principalOf({ account, user, session, endpoint }: Case): Principal {
  if (user) return { kind: 'user', arn: `arn:aws:iam::${account}:user/ann`, accountId: account };
  return {
    kind: 'role',
    roleArn: `arn:aws:iam::${account}:role/Train`,
    arn: `arn:aws:sts::${account}:assumed-role/Train/job`,
    sessionName: 'job',
    accountId: account,
    ...(session ? { sessionPolicy: document(session) } : {}),
    ...(endpoint ? { network: { vpcId: 'raw', endpointId: ENDPOINT } } : {}),
  };
}

export function ready(one: Case): { readonly authorizer: Authorizer; readonly request: AuthorizationRequest } {
  const policies = new PolicyStore();
  const principal = principalOf(one);
  const identity = principal.kind === 'role' ? principal.roleArn : principal.kind === 'user' ? principal.arn : '';
  const boundaryArn = `arn:aws:iam::${one.account}:policy/Boundary`;
  if (one.boundary) policies.putManagedPolicy(boundaryArn, document(one.boundary));
  if (one.user) policies.putUser(identity, one.boundary ? boundaryArn : undefined);
  else policies.putRole({ arn: identity, trust: document([]), boundaryArn: one.boundary ? boundaryArn : undefined });
  policies.putInlinePolicy(identity, 'P', document(one.identity));
  if (one.resourcePolicy) {
    if (one.action === 'sts:AssumeRole') policies.putRole({ arn: one.resource, trust: document(one.resourcePolicy) });
    else policies.putResourcePolicy(policyHolder(one.resource), document(one.resourcePolicy));
  }
  if (one.endpoint) policies.putEndpointPolicy(ENDPOINT, 's3', document(one.endpoint));
  const authorizer = new Authorizer({ policies, accountId: ACCOUNT, region: 'eu-west-1', clock: { now: () => NOW } });
  const vpce: Record<string, string> = one.endpoint ? { 'aws:SourceVpce': ENDPOINT } : {};
  return {
    authorizer,
    request: { principal, action: one.action, resource: one.resource, context: { ...one.context, ...vpce } },
  };
}

export function ours(one: Case): Answer {
  const { authorizer, request } = ready(one);
  const { allowed, explicit } = authorizer.decide(request);
  return allowed ? 'Allowed' : explicit ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
}

export type Question = Parameters<typeof runSimulation>[0];

/** The same request and policies, as iam-simulate takes them. */
export function question(one: Case): Question {
  const { authorizer, request } = ready(one);
  authorizer.decide(request);
  const contextVariables = Object.fromEntries(
    Object.entries(authorizer.decisions[0].context).map(([key, values]) => [
      key,
      key === 'aws:tagkeys' ? [...values] : values[0],
    ]),
  );
  return {
    request: {
      principal: request.principal.kind === 'service' ? request.principal.service : request.principal.arn,
      action: one.action,
      resource: { resource: one.resource, accountId: ACCOUNT },
      contextVariables,
    },
    identityPolicies: [{ name: 'P', policy: document(one.identity) }],
    resourcePolicy: one.resourcePolicy && document(one.resourcePolicy),
    permissionBoundaryPolicies: one.boundary && [{ name: 'B', policy: document(one.boundary) }],
    sessionPolicy: one.session && document(one.session),
    vpcEndpointPolicies: one.endpoint && [{ name: 'E', policy: document(one.endpoint) }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
}

/** Throws when it could not be simulated. */
export async function simulate(asked: Question): Promise<Answer> {
  const simulated = await runSimulation(asked, {});
  if (simulated.resultType === 'error') throw new Error(JSON.stringify(simulated.errors));
  return simulated.overallResult;
}

export const theirs = (one: Case): Promise<Answer> => simulate(question(one));
