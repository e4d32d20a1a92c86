import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensurePython, sparkRequirements } from 'local-account/python/environment';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';

const root = resolve(__dirname, '../..');

type Outcome = { readonly rows: number } | { readonly error: string };

describe('the Spark job that builds the training set', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spark-job-'));
  let found: Readonly<Record<string, Outcome>> & { readonly events: object };

  beforeAll(async () => {
    const environments = join(root, '.rehearsal');
    const python = await ensurePython({ environments, requirements: sparkRequirements, progress: () => undefined });
    const problem = join(folder, 'problem.json');
    writeFileSync(problem, JSON.stringify(problemDocument(flightDisruption)));
    const { status, stdout, stderr } = spawnSync(python, [join(__dirname, 'spark_job.py'), problem, folder], {
      cwd: folder,
      env: {
        ...process.env,
        // No time is spent on making code fast that runs once.
        PYSPARK_SUBMIT_ARGS: '--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell',
        PYTHONPATH: join(root, 'local-account/glue/python'),
        SPARK_LOCAL_IP: '127.0.0.1',
      },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr.slice(-4000));
    found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as typeof found;
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps every flight whose state its prediction could know', () => {
    expect(found.honest).toEqual({ rows: 900 });
  });

  // Each is a mistake in a line of the script. The first two leave no trace in the times that the states note.
  it.each(['delay of a flight that has not left', 'one feature of several'])('ends at a leak: %s', (leak) => {
    expect(found[leak]).toEqual({
      error: expect.stringMatching(
        /a feature knows the future: F\d+: \w+_(60|180) is [\d.]+; from what was known at its prediction, it is [\d.]+/,
      ) as string,
    });
  });

  it.each(['flights of the next moment', 'an hour too late'])('ends at a leak: %s', (leak) => {
    expect(found[leak]).toEqual({
      error: expect.stringMatching(
        /a feature knows the future: F\d+ has a state of -?\d+ minutes before departure/,
      ) as string,
    });
  });

  it("takes delays that the files lack from the stream's events, by the consumer's rules", () => {
    expect(found.events).toEqual({
      delays: {
        late: 12,
        'told-before': null,
        elsewhere: null,
        canceled: null,
        'in-file': 7,
        tie: 2,
        announced: null,
        'no-event': null,
      },
      later: 0,
      none: true,
    });
  });
});
