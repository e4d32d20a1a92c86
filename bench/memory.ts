import { join, resolve } from 'node:path';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { seconds } from './process-seconds';

const root = resolve(__dirname, '..');

/** Peak memory of jobs as their input grows. */
export async function measureMemory(): Promise<void> {
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (line) => console.log(line),
  });
  const sizes = ['10000', '100000', '1000000', '5000000'];
  console.log('(memory of 5 million rows takes half an hour)');
  const { output } = seconds(python, ['bench/memory.py', process.execPath, 'tsx', ...sizes]);
  const runs = output
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, number | [number, number]>);
  console.log(
    `peak memory in MB as rows grow${' '.repeat(14)} ${runs.map(({ rows }) => Number(rows).toLocaleString('en').padStart(10)).join('')}      last / first`,
  );
  const bounds = {
    prepare: 'bounded by 10,000 rows',
    monitor: 'bounded by one capture',
    completeness: 'bounded by the ids of one file (100 MB), 32 to 64 bytes each',
    container: 'bounded by one payload (6 MB)',
  };
  for (const [name, bound] of Object.entries(bounds)) {
    const peaks = runs.flatMap((run) => (Array.isArray(run[name]) ? [run[name][0]] : []));
    const growth = ((peaks.at(-1) ?? NaN) / (peaks[0] ?? NaN)).toFixed(2);
    console.log(
      `  ${name.padEnd(42)} ${runs.map((_, at) => (peaks[at]?.toFixed(0) ?? '').padStart(10)).join('')} ${growth.padStart(10)}  ${bound}`,
    );
  }
}
