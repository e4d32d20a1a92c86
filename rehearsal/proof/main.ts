import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { onInterruption, writeOnToAClosedTerminal } from 'local-account/interruption';
import { duration } from '../../operator/output';
import { exitWith, say } from '../command-line';
import { differences, matrixFile, readMatrix } from './matrix/file';
import { rowsOf } from './matrix/rows';
import { renderMatrix } from './matrix/text';
import { StableNames } from './names';
import { holds, prove } from './prove';
import { recordedRun } from './recorded-run';
import { summaryOf } from './summary';

const root = resolve(__dirname, '..', '..');

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('prove')
    .description(
      'Proves that the policies are minimal: each part that is removed breaks a call of the story, and each part that is widened changes the access matrix.',
    )
    .option('--update', 'write the current access matrix, for review')
    .option('--anew', 'run the story even if the stacks have not changed since the last run')
    .addHelpText(
      'after',
      `
Reuses the recording of the last complete run in .rehearsal/ if the synthesized templates are the same. Otherwise it runs the story first.

Examples:
  npm run prove
  npm run prove -- --update         then review the changes: git diff ${matrixFile}

Exit code: 0 proven, 1 a change went unnoticed or the matrix differs from ${matrixFile}, 2 wrong arguments.
`,
    )
    .allowExcessArguments(false)
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { update = false, anew = false } = program.opts<{ update?: boolean; anew?: boolean }>();
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

  const interrupted = new AbortController();
  let stop: () => Promise<void> = () => Promise.resolve();
  const onSignal = () => {
    if (interrupted.signal.aborted) return;
    interrupted.abort(new Error('Interrupted; nothing is left running.'));
    void stop().finally(() => process.exit(130));
  };
  onInterruption(onSignal);
  writeOnToAClosedTerminal();
  const recording = await recordedRun({
    root,
    progress: say,
    anew,
    signal: interrupted.signal,
    opened: (one) => (stop = one),
  });

  const proof = await prove(recording, {
    progress: (stage, done, of) =>
      progress(`${stage}  ${done}${of === undefined ? ' requests' : ` of ${of}`}`, done === of),
  });
  clearProgress();
  const allowed = proof.matrix.decisions.filter(({ decision }) => decision.allowed).length;
  say(
    `${proof.statements} statements, ${recording.calls.length} different calls, ${proof.matrix.decisions.length} requests evaluated for the matrix (${allowed} allowed)`,
  );
  for (const line of summaryOf(proof, recording)) say(line);

  const text = renderMatrix(rowsOf(proof.matrix.decisions, new StableNames(recording)));
  const changes = differences(readMatrix(root), text);
  if (update && changes.length > 0) {
    writeFileSync(resolve(root, matrixFile), text);
    say(`\nWrote ${relative(process.cwd(), resolve(root, matrixFile))}: ${changes.length} lines differ.`);
  } else if (changes.length > 0) {
    say(`\nThe access matrix differs from ${matrixFile}:`);
    for (const line of changes.slice(0, 40)) say(`  ${line}`);
    if (changes.length > 40) say(`  and ${changes.length - 40} more lines`);
    say('If each of these changes is intended: npm run prove -- --update');
  }
  const proven = holds(proof) && (update || changes.length === 0);
  say(`\n${proven ? 'Proven' : 'NOT PROVEN'} in ${duration(proof.milliseconds)}`);
  return proven ? 0 : 1;
}

/** On a terminal, one line that is overwritten; in a log, only the last line of each stage. */
function progress(line: string, last: boolean): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
  else if (last) process.stderr.write(`${line}\n`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

exitWith(main(process.argv.slice(2)));
