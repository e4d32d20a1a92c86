import type { PlatformHost } from '../gateway/platform-host';
import type { LoggedDecision } from '../iam/authorizer';
import type { BusEvent } from '../platform';

/** One line of the timeline. */
export interface TimelineEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** Virtual milliseconds. */
  readonly at: number;
  /** `event`, `allowed`, `denied`, or the kind of an entry of the account's event log, such as `job`. */
  readonly kind: string;
  readonly text: string;
  readonly who?: string;
  readonly action?: string;
  readonly resource?: string;
  /** Of an allowed call: the statement that allowed it, and the policy that it is in. */
  readonly statement?: string;
}

/** What is behind a line: an event's content, a decision. */
export type EntryDetail = { readonly decision: LoggedDecision } | { readonly content: unknown };

interface Kept {
  readonly entry: TimelineEntry;
  readonly detail: EntryDetail;
}

/** Entries kept; older ones are dropped. */
const KEPT = 20_000;

/** Everything that happens in an account, in order. Memory is bounded. */
export class Timeline {
  private readonly kept: Kept[] = [];
  private seen: number;
  private last = 0;
  private readonly stops: (() => void)[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly administrator: RegExp;

  constructor(
    private readonly host: PlatformHost,
    private readonly keep = KEPT,
  ) {
    const { accountId, partition } = host.platform;
    this.administrator = new RegExp(`^arn:${partition}:iam::${accountId}:user/`);
    for (const { at, kind, summary, detail } of host.eventLog)
      this.add({ at, kind, text: summary }, { content: detail });
    this.seen = host.authorizer.decisionCount;
    this.stops.push(
      host.onRecord(({ at, kind, summary, detail }) => {
        this.readDecisions();
        // A denial that is recorded was decided a moment ago, and is there with its statement.
        if (kind !== 'denied') this.add({ at, kind, text: summary }, { content: detail });
        this.notify();
      }),
      host.onEvent((event) => {
        this.readDecisions();
        const at = host.platform.clock.now();
        this.add({ at, kind: 'event', text: wordsOf(event), resource: event.resources[0] }, { content: event });
        this.notify();
      }),
    );
    const timer = setInterval(() => {
      if (this.readDecisions()) this.notify();
    }, 250);
    timer.unref();
    this.stops.push(() => clearInterval(timer));
  }

  /** The number of the newest entry. */
  get newest(): number {
    return this.last;
  }

  /** Entries after a number, oldest first, at most `limit`. */
  after(number: number, limit: number): TimelineEntry[] {
    const first = this.kept[0]?.entry.number ?? 1;
    const from = Math.max(0, number + 1 - first);
    return this.kept.slice(from, from + limit).map(({ entry }) => entry);
  }

  detail(number: number): EntryDetail | undefined {
    const first = this.kept[0]?.entry.number ?? 1;
    return this.kept[number - first]?.detail;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    for (const one of this.stops.splice(0)) one();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  private readDecisions(): boolean {
    const { decisionCount, decisions } = this.host.authorizer;
    const fresh = Math.min(decisionCount - this.seen, decisions.length);
    this.seen = decisionCount;
    let added = false;
    for (const decision of fresh > 0 ? decisions.slice(-fresh) : []) {
      const { at, principal, action, resource, allowed, reason, statement } = decision;
      // The administrator may do everything; that says nothing about the policies.
      if (allowed && this.administrator.test(principal)) continue;
      const by = statement === undefined ? undefined : `${statement.label} of ${statement.place}`;
      this.add(
        { at, kind: allowed ? 'allowed' : 'denied', text: reason, who: principal, action, resource, statement: by },
        { decision },
      );
      added = true;
    }
    return added;
  }

  private add(entry: Omit<TimelineEntry, 'number'>, detail: EntryDetail): void {
    this.kept.push({ entry: { number: ++this.last, ...entry }, detail });
    if (this.kept.length > this.keep) this.kept.splice(0, Math.ceil(this.keep / 10));
  }
}

/** What an event says in one line: its type, what it is about, and the new state, where its content has them. */
function wordsOf({ 'detail-type': type, source, detail }: BusEvent): string {
  const texts = Object.entries(detail).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const find = (pattern: RegExp): string | undefined => texts.find(([name]) => pattern.test(name))?.[1];
  const { state } = detail as { readonly state?: { readonly value?: unknown } };
  const about = [find(/^eventName$|[a-z]Name$|^name$/), find(/Status$|^status$/i) ?? state?.value].filter(Boolean);
  return `${type} (${source})${about.length === 0 ? '' : `: ${about.join(' ')}`}`;
}
