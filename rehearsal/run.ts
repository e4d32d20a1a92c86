import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleRecording } from 'local-account/console/recording/recorder';
import type { PolicyRecord } from 'local-account/iam/policy-store';
import type { LocalAccount } from 'local-account/local-account';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import type { Output } from '../operator/output';
import { closedImages } from './images/closed-images';
import { type Recording, recordingOf, writeLastRun, writeRecording } from './proof/recording';
import { openPageRecorder } from './report/page-recorder';
import type { ReportData } from './report/report-data';
import { makeRunFolder } from './run-folder';
import { servingPatternOf } from './serving-pattern';
import { stepsFolder } from './step-code';
import type { Checkpoint, CheckpointResult } from './story/checkpoint';
import { type Selected, type Selection, select } from './story/selection';
import { stories, storyNamed } from './story/stories';
import { synthesize } from './synth';

export interface RunOptions {
  /** The project's folder. */
  readonly root: string;
  /** Leaves the last two checkpoints out, for a rehearsal that stays up. @default false */
  readonly keep?: boolean;
  readonly preferredPort?: number;
  readonly signal?: AbortSignal;
  readonly progress: (line: string) => void;
  /** As soon as there is something to stop. */
  readonly opened?: (stop: () => Promise<void>) => void;
  /** What commands say while they work. */
  readonly output: Output;
  readonly started?: (checkpoint: Checkpoint, number: number, of: number) => void;
  readonly ended?: (result: CheckpointResult) => void;
  /** The app's command. @default the one in cdk.json */
  readonly app?: string;
  /** Between synthesis and reading: what a test changes in the assembly. */
  readonly prepareAssembly?: (folder: string) => void;
  /** @default made from the locked requirements */
  readonly python?: string;
  /** @default made from the locked requirements of the containers */
  readonly containerPython?: string;
  /** Keeps what the console shows before the stacks are deleted, for the report. @default false */
  readonly recordPages?: boolean;
  /** @default those of the workflow's serving pattern */
  readonly checkpoints?: readonly Checkpoint[];
  /** Name of a story of its own. @default the whole workflow */
  readonly story?: string;
  /** Which part of the story is shown, and where it ends. @default all of it */
  readonly selection?: Selection;
}

export interface Run {
  readonly data: ReportData;
  readonly rehearsal: LocalAccount;
  /** Every policy and every call of the run. */
  readonly recording: Recording;
  /** What the console showed, if it was to be recorded. */
  readonly pages?: ConsoleRecording;
  /** Ends its processes and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Synthesizes, starts, and runs the story. The local account keeps running: the caller stops it. */
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
  const app = options.app ?? (options.story === undefined ? undefined : stories[options.story]?.app);
  const synthesized = synthesize({ root, output: assembly, app, signal }).then(() =>
    options.prepareAssembly?.(assembly),
  );
  // It may fail before anybody waits for it.
  synthesized.catch(() => undefined);
  let rehearsal: LocalAccount | undefined;
  const stop = async () => {
    // Synthesis writes into the folder, so it ends before the folder is removed.
    await Promise.allSettled([synthesized]);
    await rehearsal?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // The local account takes a second to load. Meanwhile synthesis runs in a process of its own.
    const [{ startLocalAccount }, { ending, storyOf }, { collectReportData }] = await Promise.all([
      import('local-account/local-account'),
      import('./story/checkpoints'),
      import('./story/collect-report-data'),
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
    // Messages of the gateway, such as a port that is taken.
    for (const { kind, summary } of rehearsal.host.eventLog) if (kind === 'gateway') progress(summary);
    signal?.throwIfAborted();
    let policies: readonly PolicyRecord[] | undefined;
    const pattern = servingPatternOf(assembly);
    const whole =
      options.checkpoints ??
      (options.story === undefined
        ? [...storyOf(pattern), ...(options.keep ? [] : ending)]
        : await storyNamed(options.story));
    const selected = select(whole, options.selection ?? {});
    const { checkpoints } = selected;
    if (selected.silent > 0) progress(announcement(selected));
    // A silent checkpoint is not shown, unless it fails.
    const started: RunOptions['started'] = (checkpoint, number, of) => {
      if (checkpoint === ending[0] && rehearsal) policies = inForce(rehearsal);
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
    const pages = options.recordPages ? await openPageRecorder(root, rehearsal, options) : undefined;
    const before = async (checkpoint: Checkpoint) => {
      if (checkpoint === ending[0]) await pages?.record();
    };
    const data = await collectReportData({
      root,
      began,
      rehearsal,
      output,
      checkpoints,
      before,
      started,
      ended,
      signal,
    });
    // A story that ended before its teardown.
    await pages?.record();
    const recording = recordingOf(rehearsal, policies ?? inForce(rehearsal));
    // The proof needs a whole story that passed. The stories of the other patterns do not use every permission.
    const entire =
      options.checkpoints === undefined && options.story === undefined && checkpoints === whole && !options.keep;
    if (data.passed && entire && pattern === 'real-time') writeRecording(parent, recording);
    // Also after a failure: `npm run access -- denied` reads it.
    if (options.checkpoints === undefined)
      writeLastRun(parent, { startedAt: data.startedAt, outcome: outcomeOf(data) }, recording);
    return { data, rehearsal, recording, pages: pages?.recording(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The roles of CDK's bootstrap stack have AWS's managed policies. */
function inForce({ host: { policies } }: LocalAccount): readonly PolicyRecord[] {
  return [...policies.records(), ...policies.attachments()];
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
