import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

import { unzipSync } from 'fflate';
import { ensurePython } from 'local-account/python/environment';
import { extract } from 'tar';
import { type Accepted, accepted } from './accepted';
import { checkReason } from './acknowledgements';
import type { Finding } from './finding';
import { type Case, relevant, type SecurityCheck } from './security-check';
import { shortName } from './synthesis';
import type { Template } from './template';

const root = resolve(__dirname, '../..');

interface RawFinding {
  readonly rule: string;
  /** `Stack/LogicalId` and what follows. */
  readonly place: string;
  readonly problem: string;
}

/**
 * checkov leaves out what a condition on a parameter's default leaves out; so it looks at the stacks as they are with
 * models that are live.
 */
function withLiveModels(template: Template): Template {
  const { Parameters: parameters } = template as {
    readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  };
  const live = 'arn:aws:sagemaker:eu-central-1:111122223333:model-package/flights/1';
  const filled = Object.entries(parameters ?? {}).map(([name, parameter]) => [
    name,
    parameter.Default === 'none' ? { ...parameter, Default: live } : parameter,
  ]);
  return { ...template, ...(parameters && { Parameters: Object.fromEntries(filled) as never }) };
}

/** Each case's templates in a folder of its own; then one process looks at all of them. */
async function inFolders<T>(cases: readonly Case[], look: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-lint-'));
  try {
    for (const [index, one] of cases.entries()) {
      mkdirSync(join(folder, String(index)));
      for (const [stack, template] of Object.entries(relevant(one)))
        writeFileSync(
          join(folder, String(index), `${stack}.template.json`),
          JSON.stringify(withLiveModels(template), undefined, 1),
        );
    }
    return await look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @throws Error with what the tool said when it did not end with one of the exit codes that mean "looked, and found
 * (nothing)".
 */
async function tool(args: readonly string[], cwd: string, exitCodes: (code: number) => boolean): Promise<string> {
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: 'requirements-gates.txt',
    progress: (line) => console.log(line),
  });
  try {
    // No account, no network: neither tool needs one, and neither may find one.
    const env = {
      PATH: process.env.PATH,
      HOME: cwd,
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      LOG_LEVEL: 'ERROR',
    };
    const { stdout } = await promisify(execFile)(join(dirname(python), args[0]), args.slice(1), {
      cwd,
      env,
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code === 'number' && exitCodes(code) && stdout !== undefined && stdout.trim() !== '') return stdout;
    throw new Error(
      `${args[0]} failed with exit code ${String(code)}. Remove .rehearsal/python-* if its environment may be damaged.\n${stderr ?? String(error)}`,
    );
  }
}

/** Findings that are not accepted; and, for the app itself, what was accepted for nothing. */
function checkAccepted(name: Accepted['tool'], cases: readonly Case[], raw: readonly RawFinding[][]): Finding[][] {
  const mine = accepted.filter((one) => one.tool === name);
  const matches = (one: Accepted, { rule, place }: RawFinding) => one.rule === rule && one.place.test(place);
  const findings = raw.map((list) =>
    list
      .filter((found) => !mine.some((one) => matches(one, found)))
      .map(({ rule, place, problem }) => ({ place: `${place} ${rule}`, problem })),
  );
  const whole = cases.flatMap(({ synthesis, templates }, index) => (templates === synthesis.templates ? [index] : []));
  if (whole.length === 0) return findings;
  const today = new Date().toISOString().slice(0, 10);
  const unused = mine.filter((one) => !whole.some((index) => raw[index].some((found) => matches(one, found))));
  const acceptance = [
    ...unused.map(({ rule, place }) => ({
      place: `test/gates/accepted.ts ${rule} ${String(place)}`,
      problem: 'accepts a finding that is not there: remove it',
    })),
    ...mine.flatMap(({ rule, evidence }) =>
      checkReason(`${evidence}: accepted`, today).map((problem) => ({
        place: `test/gates/accepted.ts ${rule}`,
        problem,
      })),
    ),
  ];
  return findings.map((list, index) => (index === whole[0] ? [...list, ...acceptance] : list));
}

interface CfnLintMatch {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

const cfnLint: SecurityCheck = {
  name: 'cfn-lint',
  about: 'cfn-lint on the final templates, warnings included',
  check: (cases) =>
    inFolders(cases, async (folder) => {
      const files = cases.flatMap((_, index) =>
        readdirSync(join(folder, String(index))).map((file) => `${index}/${file}`),
      );
      // Bits of the exit code: 2 errors, 4 warnings, 8 informational. 1 and 32 mean that it could not look.
      const found = JSON.parse(
        await tool(['cfn-lint', '--format', 'json', '--', ...files], folder, (code) => (code & ~14) === 0),
      ) as CfnLintMatch[];
      const raw = cases.map((_, index) =>
        found
          .filter(({ Filename }) => Filename.startsWith(`${index}/`))
          .map(({ Filename, Message, Rule, Location }) => {
            const stack = Filename.replace(/^\d+\//, '').replace('.template.json', '');
            const [section, ...path] = Location.Path ?? [];
            return {
              rule: Rule.Id,
              place: [stack, ...(section === 'Resources' ? [] : [section]), ...path].join('/'),
              problem: Message,
            };
          }),
      );
      return checkAccepted('cfn-lint', cases, raw);
    }),
};

interface CheckovReport {
  readonly results?: {
    readonly failed_checks: readonly {
      check_id: string;
      check_name: string;
      file_path: string;
      resource: string;
      file_line_range: readonly number[];
    }[];
    readonly parsing_errors?: readonly string[];
  };
}

async function runCheckov(framework: 'cloudformation' | 'secrets', folder: string) {
  // By itself it looks for secrets in files of some kinds only, and JavaScript is none of them.
  const everyFile = framework === 'secrets' ? ['--enable-secret-scan-all-files'] : [];
  const output = JSON.parse(
    await tool(
      [
        'checkov',
        '--directory',
        '.',
        '--framework',
        framework,
        '--skip-download',
        '--quiet',
        '--compact',
        '--output',
        'json',
        ...everyFile,
      ],
      folder,
      (code) => code === 1,
    ),
  ) as CheckovReport | CheckovReport[];
  const reports = Array.isArray(output) ? output : [output];
  const broken = reports.flatMap(({ results }) => results?.parsing_errors ?? []);
  if (broken.length > 0) throw new Error(`checkov could not read ${broken.join(', ')}`);
  return reports.flatMap(({ results }) => results?.failed_checks ?? []);
}

const checkov: SecurityCheck = {
  name: 'checkov',
  about: 'checkov on the final templates, as a second opinion',
  check: (cases) =>
    inFolders(cases, async (folder) => {
      const found = await runCheckov('cloudformation', folder);
      const raw = cases.map((_, index) =>
        found
          .filter(({ file_path }) => file_path.startsWith(`/${index}/`))
          .map(({ check_id, check_name, file_path, resource }) => ({
            rule: check_id,
            place: `${file_path.replace(/^\/\d+\//, '').replace('.template.json', '')}/${resource.replace(/^[^.]*\./, '')}`,
            problem: check_name,
          })),
      );
      return checkAccepted('checkov', cases, raw);
    }),
};

const secrets: SecurityCheck = {
  name: 'secrets',
  about: "checkov's secret scan of the templates and everything that is uploaded with them",
  check: (cases) =>
    inFolders(cases, async (folder) => {
      for (const [index, { synthesis, templates }] of cases.entries()) {
        if (templates === synthesis.templates) await unpackAssets(synthesis.folder, join(folder, String(index)));
      }
      const found = await runCheckov('secrets', folder);
      return cases.map((_, index) =>
        found
          .filter(({ file_path }) => file_path.startsWith(`/${index}/`))
          .map(({ check_name, file_path, file_line_range }) => ({
            place: `${shortName(file_path.replace(/^\/\d+\//, ''))} line ${file_line_range[0]}`,
            problem: `looks like a secret: ${check_name}`,
          })),
      );
    }),
};

/** A scanner reads no archives, so they are unpacked. */
async function unpackAssets(assembly: string, folder: string): Promise<void> {
  for (const name of readdirSync(assembly).filter((one) => one.startsWith('asset.'))) {
    const source = join(assembly, name);
    const target = join(folder, name);
    if (statSync(source).isDirectory()) cpSync(source, target, { recursive: true });
    else if (name.endsWith('.tar.gz')) {
      mkdirSync(target);
      await extract({ file: source, cwd: target });
    } else if (name.endsWith('.zip')) {
      for (const [path, content] of Object.entries(unzipSync(readFileSync(source)))) {
        const file = join(target, path);
        if (relative(target, file).startsWith('..')) throw new Error(`${name} holds ${path}, which is outside of it`);
        if (path.endsWith('/')) continue;
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    } else cpSync(source, target);
  }
}

export const pythonChecks: readonly SecurityCheck[] = [cfnLint, checkov, secrets];
