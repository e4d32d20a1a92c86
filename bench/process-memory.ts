import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** MB of an account's processes. */
export interface Memory {
  /** Node's live objects, after a garbage collection. */
  readonly heap: number;
  /** Node's process as a whole. */
  readonly node: number;
  /** The store (moto). */
  readonly store: number;
  /** Every other process: the prepared interpreter, containers and functions. What they share is counted once. */
  readonly others: number;
}

/** @param debugger_ WebSocket address of Node's debugger */
export async function memoryOf(pid: number, debugger_: string): Promise<Memory> {
  const heap = await collectedHeap(debugger_);
  const below = descendants(pid);
  const store = below.find((one) => commandOf(one).includes('moto_server.py'));
  const sum = (pids: readonly number[]) => pids.reduce((total, one) => total + megabytes(one), 0);
  return {
    heap,
    node: megabytes(pid),
    store: store === undefined ? 0 : megabytes(store),
    others: sum(below.filter((one) => one !== store)),
  };
}

/** Collects garbage first: what is left is in use. */
async function collectedHeap(address: string): Promise<number> {
  const socket = new WebSocket(address);
  await new Promise((open, reject) => {
    socket.addEventListener('open', open);
    socket.addEventListener('error', reject);
  });
  let last = 0;
  const ask = (method: string): Promise<{ readonly usedSize: number }> =>
    new Promise((answered) => {
      const id = (last += 1);
      const listen = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data)) as { id?: number; result: { usedSize: number } };
        if (message.id !== id) return;
        socket.removeEventListener('message', listen);
        answered(message.result);
      };
      socket.addEventListener('message', listen);
      socket.send(JSON.stringify({ id, method }));
    });
  await ask('HeapProfiler.collectGarbage');
  const { usedSize } = await ask('Runtime.getHeapUsage');
  socket.close();
  return usedSize / 2 ** 20;
}

/** Memory in use, with its share of what several processes share; without /proc, all that it has. */
function megabytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]) / 1024;
  } catch {
    try {
      return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
    } catch {
      // It has ended meanwhile.
      return 0;
    }
  }
}

function descendants(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([one = 0, of]) => (of === parent ? [one, ...below(one)] : []));
  return below(pid);
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
