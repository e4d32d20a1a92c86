import { join, resolve } from 'node:path';
import { line } from './print-line';
import { seconds } from './process-seconds';

const root = resolve(__dirname, '..');

interface Replay {
  readonly events: number;
  readonly compared: number;
  readonly different: number;
  readonly megabytes: number;
  /** MB of live objects after a month, at most. */
  readonly heap: number;
  readonly trackingMilliseconds: number;
}

/** The consumer and the writer of the stream, as the number of events grows; the table and the store are in memory. */
export function measureStream(): void {
  const sizes = [10_000, 100_000, 1_000_000];
  const replays = sizes.map((size) => {
    const script = ['--expose-gc', '--import', 'tsx', join(root, 'bench/stream-replay.ts'), String(size)];
    return JSON.parse(seconds(process.execPath, script).output.trim()) as Replay;
  });
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  for (const { events, compared, different, megabytes, heap, trackingMilliseconds } of replays) {
    line(
      `${whole(events)} events: consumer, events a second and core`,
      whole(events / (trackingMilliseconds / 1000)),
      `peak memory ${whole(megabytes)} MB, live objects ${whole(heap)} MB; ${whole(compared)} values compared with PrepareData's, ${different} differ`,
    );
  }
  const [first, last] = [replays[0], replays.at(-1)];
  if (first && last) {
    line('peak memory, last / first', (last.megabytes / first.megabytes).toFixed(2));
    line('live objects, last / first', (last.heap / first.heap).toFixed(2));
  }
}
