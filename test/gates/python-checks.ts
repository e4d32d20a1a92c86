import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

import { unzipSync } from 'fflate';
import { ensurePython } from 'local-account/python/environment';
import { extract } from 'tar';
import { type Accepted, accepted } from './accepted';
import { checkReason } from './acknowledgements';
import type { Finding } from './finding';
import { type Case, relevant, type SecurityCheck } from './security-check';
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

/** A folder for a tool to look at, once, for all cases. */
interface Folder {
  readonly path: string;
  /** The files of each case, relative to the folder: `<hash>/<what the case calls it>`. */
  readonly files: readonly ReadonlySet<string>[];
}

/** Each distinct template once, however many configurations have it; then one process looks at all of them. */
async function inFolder<T>(cases: readonly Case[], look: (folder: Folder) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'mla-blueprint-lint-'));
  try {
    const files = cases.map(
      (one) =>
        new Set(
          Object.entries(relevant(one)).map(([stack, template]) => {
            const text = JSON.stringify(withLiveModels(template), undefined, 1);
            const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
            mkdirSync(join(path, hash), { recursive: true });
            writeFileSync(join(path, hash, `${stack}.template.json`), text);
            return `${hash}/${stack}.template.json`;
          }),
        ),
    );
    return await look({ path, files });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** `Serving` of `<hash>/Serving.template.json`. */
function stackOf(file: string): string {
  return basename(file).replace('.template.json', '');
}

let python: Promise<string> | undefined;

/**
 * @throws Error with what the tool said when it did not end with one of the exit codes that mean "looked, and found
 * (nothing)".
 */
async function tool(args: readonly string[], cwd: string, exitCodes: (code: number) => boolean): Promise<string> {
  python ??= ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: 'requirements-gates.txt',
    progress: (line) => console.log(line),
  });
  const programs = dirname(await python);
  try {
    // No account, no network: neither tool needs one, and neither may find one.
    const env = {
      PATH: process.env.PATH,
      HOME: cwd,
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      LOG_LEVEL: 'ERROR',
    };
    const { stdout } = await promisify(execFile)(join(programs, args[0]), args.slice(1), {
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
    inFolder(cases, async ({ path: folder, files }) => {
      const each = new Set(files.flatMap((ofCase) => [...ofCase]));
      // Bits of the exit code: 2 errors, 4 warnings, 8 informational. 1 and 32 mean that it could not look.
      const found = JSON.parse(
        await tool(['cfn-lint', '--format', 'json', '--', ...each], folder, (code) => (code & ~14) === 0),
      ) as CfnLintMatch[];
      const raw = files.map((ofCase) =>
        found
          .filter(({ Filename }) => ofCase.has(Filename))
          .map(({ Filename, Message, Rule, Location }) => {
            const [section, ...path] = Location.Path ?? [];
            return {
              rule: Rule.Id,
              place: [stackOf(Filename), ...(section === 'Resources' ? [] : [section]), ...path].join('/'),
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
    inFolder(cases, async ({ path, files }) => {
      const found = await runCheckov('cloudformation', path);
      const raw = files.map((ofCase) =>
        found
          .filter(({ file_path }) => ofCase.has(file_path.slice(1)))
          .map(({ check_id, check_name, file_path, resource }) => ({
            rule: check_id,
            place: `${stackOf(file_path)}/${resource.replace(/^[^.]*\./, '')}`,
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
    inFolder(cases, async ({ path, files }) => {
      const assets: string[][] = await Promise.all(
        cases.map(({ synthesis, templates }) =>
          templates === synthesis.templates ? unpackAssets(synthesis.folder, path) : [],
        ),
      );
      const found = await runCheckov('secrets', path);
      return files.map((ofCase, index) =>
        found
          .filter(({ file_path }) => {
            const file = file_path.slice(1);
            return ofCase.has(file) || assets[index].includes(file.split('/')[0]);
          })
          .map(({ check_name, file_path, file_line_range }) => ({
            // A template without its hash; an asset's hash is part of its name.
            place: `${file_path.replace(/^\/([0-9a-f]{16}\/)?/, '')} line ${file_line_range[0]}`,
            problem: `looks like a secret: ${check_name}`,
          })),
      );
    }),
};

/** A scanner reads no archives, so they are unpacked, each once: assets of one name
 * are one object in the bucket. */
async function unpackAssets(assembly: string, folder: string): Promise<string[]> {
  const assets = readdirSync(assembly).filter((one) => one.startsWith('asset.'));
  for (const name of assets) {
    const source = join(assembly, name);
    const target = join(folder, name);
    if (existsSync(target)) continue;
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
  return assets;
}

export const pythonChecks: readonly SecurityCheck[] = [cfnLint, checkov, secrets];
