import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '../..');

/** Literals that belong next to their code, with the reason. The first group must match the text around the literal. */
const allowed: readonly { readonly line: RegExp; readonly why: string }[] = [
  { line: /\b(timeout|serviceTimeout): Duration\./, why: 'how long a function may run follows from what it does' },
  {
    line: /\bperiod: Duration\.|stateMachineMetric\(.*Duration\.|needsPerson\(.*Duration\./,
    why: 'how often AWS, or our own job, publishes the metric',
  },
  { line: /defaultInterval: Duration\./, why: 'what the dashboard shows first; a reader changes it with a click' },
];

/** Numbers that a deployer would want to change, and that lib/config.ts or the ProblemSpec must hold. */
const literals: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a duration', pattern: /Duration\.\w+\(\s*[\d_]+/ },
  { what: 'a schedule', pattern: /['"`](?:rate|cron)\(|Schedule\.(?:rate|cron|expression)\(/ },
  // 1 is no number to tune: it says that one failure is one too many.
  { what: 'a threshold', pattern: /\bthreshold: (?!1\b)[\d._]+/ },
  { what: 'a retention', pattern: /\b(?:retentionPeriod|expiration|pendingWindow): (?!Duration\.days\([a-z])/ },
  { what: 'a cache duration', pattern: /['"]P\d+[DM]['"]/ },
];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
}

const files = ['lib', 'pipelines']
  .flatMap((folder) => sources(join(root, folder)))
  .map((path) => ({ path: relative(root, path), lines: readFileSync(path, 'utf8').split('\n') }));

const isComment = (line: string) => /^\s*(\/\/|\/?\*)/.test(line);
const isAllowed = (line: string) => allowed.some((one) => one.line.test(line));

test.each(literals)('lib/config.ts alone holds $what', ({ pattern }) => {
  const found = files
    .filter(({ path }) => path !== 'lib/config.ts')
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        pattern.test(line) && !isComment(line) && !isAllowed(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
    );
  expect(found).toEqual([]);
});

test('each exception is still needed', () => {
  const lines = files.flatMap((file) => file.lines);
  for (const { line } of allowed)
    expect(lines.some((text) => line.test(text) && /Duration\.\w+\(\s*\d/.test(text))).toBe(true);
});
