import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '../..');

/** Text directly before a literal that may stay next to its code, with the reason. */
const allowed: readonly { readonly before: RegExp; readonly why: string }[] = [
  { before: /\b(timeout|serviceTimeout): $/, why: 'how long a function may run follows from what it does' },
  {
    before: /\bperiod: $|\bstateMachineMetric\([^()]*$|\bneedsPerson\([^()]*$/,
    why: 'how often AWS, or our own job, publishes the metric',
  },
  { before: /\bdefaultInterval: $/, why: 'what the dashboard shows first; a reader changes it with a click' },
];

/** Numbers that a deployer would want to change, and that lib/config.ts or the ProblemSpec must hold. */
const literals: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a duration', pattern: /Duration\.\w+\(\s*[\d_]+/g },
  { what: 'a schedule', pattern: /['"`](?:rate|cron)\(|Schedule\.(?:rate|cron|expression)\(/g },
  // 1 is not a number to tune: it says that one failure is one too many.
  { what: 'a threshold', pattern: /\bthreshold: (?!1\b)[\d._]+/g },
  {
    what: 'a retention',
    pattern: /\b(?:retentionPeriod|expiration|pendingWindow): (?!Duration\.(?:days|hours)\([a-z])/g,
  },
  { what: 'a cache duration', pattern: /['"]P\d+[DM]['"]/g },
];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
}

/** Source text without comments, by path. */
const files = ['lib', 'pipelines']
  .flatMap((folder) => sources(join(root, folder)))
  .map((path) => ({
    path: relative(root, path),
    text: readFileSync(path, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ''),
  }))
  .filter(({ path }) => path !== 'lib/config.ts');

function* found(pattern: RegExp): Generator<{ readonly where: string; readonly before: string }> {
  for (const { path, text } of files) {
    for (const match of text.matchAll(pattern)) {
      const before = text.slice(Math.max(0, match.index - 200), match.index);
      yield { where: `${path}: ${match[0]}`, before };
    }
  }
}

test.each(literals)('lib/config.ts alone holds $what', ({ pattern }) => {
  const others = [...found(pattern)].filter(({ before }) => !allowed.some((one) => one.before.test(before)));
  expect(others.map(({ where }) => where)).toEqual([]);
});

test('each exception is still needed', () => {
  const durations = [...found(/Duration\.\w+\(\s*[\d_]+/g)];
  for (const { before } of allowed) expect(durations.some((one) => before.test(one.before))).toBe(true);
});
