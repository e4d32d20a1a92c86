import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TracedCall } from 'local-account/iam/authorizer';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import type { LocalAccount } from 'local-account/local-account';

/** What a whole run leaves for a proof of its policies: every policy that was in force, and every distinct call. */
export interface Recording {
  /** Of the templates that were rehearsed. */
  readonly templates: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Physical id -> Stack/LogicalId. */
  readonly names: Readonly<Record<string, string>>;
  readonly policies: readonly PolicyRecord[];
  readonly calls: readonly TracedCall[];
}

/**
 * @param policies as they were before the stacks were destroyed: emptying a bucket changes its policy, so that nobody
 * writes meanwhile
 */
export function recordingOf(
  { host, platform, assembly, resourceNames }: LocalAccount,
  policies: readonly PolicyRecord[],
): Recording {
  const { accountId, region, partition } = platform;
  return {
    templates: templatesDigest(assembly),
    accountId,
    region,
    partition,
    names: Object.fromEntries(resourceNames()),
    policies,
    calls: host.authorizer.trace(),
  };
}

/** One digest over all templates of a cloud assembly. */
export function templatesDigest(assembly: string): string {
  const digest = createHash('sha256');
  for (const name of readdirSync(assembly)
    .filter((one) => one.endsWith('.template.json'))
    .sort()) {
    digest.update(`${name}\n${readFileSync(join(assembly, name), 'utf8')}\n`);
  }
  return digest.digest('hex');
}

const fileName = 'recording.json';
const lastRunName = 'last-run.json';

export function writeRecording(folder: string, recording: Recording): void {
  write(folder, fileName, recording);
}

/** The newest run, whatever became of it: what `npm run access -- denied` explains. */
export interface LastRun {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Such as "passed" or "failed at ingest". */
  readonly outcome: string;
}

export function writeLastRun(folder: string, run: LastRun, recording: Recording): void {
  write(folder, lastRunName, { ...run, ...recording });
}

export function readLastRun(folder: string): (LastRun & Recording) | undefined {
  const file = join(folder, lastRunName);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LastRun & Recording) : undefined;
}

/** At once or not at all. */
function write(folder: string, name: string, content: unknown): void {
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, JSON.stringify(content));
  renameSync(draft, join(folder, name));
}

export function readRecording(folder: string): Recording | undefined {
  const file = join(folder, fileName);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : undefined;
}
