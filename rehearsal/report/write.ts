import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrixOf } from '../proof/matrix/matrix';
import { rowsOf } from '../proof/matrix/rows';
import { StableNames } from '../proof/names';
import type { Recording } from '../proof/recording';
import { type ReportContext, renderReport } from './render';
import type { ReportData } from './report-data';
import { shownTopics } from './shown-topics';

/** Writes `.rehearsal/report.html` and `.json`, each at once or not at all, and returns the page's path. */
export function writeReport(root: string, data: ReportData, context: ReportContext): string {
  const folder = join(root, '.rehearsal');
  const write = (name: string, content: string) => {
    const draft = join(folder, `${name}.${process.pid}`);
    writeFileSync(draft, content);
    renameSync(draft, join(folder, name));
  };
  write('report.json', `${JSON.stringify(data, undefined, 1)}\n`);
  write('report.html', renderReport(data, context));
  return join(folder, 'report.html');
}

/** The last run's data; undefined when no run has left any. */
export function readReportData(root: string): ReportData | undefined {
  const file = join(root, '.rehearsal', 'report.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReportData) : undefined;
}

/**
 * The access matrix of a run's policies, and the exam topics. A policy that the matrix does not know costs the matrix,
 * not the report.
 */
export async function reportContext(
  root: string,
  recording: Recording,
  say: (line: string) => void,
): Promise<ReportContext> {
  const topics = shownTopics(root);
  try {
    return { topics, access: rowsOf((await matrixOf(recording)).decisions, new StableNames(recording)) };
  } catch (error) {
    say(`The report has no access matrix: ${error instanceof Error ? error.message : String(error)}`);
    return { topics };
  }
}
