/** A month of an airport's flights that has rows with an outcome. */
export interface LabeledMonth {
  readonly airport: string;
  /** YYYY-MM */
  readonly month: string;
  readonly rows: number;
  readonly labeled: number;
}

/** The data of a training; `from` is inclusive, `until` exclusive. */
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
  /** The drift alarm went into ALARM. The violations are those of the newest analysis that found any. */
  | {
      readonly kind: 'drift';
      readonly at: string;
      readonly alarmName: string;
      readonly reason: string;
      readonly violations: readonly Violation[];
    }
  /** The quality alarm went into ALARM: what the model learned is no longer true. */
  | { readonly kind: 'quality'; readonly at: string; readonly alarmName: string; readonly reason: string }
  /** The scheduled check for new labels and for an old model. */
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
  /** Minimum time between two automatic retrainings. */
  readonly cooldownHours: number;
  readonly maximumPerWeek: number;
  /** The scheduled check retrains an older model, if anything new has labels. */
  readonly maximumModelAgeDays: number;
  /** Length of the window when what the model learned is no longer true. */
  readonly recentMonths: number;
  /** Length of the window otherwise. Without a limit each month's training would cost more. */
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
  readonly labeled: readonly LabeledMonth[];
}

export type Cause = 'drift' | 'quality' | 'labels' | 'schedule';

export type Decision =
  | { readonly start: false; readonly reason: string }
  | { readonly start: true; readonly cause: Cause; readonly reason: string; readonly window: DataWindow };

/** Prefixes of the display names of executions that this function started. The cool-down counts only those. */
export const automatic: readonly string[] = (['drift', 'quality', 'labels', 'schedule'] satisfies Cause[]).map(
  (cause) => `${cause}-`,
);

const unfinished = new Set(['Executing', 'Stopping']);
/** Checks that fail when a data source is broken. A model that learns from such rows learns the fault. */
const faults = new Set(['data_type_check', 'completeness_check', 'missing_column_check', 'extra_column_check']);
const hour = 3_600_000;
const day = 24 * hour;

/**
 * Decides whether to retrain, and on which data. It has no side effects: the same situation gives the same decision, and
 * the record of a decision contains all its inputs.
 */
export function decide(situation: Situation, rules: RetrainingRules): Decision {
  return notNow(situation, rules) ?? whether(situation, rules);
}

const no = (reason: string): Decision => ({ start: false, reason });

/** Reasons against a retraining that hold for every cause (BALANCE-07: how often to retrain). */
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
    return no(`${thisWeek} automatic retrainings started within seven days; the maximum is ${rules.maximumPerWeek}`);
  return undefined;
}

function whether(situation: Situation, rules: RetrainingRules): Decision {
  const { trigger, live, now } = situation;
  const labeled = situation.labeled.filter((one) => one.labeled > 0);
  if (labeled.length === 0) return no('no month has labels yet: nothing to learn from');
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
  const fresh = live === undefined ? labeled : labeled.filter((one) => !covers(live.learnedFrom, one));
  if (fresh.length === 0)
    return no(
      `the live model was trained or tested on every month that has labels; nothing is new since ${live?.learnedFrom.until ?? ''}`,
    );
  const cause = causeOf(trigger, fresh, live, now, rules);
  if (cause === undefined) {
    return no(
      `no new month is complete yet (${list(fresh)}), and the model is younger than ${rules.maximumModelAgeDays} days`,
    );
  }
  return onWhat(cause, labeled, fresh, rules);
}

function causeOf(
  trigger: Trigger,
  fresh: readonly LabeledMonth[],
  live: LiveModel | undefined,
  now: Date,
  rules: RetrainingRules,
): Cause | undefined {
  if (trigger.kind !== 'check') return trigger.kind;
  // All airports must be complete: otherwise the airports would be tested on different months.
  const newest = fresh
    .map(({ month }) => month)
    .sort()
    .at(-1);
  if (fresh.filter(({ month }) => month === newest).every((one) => one.labeled >= rules.completeShare * one.rows))
    return 'labels';
  return live === undefined || now.getTime() - live.createdAt.getTime() >= rules.maximumModelAgeDays * day
    ? 'schedule'
    : undefined;
}

/**
 * The window depends on the cause. After input drift (a new airport, other carriers) the older months are still valid and
 * contain the seasons, so the new rows are added; docs/learn/retraining.md has the measurement. Only when predictions got
 * worse on known inputs are older months left out.
 */
function onWhat(
  cause: Cause,
  labeled: readonly LabeledMonth[],
  fresh: readonly LabeledMonth[],
  rules: RetrainingRules,
): Decision {
  const months = [...new Set(labeled.map(({ month }) => month))].sort();
  const newest = months.at(-1) ?? '';
  const longest = cause === 'quality' ? rules.recentMonths : rules.longestMonths;
  const from = months.find((month) => month > monthsBefore(newest, longest)) ?? newest;
  const inWindow = months.filter((month) => month >= from);
  if (inWindow.length <= rules.heldBackMonths) {
    return no(
      `only ${inWindow.length} months have labels (${inWindow.join(', ')}); ${rules.heldBackMonths + 1} are needed: the newest ${rules.heldBackMonths} validate and test`,
    );
  }
  const learned = inWindow.slice(0, -rules.heldBackMonths);
  const airports = [...new Set(labeled.filter(({ month }) => month >= from).map(({ airport }) => airport))].sort();
  // An airport that is only in the months held back would be tested without having been learned.
  const unlearned = airports.filter(
    (airport) => !labeled.some((one) => one.airport === airport && learned.includes(one.month)),
  );
  if (unlearned.length > 0)
    return no(
      `${unlearned.join(', ')} has labels only in months that validate and test (after ${learned.at(-1) ?? ''}): nothing to learn from yet`,
    );
  return {
    start: true,
    cause,
    reason: `${why[cause]}; new: ${list(fresh)}`,
    window: { airports, from, until: monthAfter(newest) },
  };
}

const why: Readonly<Record<Cause, string>> = {
  drift: 'requests differ from the training data: all months stay, and the new rows are added',
  quality: 'predictions got worse: only recent months are used',
  labels: 'the outcomes of a new month are complete',
  schedule: 'the model is old, and there are new labels',
};

function covers(window: DataWindow, one: LabeledMonth): boolean {
  return window.airports.includes(one.airport) && one.month >= window.from && one.month < window.until;
}

function list(months: readonly LabeledMonth[]): string {
  return months.map(({ airport, month }) => `${airport} ${month}`).join(', ');
}

export function monthAfter(month: string): string {
  return monthsBefore(month, -1);
}

function monthsBefore(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (number ?? 1) - 1 - count, 1)).toISOString().slice(0, 7);
}
