import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import type { LocalAccount } from 'local-account/local-account';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import type { Output } from '../operator/output';
import { closedImages } from './images/closed-images';
import type { MatrixRow } from './proof/matrix/rows';
import { type Recording, recordingOf, writeLastRun, writeRecording } from './proof/recording';
import { renderReport } from './report/render';
import type { ReportData } from './report/report-data';
import { makeRunFolder } from './run-folder';
import { servingPatternOf } from './serving-pattern';
import { stepsFolder } from './step-code';
import type { Checkpoint, CheckpointResult } from './story/checkpoint';
import { type Selected, type Selection, select } from './story/selection';
import { synthesize } from './synth';

export interface RunOptions {
  /** The project's folder. */
  readonly root: string;
  /** Leaves out the last two checkpoints, for a rehearsal that stays up. @default false */
  readonly keep?: boolean;
  readonly preferredPort?: number;
  readonly signal?: AbortSignal;
  readonly progress: (line: string) => void;
  /** Called as soon as there is something to stop. */
  readonly opened?: (stop: () => Promise<void>) => void;
  /** Receives what commands print while they work. */
  readonly output: Output;
  readonly started?: (checkpoint: Checkpoint, number: number, of: number) => void;
  readonly ended?: (result: CheckpointResult) => void;
  /** The app's command. @default the one in cdk.json */
  readonly app?: string;
  /** Called between synthesis and deployment: a test changes the assembly here. */
  readonly prepareAssembly?: (folder: string) => void;
  /** @default made from the locked requirements */
  readonly python?: string;
  /** @default made from the locked requirements of the containers */
  readonly containerPython?: string;
  /** @default those of the workflow's serving pattern */
  readonly checkpoints?: readonly Checkpoint[];
  /** Which part of the story is shown, and where it ends. @default all of it */
  readonly selection?: Selection;
}

export interface Run {
  readonly data: ReportData;
  readonly rehearsal: LocalAccount;
  /** Every policy and every call of the run. */
  readonly recording: Recording;
  /** Ends its processes and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Synthesizes the stacks, starts the local account, and runs the story. The caller stops the account. */
export async function run(options: RunOptions): Promise<Run> {
  const { root, progress, signal } = options;
  const began = Date.now();
  const python = options.python ?? (await ensurePython({ environments: join(root, '.rehearsal'), progress, signal }));
  const containerPython =
    options.containerPython ??
    (await ensurePython({
      environments: join(root, '.rehearsal'),
      requirements: containerRequirements,
      progress,
      signal,
    }));
  const parent = join(root, '.rehearsal');
  const folder = makeRunFolder(parent);
  const assembly = join(folder, 'cdk.out');
  progress('Synthesizing the stacks, and starting the gateway and its services');
  const synthesized = synthesize({ root, output: assembly, app: options.app, signal }).then(() =>
    options.prepareAssembly?.(assembly),
  );
  // The synthesis may fail before anything awaits it.
  synthesized.catch(() => undefined);
  let rehearsal: LocalAccount | undefined;
  const stop = async () => {
    // Wait for the synthesis, which writes into the folder, before the folder is removed.
    await Promise.allSettled([synthesized]);
    await rehearsal?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // These modules take a second to load, while the synthesis runs in its own process.
    const [{ startLocalAccount }, { ending, storyOf }, { tell }] = await Promise.all([
      import('local-account/local-account'),
      import('./story/checkpoints'),
      import('./story/tell'),
    ]);
    rehearsal = await startLocalAccount({
      assembly,
      synthesized,
      folder: join(folder, 'account'),
      python,
      containerPython,
      images: closedImages(() => stepsFolder(assembly)),
      preferredPort: options.preferredPort,
    });
    options.opened?.(stop);
    // For example, that the preferred port is not free.
    for (const { kind, summary } of rehearsal.host.eventLog) if (kind === 'gateway') progress(summary);
    signal?.throwIfAborted();
    let policies: readonly PolicyRecord[] | undefined;
    const pattern = servingPatternOf(assembly);
    const whole = options.checkpoints ?? (options.keep ? storyOf(pattern) : [...storyOf(pattern), ...ending]);
    const selected = select(whole, options.selection ?? {});
    const { checkpoints } = selected;
    if (selected.silent > 0) progress(announcement(selected));
    // Checkpoints before the selection are not shown, unless one of them fails.
    const started: RunOptions['started'] = (checkpoint, number, of) => {
      if (checkpoint === ending[0]) policies = rehearsal?.host.policies.records();
      if (number > selected.silent) options.started?.(checkpoint, number, of);
    };
    const ended: RunOptions['ended'] = (result) => {
      const at = checkpoints.findIndex(({ id }) => id === result.id);
      if (at >= selected.silent) options.ended?.(result);
      else if (result.status === 'failed') {
        options.started?.(checkpoints[at] as Checkpoint, at + 1, checkpoints.length);
        options.ended?.(result);
      }
    };
    const { output } = options;
    const data = await tell({ root, began, rehearsal, output, checkpoints, started, ended, signal });
    const recording = recordingOf(rehearsal, policies ?? rehearsal.host.policies.records());
    // The proof of the policies needs a whole story that passed. The short stories of other serving patterns do not use
    // all permissions.
    const entire = options.checkpoints === undefined && checkpoints === whole && !options.keep;
    if (data.passed && entire && pattern === 'real-time') writeRecording(parent, recording);
    // `npm run access -- denied` reads this, usually after a run that failed.
    if (options.checkpoints === undefined)
      writeLastRun(parent, { startedAt: data.startedAt, outcome: outcomeOf(data) }, recording);
    return { data, rehearsal, recording, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function announcement({ checkpoints, silent }: Selected): string {
  const next = checkpoints[silent]?.id ?? '';
  return `Running the ${silent} checkpoints before ${next} first, without showing them: ${next} uses what they leave`;
}

function outcomeOf({ checkpoints, passed }: ReportData): string {
  const failed = checkpoints.find(({ status }) => status === 'failed');
  if (failed !== undefined) return `failed at ${failed.id}`;
  return passed ? 'passed' : 'was interrupted';
}

/** Writes `.rehearsal/report.html` and `.json`. Each file appears complete or not at all. */
export function writeReport(root: string, data: ReportData, access: readonly MatrixRow[] = []): string {
  const folder = join(root, '.rehearsal');
  const write = (name: string, content: string) => {
    const draft = join(folder, `${name}.${process.pid}`);
    writeFileSync(draft, content);
    renameSync(draft, join(folder, name));
  };
  write('report.json', `${JSON.stringify(data, undefined, 1)}\n`);
  write('report.html', renderReport(data, access));
  return join(folder, 'report.html');
}
