/** `npm run report`: writes the page of the last rehearsal again, from the data that it left. */

import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { exitWith, say } from '../command-line';
import { readLastRun, readRecording } from '../proof/recording';
import { readReportSource, reportContext, writeReport } from './write';

new Command('report')
  .description('Writes .rehearsal/report.html again, from the data that the last rehearsal left.')
  .addHelpText('after', '\nExit code 0: written. 1: no rehearsal has left its data. 2: wrong use.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const root = resolve(__dirname, '..', '..');

async function main(): Promise<number> {
  const source = readReportSource(root);
  if (source === undefined) throw new Error('No rehearsal has left its data here. Run npm run rehearse first.');
  const folder = join(root, '.rehearsal');
  const recording = readLastRun(folder) ?? readRecording(folder);
  const page = await writeReport(root, source, recording === undefined ? {} : await reportContext(recording, say));
  say(`Report of the rehearsal of ${source.data.startedAt}: ${relative(process.cwd(), page)}`);
  return 0;
}

exitWith(main());
