import { readdirSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

import type { Platform } from '../../platform';

/** Of proc_pid_stat(5): times are in hundredths of a second, memory in pages, on every Linux that Node runs on. */
const TICKS = 100;
const PAGE = 4096;
/** Milliseconds. A processor's time is counted in hundredths of a second; over less than this it says little. */
const SHORTEST = 100;

interface Usage {
  /** Seconds of processors. */
  readonly processors: number;
  readonly bytes: number;
}

/**
 * What the processes of containers use: those that work in their folders, however they were started. `undefined` where
 * there is no /proc.
 */
function usageOf(folders: readonly string[]): Usage | undefined {
  let processors = 0;
  let bytes = 0;
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  for (const pid of pids) {
    try {
      const place = readlinkSync(`/proc/${pid}/cwd`);
      if (!folders.some((folder) => place === folder || place.startsWith(`${folder}/`))) continue;
      // The program's name is in parentheses and may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      // User and system time, also of children that ended; resident pages.
      processors += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / TICKS;
      bytes += Number(fields[21]) * PAGE;
    } catch {
      // Somebody else's, or gone meanwhile.
    }
  }
  return { processors, bytes };
}

/** CPU, memory and disk of one host, measured, in the units of "SageMaker AI jobs and endpoint metrics". */
export class InstanceMetrics {
  private last: (Usage & { readonly at: number; readonly percent: number; readonly disk: number }) | undefined;

  constructor(
    private readonly platform: Pick<Platform, 'putMetric'>,
    private readonly namespace: string,
    private readonly dimensions: Readonly<Record<string, string>>,
    /** Roots of the containers that share the instance. */
    private readonly folders: readonly string[],
  ) {}

  publish(): void {
    const first = this.last === undefined;
    // Virtual minutes that pass within a moment of real time show what that moment showed.
    if (this.last === undefined || performance.now() - this.last.at >= SHORTEST) this.measure();
    if (first || this.last === undefined) return;
    this.put('CPUUtilization', this.last.percent);
    this.put('MemoryUtilization', (this.last.bytes / totalmem()) * 100);
    this.put('DiskUtilization', this.last.disk);
  }

  private measure(): void {
    const usage = usageOf(this.folders);
    if (usage === undefined) return;
    const at = performance.now();
    const { last } = this;
    const disk = statfsSync(this.folders[0] ?? '/');
    this.last = {
      ...usage,
      at,
      // 100 for each processor that was busy all the time.
      percent:
        last === undefined ? 0 : (Math.max(usage.processors - last.processors, 0) / ((at - last.at) / 1000)) * 100,
      disk: (1 - disk.bavail / disk.blocks) * 100,
    };
  }

  private put(name: string, value: number): void {
    this.platform.putMetric({ namespace: this.namespace, name, dimensions: this.dimensions, value, unit: 'Percent' });
  }
}

/** Measures while a job's container works: AWS publishes each minute, but jobs here take seconds. */
export async function measured<T>(metrics: InstanceMetrics | undefined, work: Promise<T>): Promise<T> {
  if (metrics === undefined) return work;
  metrics.publish();
  const timer = setInterval(() => metrics.publish(), 500);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
