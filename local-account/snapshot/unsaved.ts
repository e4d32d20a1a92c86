import type { AnsweredCall } from '../platform';

/** Operations that change nothing. */
export const reads = /^(Get|List|Describe|Lookup|Search|Validate|Test|BatchGet)/;

/**
 * What keeps an account from being saved: changing calls to services that hold state and have no `Snapshot`, so that no
 * state of a new service is lost silently.
 */
export class UnsavedState {
  private readonly calls = new Map<string, Set<string>>();

  /** @param cannotBeSaved whether a service holds state in this process that nobody can save */
  constructor(private readonly cannotBeSaved: (service: string) => boolean) {}

  observe({ service, operation, error }: AnsweredCall): void {
    if (error !== undefined || reads.test(operation) || !this.cannotBeSaved(service)) return;
    this.calls.set(service, (this.calls.get(service) ?? new Set()).add(operation));
  }

  /** Such as "lambda (CreateFunction)". */
  named(): string[] {
    return [...this.calls].map(([service, operations]) => `${service} (${[...operations].join(', ')})`).sort();
  }
}
