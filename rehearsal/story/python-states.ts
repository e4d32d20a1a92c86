import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The rules of the state, as the ProblemSpec has them. */
export interface StateRules {
  readonly windows: readonly number[];
  readonly grid: number;
  readonly lead: number;
  readonly late: number;
}

/** Python's repr has as many digits as a value's bits need. */
const script = `
import json, math, sys
import numpy as np
from workflow.airport_state import StateRules, state_at
rules, moments, flights = json.load(sys.stdin)
rules = StateRules(tuple(rules["windows"]), rules["grid"], rules["lead"], rules["late"])
flights.sort(key=lambda flight: flight[0])
scheduled = np.array([flight[0] for flight in flights], dtype="int64")
delay = np.array([math.nan if flight[1] is None else flight[1] for flight in flights], dtype="float64")
state = state_at(np.array(moments, dtype="int64"), scheduled, delay, rules)
json.dump({name: [None if math.isnan(value) else repr(value) for value in map(float, column)] for name, column in state.items()}, sys.stdout)
`;

/**
 * The state at each moment as PrepareData computes it of a month that arrived as a file: values by feature, in the order
 * of the moments. Python prints the shortest text that has the value's bits, as JavaScript does.
 */
export function pythonStates(
  python: string,
  moments: readonly number[],
  flights: readonly (readonly [scheduled: number, delay: number | null])[],
  rules: StateRules,
): Record<string, (number | undefined)[]> {
  const stdout = execFileSync(python, ['-c', script], {
    input: JSON.stringify([rules, moments, flights]),
    cwd: resolve(__dirname, '../../pipelines/steps'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const columns = JSON.parse(stdout) as Record<string, (string | null)[]>;
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      values.map((value) => (value === null ? undefined : Number(value))),
    ]),
  );
}
