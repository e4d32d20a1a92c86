import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { StateMachineDefinition } from '../../lib/shared/state-machine/states-language';
import { type Fault, faults } from './fault';

/** "Fails": the call times out, gets a server error or is denied for the rest of the execution. */
export type Row = readonly [throttled: string, fails: string, responseLost: string, stopped: string];
/** Scenario to call to what each fault leads to. */
export type FaultTable = Readonly<Record<string, Readonly<Record<string, Row>>>>;

const columns = ['throttled', 'fails', 'response lost', 'stopped'] as const;
const header = '| call | throttled once | fails | done, response lost | stopped here |\n|---|---|---|---|---|\n';

export interface FaultTableTest {
  readonly table: FaultTable;
  /** All that need a row. */
  readonly calls: () => readonly string[] | Promise<readonly string[]>;
  /** Calls that wait for a job (.sync). */
  readonly jobs: readonly string[];
  /** Below docs/. */
  readonly page: string;
  /** Calls of the scenario where nothing else goes wrong. */
  readonly callsOf: (scenario: string) => Promise<readonly string[]>;
  /** The state after the fault, and after the same event came again. */
  readonly consequence: (scenario: string, call: string, fault: Fault) => Promise<string>;
}

/** What the table of a state machine must have rows for. */
export function tasksOf(definition: StateMachineDefinition): Pick<FaultTableTest, 'calls' | 'jobs'> {
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');
  return {
    calls: () => tasks.map(([name]) => name),
    jobs: tasks.filter(([, { Resource }]) => String(Resource).endsWith('.sync')).map(([name]) => name),
  };
}

/** Runs each cell, finds calls without a row, and compares the table with the page. */
export function testFaultTable({ table, calls, jobs, page, callsOf, consequence }: FaultTableTest): void {
  const columnOf = (fault: Fault, call: string): number => {
    // A job that took too long was started: only the response is missing.
    if (fault === 'timed out' && jobs.includes(call)) return columns.indexOf('response lost');
    return columns.indexOf(fault === 'throttled' || fault === 'response lost' || fault === 'stopped' ? fault : 'fails');
  };

  describe.each(Object.entries(table))('%s', (scenario, rows) => {
    it('makes each call that has a row', async () => {
      const made = await callsOf(scenario);
      expect(Object.keys(rows).filter((call) => !made.includes(call))).toEqual([]);
    });

    const cells = Object.entries(rows).flatMap(([call, row]) =>
      faults.map((fault) => [call, fault, row[columnOf(fault, call)]] as const),
    );
    it.each(cells)('%s, %s', async (call, fault, expected) => {
      expect(await consequence(scenario, call, fault)).toBe(expected);
    });
  });

  it('has a row for each call', async () => {
    const known = Object.values(table).flatMap((rows) => Object.keys(rows));
    expect((await calls()).filter((call) => !known.includes(call))).toEqual([]);
  });

  it(`is the table that docs/reference/${page} shows`, () => {
    const text = readFileSync(join(__dirname, '../../docs/reference', page), 'utf8');
    for (const [scenario, rows] of Object.entries(table)) {
      const lines = Object.entries(rows).map(([call, row]) => `| ${call} | ${row.join(' | ')} |\n`);
      expect(text).toContain(
        `### ${scenario[0]?.toUpperCase() ?? ''}${scenario.slice(1)}\n\n${header}${lines.join('')}`,
      );
    }
  });
}
