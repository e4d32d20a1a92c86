import type { LocalAccount } from '../local-account';
import type { ConsoleProject } from './content';
import type { EntryDetail } from './timeline';

/** What is behind a line of the timeline; of a denial also why, in the project's words. */
export function explained(
  detail: EntryDetail,
  account: LocalAccount,
  project: ConsoleProject,
): EntryDetail & { readonly explanation?: readonly string[] } {
  if (!('decision' in detail) || detail.decision.allowed) return detail;
  const { principal, action, resource } = detail.decision;
  const call = account.host.authorizer
    .trace()
    .find(
      (one) =>
        !one.allowed &&
        one.action === action &&
        one.resource === resource &&
        (one.principal.kind === 'service' ? one.principal.service : one.principal.arn) === principal,
    );
  return { ...detail, explanation: call && project.explainDenial?.(call) };
}
