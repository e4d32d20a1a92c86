/** When the state is written, and which flights it counts. All in minutes. */
export interface StateRules {
  /** How long before the moment a flight may be scheduled to count. */
  readonly windows: readonly number[];
  /** Between two moments at which the state is written. */
  readonly grid: number;
  /** Between a prediction and the scheduled departure. */
  readonly lead: number;
  /** A flight is late from this delay on. */
  readonly late: number;
}

/** What is known of a flight. Times are minutes since 1970-01-01 00:00 in local time. */
export interface Flight {
  readonly scheduled: number;
  /** Minutes after the schedule at which it left. @default it has not left yet, or never will */
  readonly delay?: number;
}

/**
 * How an airport runs at a moment: the twin of pipelines/steps/workflow/airport_state.py, which computes months that
 * arrive as files. Whole numbers, and one division for each value, so that both get the same bits (FEAT-04: how online
 * and offline features diverge; test/lambda/airport-state-alike.test.ts). A value of no flights is missing.
 */
export function stateAt(moment: number, flights: Iterable<Flight>, rules: StateRules): ReadonlyMap<string, number> {
  const sums = rules.windows.map((window) => ({ window, flights: 0, delay: 0, late: 0, gone: 0 }));
  for (const { scheduled, delay } of flights) {
    const gone = delay !== undefined && scheduled + delay <= moment;
    const soFar = gone ? delay : moment - scheduled;
    for (const sum of sums) {
      if (scheduled > moment || scheduled <= moment - sum.window) continue;
      sum.flights += 1;
      sum.delay += soFar;
      if (soFar >= rules.late) sum.late += 1;
      if (gone) sum.gone += 1;
    }
  }
  const state = new Map<string, number>();
  for (const { window, flights: count, delay, late, gone } of sums) {
    if (count > 0) {
      state.set(`mean_delay_${window}`, delay / count);
      state.set(`late_share_${window}`, late / count);
      state.set(`gone_share_${window}`, gone / count);
    }
    state.set(`flights_${window}`, count);
  }
  return state;
}

/** The last moment of the grid that a prediction for this flight can know. */
export function predictionMoment(scheduled: number, { grid, lead }: StateRules): number {
  return Math.floor((scheduled - lead) / grid) * grid;
}
