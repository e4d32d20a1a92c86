import type { Authorizer } from '../iam/authorizer';
import { type AuthorizationRequest, AwsError, type ConditionContext } from '../platform';
import { CALL_TABLE, type Call, type Row } from './calls';

/**
 * Asks for every permission that one API call needs, and throws the caller's AccessDenied at the first that is missing.
 */
export class CallAuthorizer {
  constructor(private readonly authorizer: Authorizer) {}

  async require(call: Call): Promise<void> {
    const rows = CALL_TABLE[call.service]?.operations[call.operation];
    if (!rows) {
      throw new AwsError(
        'AccessDeniedException',
        `${call.service}:${call.operation} is not in the local account's call table, so the local account cannot tell which permissions it needs ` +
          'and refuses it. Add a row to local-account/gateway/calls.',
        403,
      );
    }
    const tags = tagContext(call.input);
    for (const row of rows) {
      for (const request of await requests(row, call, tags)) {
        // Permissions behind a call (KMS, PassRole) are refused in the words of the service that was called.
        this.authorizer.require(request, CALL_TABLE[call.service].prefix, `${call.service}:${call.operation}`);
      }
    }
  }
}

async function requests(row: Row, call: Call, tags: ConditionContext): Promise<AuthorizationRequest[]> {
  if (row.when && !(await row.when(call))) {
    return [];
  }
  const resource = row.resource ? await row.resource(call) : '*';
  const context: Record<string, string | readonly string[]> = { ...tags, ...(await row.extraContext?.(call)) };
  for (const [key, value] of Object.entries(row.context ?? {})) {
    const found = await value(call);
    if (found !== undefined) {
      context[key] = found;
    }
  }
  const caller = row.as ? await row.as(call) : call.principal;
  // A service that acts for the caller sends requests from its own network ("AWS global condition context keys":
  // aws:SourceVpce).
  const principal =
    context['aws:ViaAWSService'] === 'true' && caller.kind === 'role' ? { ...caller, network: undefined } : caller;
  const list = typeof resource === 'string' ? [resource] : resource;
  return list.map((one) => ({ principal, action: row.action, resource: one, context }));
}

/** aws:RequestTag/<key> and aws:TagKeys of a call that brings tags, in any of the forms services take them. */
function tagContext(input: Readonly<Record<string, unknown>>): ConditionContext {
  const raw = input.Tags ?? input.tags;
  if (typeof raw !== 'object' || raw === null) {
    return {};
  }
  const pairs: [string, string][] = Array.isArray(raw)
    ? raw.flatMap((tag: Record<string, unknown>) => {
        const key = tag?.Key ?? tag?.key ?? tag?.TagKey;
        const value = tag?.Value ?? tag?.value ?? tag?.TagValue ?? '';
        return typeof key === 'string' ? [[key, String(value)] as [string, string]] : [];
      })
    : Object.entries(raw).map(([key, value]) => [key, String(value)]);
  if (pairs.length === 0) {
    return {};
  }
  return {
    ...Object.fromEntries(pairs.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': pairs.map(([key]) => key),
  };
}
