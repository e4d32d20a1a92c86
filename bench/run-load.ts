import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Load } from './load';

const root = resolve(__dirname, '..');

/** A row of a flight, as the endpoint takes it. */
export const flight =
  'B6,MCO,2013-07-05,1530,1829,944,84,70,62,200,9,,0,1012,10,2005,200,AIRBUS,12.5,0.25,0.5,40,9.75,0.2,0.75,110';

export interface Rate {
  /** Requests a second. */
  readonly throughput: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

/** Sends requests from a process of its own. */
export async function runLoad(load: Load): Promise<Rate> {
  const program = [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'bench/load.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, JSON.stringify(load)]);
  return JSON.parse(stdout) as Rate;
}

export function best(rates: readonly Rate[]): Rate {
  return rates.reduce((one, other) => (other.throughput > one.throughput ? other : one));
}
