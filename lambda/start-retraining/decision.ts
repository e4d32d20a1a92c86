/** A month of an airport's flights that has rows with an outcome. */
export interface LabelledMonth {
  readonly airport: string;
  /** YYYY-MM */
  readonly month: string;
  readonly rows: number;
  readonly labelled: number;
}

/** What a model has learned from; `from` inclusive, `until` exclusive. */
export interface DataWindow {
  readonly airports: readonly string[];
  readonly from: string;
  readonly until: string;
}

/** One entry of constraint_violations.json. */
export interface Violation {
  readonly feature_name: string;
  readonly constraint_check_type: string;
  readonly description: string;
}

export type Trigger =
  /** The drift alarm went off; the violations are those of the newest analysis that found any. */
  | {
      readonly kind: 'drift';
      readonly at: string;
      readonly alarmName: string;
      readonly reason: string;
      readonly violations: readonly Violation[];
    }
  /** The quality alarm went off: what the model learned is no longer true. */
  | { readonly kind: 'quality'; readonly at: string; readonly alarmName: string; readonly reason: string }
  /** The regular look: are there new labels, is the model old? */
  | { readonly kind: 'check'; readonly at: string };

export interface PastExecution {
  readonly arn: string;
  readonly displayName: string;
  readonly description: string;
  readonly status: string;
  readonly startedAt: Date;
}

export interface LiveModel {
  readonly packageArn: string;
  readonly createdAt: Date;
  readonly learnedFrom: DataWindow;
}

export interface RetrainingRules {
  /** No automatic retraining this soon after another. */
  readonly cooldownHours: number;
  readonly maximumPerWeek: number;
  /** A model older than this is retrained at the regular look, if anything new has labels. */
  readonly maximumModelAgeDays: number;
  /** How far back the window goes when what was learned is no longer true. */
  readonly recentMonths: number;
  /** How far back it goes otherwise: without an end a training would cost more each month. */
  readonly longestMonths: number;
  /** Newest months that the split holds back for validation and test. */
  readonly heldBackMonths: number;
  /** A month counts as complete from this share of rows with an outcome. */
  readonly completeShare: number;
}

export interface Situation {
  readonly now: Date;
  readonly trigger: Trigger;
  /** Newest first. */
  readonly executions: readonly PastExecution[];
  readonly live?: LiveModel;
  readonly labelled: readonly LabelledMonth[];
}

export type Cause = 'drift' | 'quality' | 'labels' | 'schedule';

export type Decision =
  | { readonly start: false; readonly reason: string }
  | { readonly start: true; readonly cause: Cause; readonly reason: string; readonly window: DataWindow };

/** Begins the display name of what this function started, so that a cool-down does not count what a person started. */
export const automatic: readonly string[] = (['drift', 'quality', 'labels', 'schedule'] satisfies Cause[]).map(
  (cause) => `${cause}-`,
);

const unfinished = new Set(['Executing', 'Stopping']);
/** Checks that a broken source fails. Whoever learns from such rows learns the fault. */
const faults = new Set(['data_type_check', 'completeness_check', 'missing_column_check', 'extra_column_check']);
const hour = 3_600_000;
const day = 24 * hour;

/**
 * Whether to retrain, and on what. Reads nothing and changes nothing: the same situation gives the same answer, and the
 * record of a decision holds all that it was made from.
 */
export function decide(situation: Situation, rules: RetrainingRules): Decision {
  return notNow(situation, rules) ?? whether(situation, rules);
}

const no = (reason: string): Decision => ({ start: false, reason });

/** Stability before freshness (BALANCE-07): what stands in the way whatever the cause is. */
function notNow({ now, executions }: Situation, rules: RetrainingRules): Decision | undefined {
  const running = executions.find((one) => unfinished.has(one.status));
  if (running) return no(`${running.arn} is still running`);
  const own = executions.filter(({ displayName }) => automatic.some((prefix) => displayName.startsWith(prefix)));
  const age = (one: PastExecution) => now.getTime() - one.startedAt.getTime();
  const cooling = own.find((one) => age(one) < rules.cooldownHours * hour);
  if (cooling)
    return no(
      `${cooling.displayName} started at ${cooling.startedAt.toISOString()}, less than ${rules.cooldownHours} hours ago`,
    );
  const thisWeek = own.filter((one) => age(one) < 7 * day).length;
  if (thisWeek >= rules.maximumPerWeek)
    return no(`${thisWeek} retrainings started by themselves within seven days; the most is ${rules.maximumPerWeek}`);
  return undefined;
}

function whether(situation: Situation, rules: RetrainingRules): Decision {
  const { trigger, live, now } = situation;
  const labelled = situation.labelled.filter((one) => one.labelled > 0);
  if (labelled.length === 0) return no('no month has labels yet; nothing to learn from');
  if (
    trigger.kind === 'drift' &&
    trigger.violations.length > 0 &&
    trigger.violations.every((one) => faults.has(one.constraint_check_type))
  ) {
    const columns = [...new Set(trigger.violations.map((one) => one.feature_name))].join(', ');
    return no(
      `the requests are faulty, not different (${columns}): repair their source; a model that learned from them would learn the fault`,
    );
  }
  const fresh = live === undefined ? labelled : labelled.filter((one) => !covers(live.learnedFrom, one));
  if (fresh.length === 0)
    return no(
      `the live model has learned from or was judged by every month that has labels; nothing new since ${live?.learnedFrom.until ?? ''}`,
    );
  const cause = causeOf(trigger, fresh, live, now, rules);
  if (cause === undefined) {
    return no(
      `no new month is complete yet (${list(fresh)}), and the model is younger than ${rules.maximumModelAgeDays} days`,
    );
  }
  return onWhat(cause, labelled, fresh, rules);
}

function causeOf(
  trigger: Trigger,
  fresh: readonly LabelledMonth[],
  live: LiveModel | undefined,
  now: Date,
  rules: RetrainingRules,
): Cause | undefined {
  if (trigger.kind !== 'check') return trigger.kind;
  // One complete month of one airport while another's is not would test the two on different times.
  const newest = fresh
    .map(({ month }) => month)
    .sort()
    .at(-1);
  if (fresh.filter(({ month }) => month === newest).every((one) => one.labelled >= rules.completeShare * one.rows))
    return 'labels';
  return live === undefined || now.getTime() - live.createdAt.getTime() >= rules.maximumModelAgeDays * day
    ? 'schedule'
    : undefined;
}

/**
 * The window follows from the cause. Other inputs (a new airport, other carriers) leave true what was learned: the new
 * rows come in addition, and old months stay, for they still teach seasons; docs/learn/retraining.md has the measurement.
 * Only when decisions got worse on known inputs is the past itself in doubt.
 */
function onWhat(
  cause: Cause,
  labelled: readonly LabelledMonth[],
  fresh: readonly LabelledMonth[],
  rules: RetrainingRules,
): Decision {
  const months = [...new Set(labelled.map(({ month }) => month))].sort();
  const newest = months.at(-1) ?? '';
  const longest = cause === 'quality' ? rules.recentMonths : rules.longestMonths;
  const from = months.find((month) => month > monthsBefore(newest, longest)) ?? newest;
  const inWindow = months.filter((month) => month >= from);
  if (inWindow.length <= rules.heldBackMonths) {
    return no(
      `only ${inWindow.length} months have labels (${inWindow.join(', ')}); ${rules.heldBackMonths + 1} are needed: the newest ${rules.heldBackMonths} judge`,
    );
  }
  const learned = inWindow.slice(0, -rules.heldBackMonths);
  const airports = [...new Set(labelled.filter(({ month }) => month >= from).map(({ airport }) => airport))].sort();
  // An airport that is only in the months that judge would be judged and not learned.
  const untaught = airports.filter(
    (airport) => !labelled.some((one) => one.airport === airport && learned.includes(one.month)),
  );
  if (untaught.length > 0)
    return no(
      `${untaught.join(', ')} has labels only in months that validate and test (after ${learned.at(-1) ?? ''}): nothing to learn of it yet`,
    );
  return {
    start: true,
    cause,
    reason: `${why[cause]}; new: ${list(fresh)}`,
    window: { airports, from, until: monthAfter(newest) },
  };
}

const why: Readonly<Record<Cause, string>> = {
  drift: 'requests differ from what the model learned from: all months stay, the new rows come in addition',
  quality: 'decisions got worse: only recent months are learned from',
  labels: 'the outcomes of a new month are complete',
  schedule: 'the model is old, and there is something new to learn',
};

function covers(window: DataWindow, one: LabelledMonth): boolean {
  return window.airports.includes(one.airport) && one.month >= window.from && one.month < window.until;
}

function list(months: readonly LabelledMonth[]): string {
  return months.map(({ airport, month }) => `${airport} ${month}`).join(', ');
}

export function monthAfter(month: string): string {
  return monthsBefore(month, -1);
}

function monthsBefore(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (number ?? 1) - 1 - count, 1)).toISOString().slice(0, 7);
}
