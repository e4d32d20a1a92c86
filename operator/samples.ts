import { type Flight, predictionMoment, type StateRules, stateAt } from '../lambda/airport-state/state';
import type { OperatorContext } from './context';
import { WrongUsage } from './errors';
import { type Months, monthAfter, monthBefore, monthsOf, type Row, rowsOf } from './flights';

/**
 * Flights of one month, each with the airport's state that its prediction could know. What an operations desk would read
 * from the feature store at that moment is computed here from the vendored data, by the same calculation.
 */
export async function samplesOf(context: OperatorContext, airport: string, month: string): Promise<Row[]> {
  const rules = JSON.parse(await context.output('DataLake', 'StateRules')) as StateRules;
  const known: { readonly flights: readonly Row[]; readonly month: string }[] = [];
  const months: Months = { from: monthBefore(month), until: monthAfter(month) };
  for await (const found of monthsOf(context.dataFolder, airport, months))
    known.push({ month: found.month, flights: rowsOf(found) });
  const flights = known.find((one) => one.month === month)?.flights;
  if (flights === undefined)
    throw new WrongUsage(`There are no flights of ${airport} in ${month}.`, 'The data cover 2013-01 to 2013-12.');
  return withState(
    flights,
    known.flatMap((one) => one.flights),
    minutes(`${known[0]?.month}-01`, '0'),
    rules,
  );
}

/** `since`: the first minute from which every flight is known. A window that begins earlier has no state. */
function withState(flights: readonly Row[], known: readonly Row[], since: number, rules: StateRules): Row[] {
  const timeline = known
    .map((row) => ({ ...scheduleOf(row), delay: row.dep_delay === '' ? undefined : Number(row.dep_delay) }))
    .sort((one, other) => one.scheduled - other.scheduled);
  const longest = Math.max(...rules.windows);
  const states = new Map<number, Row>();
  const at = (moment: number): Row => {
    const first = firstAfter(timeline, moment - longest);
    const last = firstAfter(timeline, moment);
    const state = stateAt(moment, timeline.slice(first, last), rules);
    const told = [...state].filter(([name]) => moment - Number(name.slice(name.lastIndexOf('_') + 1)) >= since);
    return Object.fromEntries(told.map(([name, value]) => [name, String(value)]));
  };
  return flights.map((row) => {
    const moment = predictionMoment(scheduleOf(row).scheduled, rules);
    let state = states.get(moment);
    if (state === undefined) states.set(moment, (state = at(moment)));
    return { ...row, ...state };
  });
}

function scheduleOf(row: Row): { readonly scheduled: number } {
  return { scheduled: minutes(row.date ?? '', row.sched_dep_time ?? '') };
}

/** Minutes since 1970 on the airport's own clock; a time of day is HHMM. */
function minutes(date: string, clock: string): number {
  const time = Number(clock);
  return Date.parse(`${date}T00:00:00Z`) / 60_000 + Math.floor(time / 100) * 60 + (time % 100);
}

/** Index of the first flight that is scheduled after the moment. */
function firstAfter(timeline: readonly Flight[], moment: number): number {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeline[middle] as Flight).scheduled <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
