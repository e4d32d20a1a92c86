import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { StateMachineDefinition } from '../../lib/foundation/states-language';
import { faults, type Fault } from './fault';

/** "Fails" is a call that times out, gets a server error or is denied, as long as the execution lives. */
export type Row = readonly [throttled: string, fails: string, answerLost: string, killed: string];
/** Scenario to call to what each fault leads to. */
export type FaultTable = Readonly<Record<string, Readonly<Record<string, Row>>>>;

const columns = ['throttled', 'fails', 'answer lost', 'killed'] as const;
function columnOf(fault: Fault, resource: string): number {
  // A job that took too long was started: its answer is what is missing.
  if (fault === 'timed out' && resource.endsWith('.sync')) return columns.indexOf('answer lost');
  return columns.indexOf(fault === 'throttled' || fault === 'answer lost' || fault === 'killed' ? fault : 'fails');
}

export interface FaultTableTest {
  readonly table: FaultTable;
  readonly definition: StateMachineDefinition;
  /** Below docs/. */
  readonly page: string;
  /** Tasks of the scenario where nothing else goes wrong. */
  readonly statesOf: (scenario: string) => Promise<readonly string[]>;
  /** What is so after the fault, and after the same was asked for again. */
  readonly consequence: (scenario: string, state: string, fault: Fault) => Promise<string>;
}

/** Runs each cell, looks for calls without a row, and compares the table with the page. */
export function testFaultTable({ table, definition, page, statesOf, consequence }: FaultTableTest): void {
  describe.each(Object.entries(table))('%s', (scenario, rows) => {
    it('makes each call that has a row', async () => {
      const states = await statesOf(scenario);
      expect(Object.keys(rows).filter((state) => !states.includes(state))).toEqual([]);
    });

    const cells = Object.entries(rows).flatMap(([state, row]) => faults.map((fault) => [state, fault, row[columnOf(fault, String(definition.States[state]?.Resource))]] as const));
    it.each(cells)('%s, %s', async (state, fault, expected) => {
      expect(await consequence(scenario, state, fault)).toBe(expected);
    });
  });

  it('has a row for each call of the machine', () => {
    const calls = Object.entries(definition.States).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []));
    const known = Object.values(table).flatMap((rows) => Object.keys(rows));
    expect(calls.filter((call) => !known.includes(call))).toEqual([]);
  });

  it(`is the table that docs/${page} shows`, () => {
    const text = readFileSync(join(__dirname, '../../docs', page), 'utf8');
    for (const [scenario, rows] of Object.entries(table)) {
      expect(text).toContain(`### ${scenario[0]?.toUpperCase() ?? ''}${scenario.slice(1)}\n`);
      for (const [state, row] of Object.entries(rows)) expect(text).toContain(`| ${state} | ${row.join(' | ')} |`);
    }
  });
}
