import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { testContainerPython } from 'local-account/test/fixtures/test-platform';
import { type Flight, predictionMoment, type StateRules, stateAt } from '../../lambda/airport-state/state';

const rules: StateRules = { windows: [60, 180], grid: 15, lead: 120, late: 15 };

/** Reads days from its standard input and writes the bits of every value. */
const script = `
import json, math, sys
import numpy as np
from workflow.airport_state import StateRules, prediction_moments, state_at
rules, days = json.load(sys.stdin)
rules = StateRules(tuple(rules["windows"]), rules["grid"], rules["lead"], rules["late"])
result = []
for moments, flights in days:
    scheduled = np.array([flight[0] for flight in flights], dtype="int64")
    delay = np.array([math.nan if flight[1] is None else flight[1] for flight in flights], dtype="float64")
    state = state_at(np.array(moments, dtype="int64"), scheduled, delay, rules)
    columns = {name: [None if math.isnan(value) else value.hex() for value in map(float, column)] for name, column in state.items()}
    result.append([columns, prediction_moments(scheduled, rules).tolist()])
json.dump(result, sys.stdout)
`;

type Day = readonly [moments: readonly number[], flights: readonly (readonly [number, number | null])[]];

const flight = fc.tuple(
  fc.integer({ min: 0, max: 1_440 }),
  fc.oneof({ arbitrary: fc.integer({ min: -30, max: 900 }), weight: 9 }, { arbitrary: fc.constant(null), weight: 1 }),
);
const day: fc.Arbitrary<Day> = fc.tuple(
  fc.array(fc.integer({ min: 0, max: 1_700 }), { minLength: 1, maxLength: 30 }),
  fc.array(flight, { maxLength: 300 }).map((flights) => [...flights].sort(([one], [other]) => one - other)),
);

/** Python's float.hex of a value, read back. */
function fromHex(text: string): number {
  const [, sign, digits, exponent] = /^(-?)0x([01]\.[0-9a-f]+)p([+-]\d+)$/.exec(text) as unknown as string[];
  const [whole, fraction] = (digits as string).split('.') as [string, string];
  const value = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

test('a state of the stream and one of a delivered month have the same bits', async () => {
  const python = await testContainerPython();
  const days = fc.sample(day, { numRuns: 200, seed: 2013 });
  const stdout = execFileSync(python, ['-c', script], {
    input: JSON.stringify([rules, days]),
    cwd: resolve(__dirname, '../../pipelines/steps'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const delivered = JSON.parse(stdout) as [Record<string, (string | null)[]>, number[]][];
  expect(delivered).toHaveLength(days.length);
  let compared = 0;
  days.forEach(([moments, rows], index) => {
    const [columns, latest] = delivered[index] as (typeof delivered)[number];
    const flights = rows.map(([scheduled, delay]): Flight => ({ scheduled, delay: delay ?? undefined }));
    expect(flights.map(({ scheduled }) => predictionMoment(scheduled, rules))).toEqual(latest);
    moments.forEach((moment, place) => {
      const state = stateAt(moment, flights, rules);
      for (const [name, values] of Object.entries(columns)) {
        const value = values[place];
        expect({ name, moment, value: state.get(name) }).toEqual({
          name,
          moment,
          value: typeof value === 'string' ? fromHex(value) : undefined,
        });
        compared += 1;
      }
    });
  });
  expect(compared).toBeGreaterThan(5_000);
});
