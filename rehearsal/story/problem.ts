import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Costs } from './quality';

/** The costs of errors, as the deployed step code knows them: `problem.json` among the assembly's assets. */
export function costsOf(assembly: string): Costs {
  for (const name of readdirSync(assembly)) {
    for (const file of [join(assembly, name, 'workflow', 'problem.json'), join(assembly, name, 'problem.json')]) {
      if (!name.startsWith('asset.') || !existsSync(file)) continue;
      const { costs } = JSON.parse(readFileSync(file, 'utf8')) as { costs?: { missed: number; false_alarm: number } };
      if (costs !== undefined) return { missed: costs.missed, falseAlarm: costs.false_alarm };
    }
  }
  throw new Error(`no asset of ${assembly} holds the problem's costs (problem.json)`);
}
