import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGzip, gunzipSync } from 'node:zlib';
import { ensurePython, sparkRequirements } from 'local-account/python/environment';
import { curatedHeader, type rawHeader } from '../lambda/curate-object/contract';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { problemDocument } from '../lib/problem/problem-document';

const root = resolve(__dirname, '..');
const python = join(root, 'local-account/glue/python');
const contract = problemDocument(flightDisruption) as unknown as Parameters<typeof rawHeader>[0];

/** Rows of the job's input: 100-fold from first to last. */
const sizes = [5_000, 50_000, 500_000];

/**
 * One host: a process with one or two tasks at a time. Two: a driver and two executors, each a process of its own with a
 * core and 1 GB, which send each other rows over the network of this computer. The processors are the same.
 */
const clusters = {
  'one task': 'local[1]',
  'two tasks': 'local[2]',
  'two hosts': 'local-cluster[2,1,1024]',
} as const;

interface Measured {
  readonly seconds: number;
  /** Of the processors, in all processes. */
  readonly cpuSeconds: number;
  /** Most resident memory of all processes together, in MB. */
  readonly megabytes: number;
}

/** Rows a second and memory of the job that builds the training set, as data grow a hundred-fold. */
export async function measureSpark(): Promise<void> {
  const interpreter = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: sparkRequirements,
    progress: (line) => console.log(line),
  });
  const catalog = await anyCatalog();
  const folder = mkdtempSync(join(tmpdir(), 'bench-spark-'));
  try {
    const inputs = await Promise.all(
      sizes.map(async (rows) => ({ rows, input: await writeCurated(join(folder, String(rows)), rows) })),
    );
    console.log('build_training_set.py, with its start (some seconds of Java and Spark):');
    for (const [name, master] of Object.entries(clusters)) {
      for (const { rows, input } of inputs) {
        const { seconds, cpuSeconds, megabytes } = await build(interpreter, { folder, input, master, catalog });
        console.log(
          `  ${name.padEnd(10)} ${rows.toLocaleString('en').padStart(10)} rows ${seconds.toFixed(1).padStart(8)} s ${cpuSeconds.toFixed(0).padStart(6)} CPU s ` +
            `${Math.round(rows / seconds)
              .toLocaleString('en')
              .padStart(8)} rows/s ${megabytes.toFixed(0).padStart(6)} MB`,
        );
      }
    }
  } finally {
    catalog.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Curated files of Kennedy, month after month of the same flights under other ids, until there are enough. */
async function writeCurated(folder: string, rows: number): Promise<string> {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(root, 'data/flights-jfk.csv.gz')))
    .toString('utf8')
    .trim()
    .split('\n');
  const raw = header.split(',');
  const columns = curatedHeader(contract);
  const { target } = contract;
  const flights = lines.map((line) => Object.fromEntries(line.split(',').map((value, at) => [raw[at] ?? '', value])));
  let written = 0;
  for (let year = 2013; written < rows; year += 1) {
    for (let month = 1; month <= 12 && written < rows; month += 1) {
      const key = `${year}-${String(month).padStart(2, '0')}`;
      const some = flights
        .filter(({ date = '' }) => date.slice(5, 7) === key.slice(5))
        .slice(0, rows - written)
        .map((flight) => {
          const outcome = flight[target.column] ?? '';
          const late = outcome === '' || Number(outcome) >= target.positive_from;
          const one: Record<string, string> = {
            ...flight,
            date: `${year}${(flight.date ?? '').slice(4)}`.replace('-02-29', '-02-28'),
            [contract.record_id]: `${flight[contract.record_id] ?? ''}-${year}`,
            [target.name]: late ? '1' : '0',
          };
          return columns.map((name) => one[name] ?? '').join(',');
        });
      written += some.length;
      const partition = join(folder, 'airport=JFK', `month=${key}`);
      mkdirSync(partition, { recursive: true });
      await new Promise<void>((done) => {
        const gzip = createGzip();
        gzip.pipe(createWriteStream(join(partition, 'a.csv.gz'))).on('close', done);
        gzip.end(`${[columns.join(','), ...some].join('\n')}\n`);
      });
    }
  }
  return folder;
}

/** The month after the last one of a folder. */
function monthAfter(folder: string): string {
  const last = readdirSync(join(folder, 'airport=JFK')).sort().at(-1) ?? '';
  const [year = 0, month = 0] = last.replace('month=', '').split('-').map(Number);
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

interface Build {
  readonly folder: string;
  readonly input: string;
  readonly master: string;
  readonly catalog: Server;
}

async function build(interpreter: string, { folder, input, master, catalog }: Build): Promise<Measured> {
  const work = mkdtempSync(join(folder, 'run-'));
  const problem = join(work, 'problem.json');
  writeFileSync(problem, JSON.stringify(contract));
  const options = {
    JOB_NAME: 'bench',
    problem: pathToFileURL(problem).href,
    curated: pathToFileURL(input).href,
    output: pathToFileURL(join(work, 'out')).href,
    database: 'bench',
    table: 'bench',
    airports: 'JFK',
    from: '2013-01',
    until: monthAfter(input),
  };
  const settings = ['spark.ui.enabled=false', 'spark.ui.showConsoleProgress=false', 'spark.driver.memory=1g'];
  const began = performance.now();
  const child = spawn(
    interpreter,
    [
      join(python, 'run_script.py'),
      join(root, 'pipelines/glue/build_training_set.py'),
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    {
      cwd: work,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        PYTHONPATH: python,
        PYSPARK_SUBMIT_ARGS: `--master ${master} ${settings.map((one) => `--conf ${one}`).join(' ')} pyspark-shell`,
        SPARK_LOCAL_IP: '127.0.0.1',
        GLUE_S3_MIRROR: join(work, 's3'),
        GLUE_FAILURE: join(work, 'failure'),
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(catalog.address() as AddressInfo).port}`,
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
      },
    },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  let megabytes = 0;
  const ticks = new Map<string, number>();
  const watch = setInterval(() => {
    const processes = processesOf(child.pid ?? 0);
    megabytes = Math.max(
      megabytes,
      processes.reduce((sum, one) => sum + one.megabytes, 0),
    );
    for (const one of processes) ticks.set(one.pid, one.ticks);
  }, 200);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`The job failed with exit code ${code ?? '?'}:\n${errors}`);
  rmSync(work, { recursive: true, force: true });
  const cpuSeconds = [...ticks.values()].reduce((sum, one) => sum + one, 0) / 100;
  return { seconds, cpuSeconds, megabytes };
}

/** Resident memory, and hundredths of a second of the processor, of each process of a group (proc(5), "stat"). */
function processesOf(group: number): { readonly pid: string; readonly megabytes: number; readonly ticks: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
          .map(Number);
        const [own = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]];
        return fields[2] === group ? [{ pid, megabytes: (pages * 4096) / 2 ** 20, ticks: own + system }] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** A catalog that takes every partition: the job registers what it wrote. */
async function anyCatalog(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const get = String(request.headers['x-amz-target']).endsWith('GetTable');
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(get ? { Table: { Name: 'bench', StorageDescriptor: { Location: 's3://b/' } } } : {}));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
