import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ConsoleRecording } from 'local-account/console/recording/recorder';
import { matrixOf } from '../proof/matrix/matrix';
import { rowsOf } from '../proof/matrix/rows';
import { StableNames } from '../proof/names';
import type { Recording } from '../proof/recording';
import type { ReportData } from './report-data';
import { type ReportContext, reportPage } from './report-page';

/** What a run leaves for its report. */
export interface ReportSource {
  readonly data: ReportData;
  /** What the console showed at the end of the run. */
  readonly pages: ConsoleRecording;
}

/** Writes `.rehearsal/report.html` and its data, each at once or not at all, and returns the page's path. */
export async function writeReport(
  root: string,
  { data, pages }: ReportSource,
  context: ReportContext,
): Promise<string> {
  const folder = join(root, '.rehearsal');
  const write = (name: string, content: string | Buffer) => {
    const draft = join(folder, `${name}.${process.pid}`);
    writeFileSync(draft, content);
    renameSync(draft, join(folder, name));
  };
  write('report.json', `${JSON.stringify(data, undefined, 1)}\n`);
  write('report-pages.json.gz', gzipSync(JSON.stringify({ startedAt: data.startedAt, pages })));
  write('report.html', await reportPage(data, pages, context));
  return join(folder, 'report.html');
}

/** The last run's data; undefined when no run has left any. */
export function readReportSource(root: string): ReportSource | undefined {
  const file = (name: string) => join(root, '.rehearsal', name);
  if (!existsSync(file('report.json'))) return undefined;
  const data = JSON.parse(readFileSync(file('report.json'), 'utf8')) as ReportData;
  if (!existsSync(file('report-pages.json.gz'))) return { data, pages: nothingRecorded(data) };
  const { startedAt, pages } = JSON.parse(gunzipSync(readFileSync(file('report-pages.json.gz'))).toString('utf8')) as {
    readonly startedAt: string;
    readonly pages: ConsoleRecording;
  };
  // Of another run, if this one ended between the two files.
  return { data, pages: startedAt === data.startedAt ? pages : nothingRecorded(data) };
}

/** The story can be shown without the account's pages. */
export function nothingRecorded({ startedAt, region }: ReportData): ConsoleRecording {
  return {
    at: Date.parse(startedAt),
    content: { title: 'mla-blueprint', region, accountId: '' },
    calls: {},
    entries: [],
    details: {},
  };
}

/** The access matrix of a run's policies. A policy that the matrix does not know costs the matrix, not the report. */
export async function reportContext(recording: Recording, say: (line: string) => void): Promise<ReportContext> {
  try {
    return { access: rowsOf((await matrixOf(recording)).decisions, new StableNames(recording)) };
  } catch (error) {
    say(`The report has no access matrix: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}
