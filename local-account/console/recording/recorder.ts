import type { LocalAccount } from '../../local-account';
import type { ConsoleContent, ConsoleProject } from '../content';
import { explained } from '../entry-detail';
import { type CallAnswer, type CallRequest, SignedCalls } from '../signed-calls';
import { Timeline, type TimelineEntry } from '../timeline';
import { crawl } from './crawl';
import { type RecordedDetail, recordedDetail, shortened } from './shortened';

/** What the console's pages show of an account, at one moment. */
export interface ConsoleRecording {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly content: ConsoleContent & { readonly region: string; readonly accountId: string };
  /** Answers by what was asked. */
  readonly calls: Readonly<Record<string, CallAnswer>>;
  readonly entries: readonly TimelineEntry[];
  /** What is behind the lines, by their numbers. */
  readonly details: Readonly<Record<number, RecordedDetail>>;
}

/** Lines of the timeline that are kept: a whole story has fewer. */
const KEPT = 60_000;

/**
 * Records what the console would show. It listens from its construction on; `record` opens all pages while the account
 * is up.
 */
export class ConsoleRecorder {
  private readonly timeline: Timeline;
  private recorded: Omit<ConsoleRecording, 'entries' | 'details'> | undefined;
  private readonly details: Record<number, RecordedDetail> = {};
  private entries: TimelineEntry[] = [];

  constructor(
    private readonly account: LocalAccount,
    private readonly project: ConsoleProject,
  ) {
    this.timeline = new Timeline(account.host, KEPT);
  }

  /** Asks everything that the pages ask. Time stands still meanwhile. */
  async record(): Promise<Readonly<Record<string, number>>> {
    const { clock, platform } = this.account;
    const flowing = !clock.paused;
    if (flowing) await clock.pause();
    const at = clock.now();
    this.readTimeline();
    const calls = new SignedCalls(this.account.client);
    try {
      const content = { region: platform.region, accountId: platform.accountId, ...(await this.project.content()) };
      const ask = async (request: CallRequest): Promise<CallAnswer> => shortened(request, await calls.call(request));
      const { answers, visits } = await crawl(ask, content, at);
      this.recorded = { at, content, calls: answers };
      return visits;
    } finally {
      calls.stop();
      if (flowing) clock.resume();
    }
  }

  private readTimeline(): void {
    const fresh = this.timeline.after(this.entries.at(-1)?.number ?? 0, KEPT);
    this.entries = [...this.entries, ...fresh];
    for (const { number } of fresh) {
      const detail = this.timeline.detail(number);
      if (detail !== undefined) this.details[number] = recordedDetail(explained(detail, this.account, this.project));
    }
  }

  /** Undefined if nothing was recorded. */
  recording(): ConsoleRecording | undefined {
    this.readTimeline();
    return this.recorded && { ...this.recorded, entries: this.entries, details: this.details };
  }

  stop(): void {
    this.timeline.stop();
  }
}
