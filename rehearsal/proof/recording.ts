import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TracedCall } from 'local-account/iam/authorizer';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import type { LocalAccount } from 'local-account/local-account';

/** What a complete run leaves for the proof of its policies: each policy in force, and each different call. */
export interface Recording {
  /** Digest of the templates that were deployed. */
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
 * @param policies from before the stacks were deleted: emptying a bucket changes its policy, to stop further writes
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

/** The newest run, whether it passed or failed: `npm run access -- denied` explains its denials. */
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

/** Replaces the file at once, so that no reader sees half of it. */
function write(folder: string, name: string, content: unknown): void {
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, JSON.stringify(content));
  renameSync(draft, join(folder, name));
}

export function readRecording(folder: string): Recording | undefined {
  const file = join(folder, fileName);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : undefined;
}
