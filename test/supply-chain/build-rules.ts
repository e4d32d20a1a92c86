import type { Finding } from '../gates/finding';
import { ofEachFile, type ProjectFiles } from './project-files';
import { downloads } from './reviewed';

/** What a build script may start besides the reviewed downloads: the shell itself, and what fetches nothing. */
const programs = [
  'node',
  'mkdir',
  'rm',
  'cp',
  'mv',
  'chmod',
  'dirname',
  'cat',
  'cd',
  'echo',
  'export',
  'set',
  'exit',
  '[',
  'true',
];

/** Scripts of package.json are judged with it (manifest-rules.ts). */
const ownScript = /^npm (test|run [\w:-]+)( --)?$/;

/** Words of the shell that stand before a command. */
const keyword = /^(if|then|elif|else|fi|while|until|do|done|!|\{|\}|\()\s+/;

/** Build scripts, images and workflows of CI start only what is known to fetch nothing, and the reviewed downloads. */
export function buildFindings(files: ProjectFiles): Finding[] {
  const unused = Object.keys(downloads)
    .filter((command) => files['.ci/run']?.includes(command) !== true)
    .map((command) => ({ place: `test/supply-chain/reviewed.ts ${command}`, problem: 'CI does not do it: remove it' }));
  return [...ofBuildFiles(files), ...unused];
}

const ofBuildFiles = ofEachFile((file, text): Finding[] => {
  if (isDocumentation(file)) return [];
  if (/(^|\/)(Dockerfile|Containerfile)[^/]*$|\.dockerfile$/i.test(file)) return ofImage(file, text);
  if (/^\.github\/(workflows|actions)\//.test(file)) return ofWorkflow(file, text);
  if (/^\.ci\/|\.(sh|bash)$|(^|\/)(Makefile|justfile)$/.test(file) || /^#!.*\b(ba|z)?sh\b/.test(text))
    return ofShell(file, text);
  return otherBuilds.test(file) ? [{ place: file, problem: 'a way to build that this project does not have' }] : [];
});

const otherBuilds =
  /(^|\/)(buildspec[^/]*|\.gitlab-ci|azure-pipelines|docker-compose[^/]*|compose)\.ya?ml$|(^|\/)\.gitmodules$/;

function isDocumentation(file: string): boolean {
  return file.endsWith('.md') || file.startsWith('test/supply-chain/');
}

function ofShell(file: string, text: string): Finding[] {
  return commandsOf(text).flatMap((command): Finding[] => {
    const known = command in downloads || ownScript.test(command) || programs.includes(command.split(/\s+/)[0]);
    return known
      ? []
      : [
          {
            place: `${file} ${command.slice(0, 80)}`,
            problem: 'a build starts only what is known to fetch nothing (test/supply-chain/build-rules.ts)',
          },
        ];
  });
}

/** The commands of a script, one each: also those in `$(...)`, and without what stands before them. */
export function commandsOf(script: string): string[] {
  const lines = script
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line));
  const inner: string[] = [];
  const outer = lines.map((line) => {
    let rest = line;
    // The innermost first.
    for (let found = substitution.exec(rest); found !== null; found = substitution.exec(rest)) {
      inner.push(found[1] ?? found[2]);
      rest = rest.replace(found[0], 'VALUE');
    }
    return rest;
  });
  return [...outer, ...inner].flatMap(splitLine).filter((command) => command !== '');
}

const substitution = /\$\(([^()]*)\)|`([^`]*)`/;

function splitLine(line: string): string[] {
  // Separators within quotes separate nothing, so they are put away meanwhile.
  return line
    .replace(/'[^']*'|"[^"]*"/g, (quoted) => quoted.replace(/[;|&]/g, (one) => `\uE000${separators.indexOf(one)}`))
    .split(/&&|\|\||[;|&]/)
    .map((part) => {
      let command = part.trim().replace(/\uE000(\d)/g, (_, index) => separators[Number(index)]);
      while (keyword.test(command)) command = command.replace(keyword, '');
      // Assignments before a command are its environment.
      command = command.replace(/^([A-Z_a-z]\w*=("[^"]*"|'[^']*'|\S*)\s*)+/, '');
      return /^(fi|done|then|else|do|esac|\}|\))$/.test(command) ? '' : command;
    });
}

const separators = [';', '|', '&'];

/** An image is built of AWS's and of files of this project; nothing runs while it is built. */
function ofImage(file: string, text: string): Finding[] {
  const instructions = text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && (!line.startsWith('#') || /^#\s*syntax=/i.test(line)));
  const allowed = /^(ARG|FROM|COPY|ENV|EXPOSE|ENTRYPOINT|CMD|WORKDIR|USER|LABEL)\s/i;
  return instructions.flatMap((line): Finding[] => {
    const place = `${file} ${line.slice(0, 60)}`;
    if (!allowed.test(line)) return [{ place, problem: 'downloads or runs something while the image is built' }];
    // The pipeline passes AWS's image, whose tag is a version.
    const base = /^FROM\s+(\S+)/i.exec(line)?.[1];
    if (base !== undefined && base !== `\${BASE_IMAGE}` && !/@sha256:[0-9a-f]{64}$/.test(base))
      return [{ place, problem: 'is neither the image that the build is given nor one with a digest' }];
    if (/^ARG\s+BASE_IMAGE\s*=/i.test(line)) return [{ place, problem: 'has an image of its own, which nobody sees' }];
    if (/^COPY\s+.*(--from=|https?:)/i.test(line)) return [{ place, problem: 'copies from outside of this project' }];
    return [];
  });
}

/** Actions by the hash of a commit, and commands as in every other build script. */
function ofWorkflow(file: string, text: string): Finding[] {
  const lines = text.split('\n');
  const actions = lines.flatMap((line) => /^\s*(?:-\s*)?uses:\s*(\S+)/.exec(line)?.[1] ?? []);
  const images = lines.flatMap((line) => /^\s*(?:-\s*)?(?:image|container):\s*(\S+)/.exec(line)?.[1] ?? []);
  const commands = runsOf(lines);
  return [
    ...actions
      .filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))
      .map((action) => ({ place: `${file} ${action}`, problem: 'an action without the hash of its commit' })),
    ...images
      .filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))
      .map((image) => ({ place: `${file} ${image}`, problem: 'an image without a digest' })),
    ...ofShell(file, commands),
  ];
}

/** The scripts of a workflow's steps: `run: one` and `run: |` with the lines that are indented deeper. */
function runsOf(lines: readonly string[]): string {
  const script: string[] = [];
  let block: number | undefined;
  for (const line of lines) {
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    if (block !== undefined && line.trim() !== '' && indent <= block) block = undefined;
    if (block !== undefined) script.push(line.trim());
    const run = /^(\s*(?:-\s*)?)run:\s*(.*)$/.exec(line);
    if (run === null) continue;
    if (/^[|>]/.test(run[2])) block = run[1].length;
    else script.push(run[2]);
  }
  return script.join('\n');
}
