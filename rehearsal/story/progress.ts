import colors from 'picocolors';
import { duration } from '../../operator/output';
import type { Checkpoint, CheckpointResult } from './checkpoint';

export interface ProgressOptions {
  readonly write: (line: string) => void;
  /** Width of the terminal. @default 100, without a terminal */
  readonly columns?: number;
  /** Milliseconds. @default the computer's clock */
  readonly now?: () => number;
}

const indent = '       ';
/** Facts of a checkpoint on the screen; the report has all of them. */
const mostFacts = 4;
/** After a longer silence the run would seem to hang. */
const heartbeatMilliseconds = 15_000;

/** Prints the story while it runs: lines that fit the terminal, and a sign of life after a long silence. */
export class Progress {
  private readonly columns: number;
  private readonly now: () => number;
  private current?: { readonly id: string; readonly began: number };
  private saidAt: number;

  constructor(private readonly options: ProgressOptions) {
    this.columns = Math.max(40, options.columns ?? 100);
    this.now = options.now ?? Date.now;
    this.saidAt = this.now();
  }

  /** Any other line. */
  say(line: string): void {
    this.saidAt = this.now();
    this.options.write(line);
  }

  /** Names a step that is not a checkpoint, for the sign of life. */
  begin(what: string): void {
    this.current = { id: what, began: this.now() };
    this.saidAt = this.now();
  }

  started({ id, sentence }: Checkpoint, number: number, of: number): void {
    this.begin(id);
    const head = `${String(number).padStart(2)}/${of}  `;
    wrap(sentence, this.columns - indent.length).forEach((line, at) =>
      this.say(`${at === 0 ? head.padEnd(indent.length) : indent}${line}`),
    );
  }

  ended(result: CheckpointResult): void {
    this.current = undefined;
    const head = `${result.status === 'passed' ? 'passed' : 'FAILED'} ${duration(result.milliseconds)}  `;
    const facts = result.evidence.slice(0, mostFacts).map(({ label, value }) => `${label} ${value}`);
    const room = this.columns - indent.length - head.length;
    const text = shorten(facts.join(', '), room);
    const word = result.status === 'passed' ? colors.green('passed') : colors.red('FAILED');
    this.say(`${indent}${word}${head.slice('passed'.length)}${colors.dim(text)}`.trimEnd());
    if (result.status === 'failed') for (const line of failure(result, this.columns)) this.say(line);
  }

  /** Prints a sign of life after a long silence. */
  beat(): void {
    if (this.current === undefined || this.now() - this.saidAt < heartbeatMilliseconds) return;
    const { id, began } = this.current;
    this.say(colors.dim(`${indent}${id} is still running (${duration(this.now() - began)})`));
  }

  /** Calls `beat` every second until the returned function is called. */
  beating(): () => void {
    const timer = setInterval(() => this.beat(), 1000);
    timer.unref();
    return () => clearInterval(timer);
  }
}

/** The cause, and the calls that were denied while it ran. */
function failure({ error = '', denials = [] }: CheckpointResult, columns: number): string[] {
  const lines = error.split('\n').flatMap((line) => wrap(line, columns - indent.length));
  if (denials.length > 0) {
    lines.push('', 'Denied during this checkpoint (npm run access -- denied says by which policy):');
    for (const { principal, action, resource } of denials)
      lines.push(
        ...wrap(`${action} on ${resource}, called by ${principal}`, columns - indent.length - 2).map(
          (one) => `  ${one}`,
        ),
      );
  }
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`));
}

/** The last lines: how many passed, what failed, and how to try again. */
export function closing(results: readonly CheckpointResult[], milliseconds: number, report: string): string[] {
  const count = (status: CheckpointResult['status']) => results.filter((one) => one.status === status).length;
  const failed = results.find((one) => one.status === 'failed');
  const missed = count('not reached');
  const took = `in ${duration(milliseconds)}. Report: ${report}`;
  const line = `${count('passed')} of ${results.length} checkpoints passed ${took}`;
  if (failed === undefined && missed === 0) return [line];
  return [
    line,
    ...(failed === undefined
      ? []
      : [
          `Failed: ${failed.id}. ${failed.error?.split('\n')[0] ?? ''}`,
          `Try again from there: npm run rehearse -- --from ${failed.id}`,
        ]),
    ...(missed === 0 ? [] : [`Not reached: ${missed}`]),
  ];
}

/** Lines of at most `width` characters, broken between words. A longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The words that fit, then an ellipsis. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const room = Math.max(1, width - 1);
  const cut = text.slice(0, room + 1);
  const border = cut.lastIndexOf(' ');
  return `${(border > 0 ? cut.slice(0, border) : cut.slice(0, room)).replace(/,$/, '')}…`;
}
