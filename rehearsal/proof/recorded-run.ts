import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run';
import { synthesize } from '../synth';
import { type Recording, readRecording, templatesDigest } from './recording';

export interface RecordedRunOptions {
  /** The project's folder. */
  readonly root: string;
  readonly progress: (line: string) => void;
  /** Runs the story even if the stacks have not changed since the last run. */
  readonly anew?: boolean;
  readonly signal?: AbortSignal;
  /** Called as soon as there is something to stop. */
  readonly opened?: (stop: () => Promise<void>) => void;
}

/**
 * The recording of the last complete run if the templates are unchanged; otherwise runs the story. Throws if the story
 * does not pass.
 */
export async function recordedRun({
  root,
  progress,
  anew = false,
  signal,
  opened,
}: RecordedRunOptions): Promise<Recording> {
  const folder = join(root, '.rehearsal');
  mkdirSync(folder, { recursive: true });
  const known = anew ? undefined : readRecording(folder);
  if (known) {
    progress('Synthesizing the stacks, to compare them with those of the last run');
    const draft = mkdtempSync(join(folder, 'synth-'));
    try {
      await synthesize({ root, output: draft, signal });
      if (templatesDigest(draft) === known.templates) return known;
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    progress('The stacks have changed since the last run.');
  }
  progress('Running the story, which takes about five minutes');
  const { data, recording, stop } = await run({
    root,
    progress,
    signal,
    opened,
    output: { line: () => undefined, progress: () => undefined },
    started: ({ sentence }, number, of) => progress(`${String(number).padStart(2)}/${of}  ${sentence}`),
  });
  await stop();
  const failed = data.checkpoints.find(({ status }) => status === 'failed');
  if (!data.passed)
    throw new Error(
      `The story must pass before the policies can be proven: ${failed?.id ?? 'it was interrupted'}: ${failed?.error ?? ''}`,
    );
  return recording;
}
