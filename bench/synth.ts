import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { context } from '../cdk.json';
import { line } from './print-line';
import { seconds } from './process-seconds';

const root = resolve(__dirname, '..');

/** Synthesis of the stacks, in relation to an app with one empty stack. */
export function measureSynth(): void {
  const [ours, empty] = [synth('bin/mla-blueprint.ts'), synth('bench/empty-app.ts')];
  line('synth / synth of an empty app', (ours / empty).toFixed(2), `${ours.toFixed(2)} s / ${empty.toFixed(2)} s`);
}

function synth(app: string): number {
  const output = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  // What the CDK command would hand over; its own start is left out of both.
  const environment = { CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) };
  try {
    return fastest(
      () => seconds(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), app], environment).seconds,
    );
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** The fastest of three: the others were disturbed. */
function fastest(measure: () => number): number {
  return Math.min(measure(), measure(), measure());
}
