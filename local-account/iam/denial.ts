import { AwsError, type Principal } from '../platform';
import type { Decision } from './evaluation';

/**
 * How a service words and codes a refusal. Services that differ from the common form are listed; the wording is theirs.
 */
interface Wording {
  readonly code: string;
  readonly statusCode: number;
  readonly action?: (action: string) => string;
  readonly quoteResource?: boolean;
  readonly prefix?: string;
}

const JSON_SERVICE: Wording = { code: 'AccessDeniedException', statusCode: 400 };
const QUERY_SERVICE: Wording = { code: 'AccessDenied', statusCode: 403 };

const WORDINGS: Readonly<Record<string, Wording>> = {
  s3: { ...QUERY_SERVICE, quoteResource: true },
  sts: QUERY_SERVICE,
  iam: QUERY_SERVICE,
  cloudformation: QUERY_SERVICE,
  cloudwatch: QUERY_SERVICE,
  sqs: { ...QUERY_SERVICE, action: (action) => action.toLowerCase() },
  sns: { code: 'AuthorizationError', statusCode: 403, action: (action) => action.replace(/^sns:/, 'SNS:') },
  ec2: { code: 'UnauthorizedOperation', statusCode: 403, prefix: 'You are not authorized to perform this operation. ' },
  lambda: { code: 'AccessDeniedException', statusCode: 403 },
  scheduler: { code: 'AccessDeniedException', statusCode: 403 },
};

/**
 * AWS's error for a denial ("Troubleshoot access denied error messages"). `service` is the called service: a denied
 * kms:Decrypt in an S3 call becomes S3's AccessDenied.
 *
 * AWS: iam/each-service-words-its-own-refusal
 */
export function denial(
  principal: Principal,
  action: string,
  resource: string,
  decision: Decision,
  service: string,
): AwsError {
  const wording = WORDINGS[service] ?? JSON_SERVICE;
  const own = action.toLowerCase().startsWith(`${service}:`);
  const shown = own && wording.action ? wording.action(action) : action;
  const who = principal.kind === 'service' ? principal.service : `User: ${principal.arn}`;
  const quoted = wording.quoteResource && own ? `"${resource}"` : resource;
  // STS leaves the role's name out; actions that take no resource have none to show.
  const on = decision.policyType === 'role trust' || resource === '*' ? '' : ` on resource: ${quoted}`;
  return new AwsError(
    wording.code,
    `${wording.prefix ?? ''}${who} is not authorized to perform: ${shown}${on} ${because(shown, decision)}`,
    wording.statusCode,
  );
}

function because(action: string, decision: Decision): string {
  const { explicit, policyType } = decision;
  if (explicit) {
    const article = policyType === 'role trust' ? 'the' : policyType === 'identity-based' ? 'an' : 'a';
    return `with an explicit deny in ${article} ${named(policyType)}`;
  }
  return `because no ${named(policyType)} allows the ${action} action`;
}

function named(policyType: Decision['policyType']): string {
  return policyType === 'permissions boundary' ? policyType : `${policyType} policy`;
}
