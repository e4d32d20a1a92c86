import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { line } from './print-line';
import { replayedMonths } from './replayed-months';

const root = resolve(__dirname, '..');
const sizes = [10_000, 1_000_000, 10_000_000];

interface Consumed {
  readonly events: number;
  /** Of the processor, in the consumer's code. */
  readonly milliseconds: number;
  /** Peak of the process. */
  readonly megabytes: number;
  /** Live objects at the end, in MB. */
  readonly heap: number;
}

/** Events a second and memory of the stream's consumer, as the number of events grows a thousand-fold. */
export async function measureStream(): Promise<void> {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const found: Consumed[] = [];
  for (const size of sizes) {
    const consumed = await consume(size);
    found.push(consumed);
    line(
      `${whole(consumed.events)} events: consumer, a second and core`,
      whole(consumed.events / (consumed.milliseconds / 1000)),
      `peak memory ${whole(consumed.megabytes)} MB, live objects ${consumed.heap.toFixed(1)} MB`,
    );
  }
  const [first, last] = [found[0], found.at(-1)];
  if (first && last) line('peak memory, last / first', (last.megabytes / first.megabytes).toFixed(2));
}

/** This process makes the events and that one consumes them, so that its memory is the consumer's. */
async function consume(size: number): Promise<Consumed> {
  const script = ['--expose-gc', '--import', 'tsx', join(root, 'bench/stream-consumer.ts')];
  const child = spawn(process.execPath, script, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close');
  let left = size;
  for await (const { events } of replayedMonths(size))
    for (let at = 0; at < events.length && left > 0; at += 1000) {
      const lines = events.slice(at, at + Math.min(1000, left)).map((event) => `${JSON.stringify(event)}\n`);
      left -= lines.length;
      if (!child.stdin.write(lines.join(''))) await Promise.race([once(child.stdin, 'drain'), ended]);
      if (child.exitCode !== null) throw new Error(`The consumer ended with exit code ${child.exitCode}`);
    }
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`The consumer ended with exit code ${code ?? '?'}`);
  return JSON.parse(output) as Consumed;
}
