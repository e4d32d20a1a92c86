import type { Finding } from '../gates/finding';
import { ofEachFile, type ProjectFiles } from './project-files';
import { fetchingPrograms, httpClients } from './reviewed';

const isSource = (file: string) => /\.([cm]?[jt]sx?|py)$/.test(file);
const isMeta = (file: string) => file.startsWith('test/supply-chain/');
/** The only file here that starts a program; the others name programs, and their tests have bad examples. */
const lockChangesCommand = 'test/supply-chain/lock-changes-command.ts';

/** Programs that fetch something, as the first word of a command or as the program of a child process. */
const fetches =
  'curl|wget|aria2c|npm|npx|corepack|yarn|pnpm|bunx?|deno|git|gh|pip[23]?|pipx|uvx?|poetry|conda|mamba|apt|apt-get|apk|yum|dnf|brew|docker|podman|cargo|gem|go|huggingface-cli|scp|rsync|ftp|sftp';

/** `'pip'` alone is an argument of a process; `'curl -s ...'` is a command where a process is started. */
const program = new RegExp(`(['"\`])(${fetches})\\1`, 'g');
const command = new RegExp(
  `\\b(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|system|popen|run|Popen|check_call|check_output|call)\\(\\s*\\[?\\s*f?(['"\`])(${fetches})\\b`,
  'g',
);

/** Folders whose code is synthesized, deployed, or used with an account. */
const deployed = /^(bin|lib|lambda|pipelines|operator)\//;

/** Code that fetches by itself, instead of through AWS's clients, whose destinations the policies limit. */
const clients: readonly RegExp[] = [
  /\b(?:from|import|require)\s*\(?\s*['"](?:node:)?(?:https?|http2|net|tls|dgram|dns|undici|axios|got|node-fetch|request|superagent|ky|ws)(?:\/[^'"]*)?['"]/,
  /(?<![.\w])(?:globalThis\.)?fetch\(/,
  /\bnew (?:XMLHttpRequest|WebSocket|EventSource)\(/,
  /^\s*(?:from|import) (?:urllib|urllib3|requests|http|socket|httpx|aiohttp|ftplib|smtplib|telnetlib|websockets?|paramiko)\b/m,
  /\b(?:from_pretrained|load_dataset|hf_hub_download|snapshot_download|urlretrieve)\(|\btorch\.hub\b|\btf\.keras\.utils\.get_file\b/,
  /\b(?:import|require|import_module|__import__)\(\s*['"`](?:https?|data):|\bfrom ['"]https?:/,
];

/** Ways of CDK to run a container, and with it anything, while a stack is synthesized. */
const synthesis =
  /\b(DockerImage|BundlingDockerImage|DockerImageAsset|DockerImageCode|DockerImageFunction|NodejsFunction|PythonFunction|PythonLayerVersion|GoFunction|TarballImageAsset)\b|\bbundling\s*:/;

/** `<file> <program>` of each start of a program that fetches. */
const startedPrograms = ofEachFile((file, text) =>
  isSource(file) && (!isMeta(file) || file === lockChangesCommand)
    ? [...text.matchAll(program), ...text.matchAll(command)].map(([, , name]) => `${file} ${name}`)
    : [],
);

const speakingFiles = ofEachFile((file, text) =>
  isSource(file) && deployed.test(file) && clients.some((one) => one.test(withoutComments(file, text))) ? [file] : [],
);

const containers = ofEachFile((file, text) =>
  isSource(file) && /^(bin|lib)\//.test(file) && synthesis.test(withoutComments(file, text))
    ? [{ place: file, problem: 'runs a container during synthesis, which may fetch anything' }]
    : [],
);

/** What a bundle leaves out is fetched by whoever runs it: only the SDK, which the runtime has. */
const externals = ofEachFile((file, text) =>
  isSource(file) && deployed.test(file)
    ? [...text.matchAll(/\b(external|externalModules|packages|nodeModules)\s*:\s*(\[[^\]]*\]|['"][^'"]*['"])/g)]
        .filter(([, name, value]) => name !== 'packages' || value.includes('external'))
        .filter(([, , value]) => value.replace(/\s|,(?=\s*\])/g, '') !== "['@aws-sdk/*']")
        .map(([, , value]) => ({
          place: file,
          problem: `leaves ${value} out of a bundle; the runtime has only @aws-sdk`,
        }))
    : [],
);

/** No code starts a program that fetches, or fetches by itself, other than the reviewed places. */
export function sourceFindings(files: ProjectFiles): Finding[] {
  const started = new Set(startedPrograms(files));
  const speaking = new Set(speakingFiles(files));
  return [
    ...[...started]
      .filter((one) => !(one in fetchingPrograms))
      .map((place) => ({
        place,
        problem: 'starts a program that fetches: see what, then list it in fetchingPrograms',
      })),
    ...[...speaking]
      .filter((file) => !(file in httpClients))
      .map((place) => ({
        place,
        problem: "fetches by itself, not through AWS's clients: see what, then list it in httpClients",
      })),
    ...containers(files),
    ...externals(files),
    ...unused(Object.keys(fetchingPrograms), started, 'starts it'),
    ...unused(Object.keys(httpClients), speaking, 'fetches'),
  ];
}

function unused(listed: readonly string[], found: ReadonlySet<string>, does: string): Finding[] {
  return listed
    .filter((one) => !found.has(one))
    .map((one) => ({ place: `test/supply-chain/reviewed.ts ${one}`, problem: `nothing ${does} there: remove it` }));
}

/** Settings and arguments that switch the check of a certificate, or of a host's name, off. */
const unchecked: readonly RegExp[] = [
  /NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY|GIT_SSL_NO_VERIFY|AWS_NO_VERIFY_SSL/,
  /\brejectUnauthorized\b['"]?\s*[:=](?!\s*true\b)/,
  /\bcheckServerIdentity\b/,
  /\bverify(?:_ssl|_certs|Ssl|SSL|Certificate)?['"]?\s*[:=]\s*(?:False|false|0|None|ssl\.CERT_NONE)\b/,
  /\b(?:use_ssl|useSsl|ssl_verify|sslVerify|sslEnabled|tls)['"]?\s*[:=]\s*(?:False|false|0)\b/,
  /\bCERT_NONE\b|_create_unverified_context|_create_default_https_context|\bcheck_hostname\s*=\s*False/,
  /--no-check-certificate|--no-verify-ssl|--insecure\b|--trusted-host|strict-ssl|disable_warnings\(/,
  /\bsslmode=(?:disable|allow|prefer)\b/,
];

/** Everywhere, tests included: a client that was copied from a test is in use the next day. */
export const tlsFindings = ofEachFile((file, text) =>
  isMeta(file) || file.endsWith('.md') || file === 'package-lock.json'
    ? []
    : text
        .split('\n')
        .flatMap((line, index) =>
          unchecked.some((one) => one.test(line))
            ? [{ place: `${file} line ${index + 1}`, problem: 'switches off the check of certificates' }]
            : [],
        ),
);

const registries =
  /\b(?:public\.ecr\.aws|docker\.io|ghcr\.io|quay\.io|gcr\.io|mcr\.microsoft\.com|nvcr\.io|registry\.k8s\.io)\b/;

/** Images in code; the rule for what is deployed is test/gates/allowed/images.ts. */
export const imageFindings = ofEachFile((file, text) =>
  !deployed.test(file) || file.endsWith('.md')
    ? []
    : text.split('\n').flatMap((line, index) => {
        const place = `${file} line ${index + 1}`;
        return [
          ...(registries.test(line) ? [{ place, problem: "an image that is neither AWS's nor ours" }] : []),
          ...(/\b\d{12}\.dkr\.ecr\./.test(line)
            ? [{ place, problem: "an account of a registry: AWS's are in lib/training/image-registries.ts" }]
            : []),
          ...(/[\w}]:latest\b/.test(line) ? [{ place, problem: 'latest is another image tomorrow' }] : []),
        ];
      }),
);

function withoutComments(file: string, text: string): string {
  return file.endsWith('.py')
    ? text.replace(/^\s*#.*$/gm, '')
    : text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
