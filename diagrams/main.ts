/** `npm run diagrams`: draws the state machines in the READMEs from the definitions that the stacks deploy. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Command } from 'commander';
import { context } from '../cdk.json';
import { sandbox } from '../lib/config';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { workflow } from '../lib/workflow';
import { pages } from './pages';
import { stateMachinesOf } from './state-machines';

new Command('diagrams')
  .description('Draws the state machines in the READMEs of lib/ from the definitions that the stacks deploy.')
  .addHelpText('after', '\nExit code 0: written. 2: wrong use.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const root = resolve(__dirname, '..');
const assembly = mkdtempSync(join(tmpdir(), 'mla-blueprint-diagrams-'));
try {
  const app = new App({ context, outdir: assembly });
  workflow(app, sandbox, flightDisruption);
  app.synth();
  for (const { path, before, after } of pages(root, stateMachinesOf(assembly))) {
    if (after !== before) writeFileSync(join(root, path), after);
    process.stdout.write(`${after === before ? 'unchanged' : 'drawn    '} ${path}\n`);
  }
} finally {
  rmSync(assembly, { recursive: true, force: true });
}
