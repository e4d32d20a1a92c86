import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The asset of the assembly with the workflow's Python steps, as jobs and endpoint get it. */
export function stepsFolder(assembly: string): string {
  const found = readdirSync(assembly).find(
    (name) => name.startsWith('asset.') && existsSync(join(assembly, name, 'workflow', 'problem.json')),
  );
  if (found === undefined) throw new Error(`no asset of ${assembly} holds the steps (workflow/problem.json)`);
  return join(assembly, found);
}

/** Cost of each kind of error, as in the deployed step code. */
export function costsOf(assembly: string): { missed: number; falseAlarm: number } {
  const file = join(stepsFolder(assembly), 'workflow', 'problem.json');
  const { costs } = JSON.parse(readFileSync(file, 'utf8')) as { costs: { missed: number; false_alarm: number } };
  return { missed: costs.missed, falseAlarm: costs.false_alarm };
}
