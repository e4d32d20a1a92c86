import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App, CfnElement, Stack } from 'aws-cdk-lib';

import { context } from '../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../lib/config';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { workflow } from '../../lib/workflow';
import { otherPatterns } from '../fixtures/serving-patterns';
import type { Template, Templates } from './template';

export const configurations = [
  'default',
  'modelMonitor',
  'variants',
  'streaming',
  'serverless',
  'asynchronous',
  'batch',
] as const;
export type ConfigurationName = (typeof configurations)[number];

/** The app as a deployer would synthesize it, with the tree it came from. */
export interface Synthesis {
  readonly configuration: ConfigurationName;
  readonly app: App;
  /** The cloud assembly's folder. */
  readonly folder: string;
  /** Without the stacks' common prefix: `Serving`, not `MlaBlueprint-Serving`. */
  readonly templates: Templates;
  /** Construct path of `Stack/LogicalId`. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Every choice that puts more into the templates than the sandbox has. */
const variants: WorkflowConfiguration['variants'] = {
  inferencePipeline: true,
  customImage: true,
  challenger: { mode: 'share', percent: 10, instances: 2 },
};

const idleEndpoint = { ...sandbox.idleEndpoint, removeAfterHours: 72 };

/** Synthesizes once for each configuration; the folders are temporary and belong to the caller. */
export function synthesize(configuration: ConfigurationName): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-gates-'));
  const app = new App({ context, outdir: folder });
  const monitoring = { ...sandbox.monitoring, modelMonitor: configuration === 'modelMonitor' };
  const usual = {
    configuration: {
      ...sandbox,
      monitoring,
      streaming: { ...sandbox.streaming, enabled: configuration === 'streaming' },
      ...(configuration === 'variants'
        ? { variants, idleEndpoint, costAnomaly: { minimumUsd: 5 }, experiments: { mlflow: true } }
        : {}),
    },
    problem: flightDisruption,
  };
  const chosen = configuration in otherPatterns ? otherPatterns[configuration as keyof typeof otherPatterns] : usual;
  workflow(app, chosen.configuration, chosen.problem);
  const assembly = app.synth();
  const templates = Object.fromEntries(
    assembly.stacks.map((stack) => [
      shortName(stack.stackName),
      JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as Template,
    ]),
  );
  const paths = new Map<string, string>();
  for (const node of app.node.findAll()) {
    if (!CfnElement.isCfnElement(node)) continue;
    const stack = Stack.of(node);
    paths.set(`${shortName(stack.stackName)}/${String(stack.resolve(node.logicalId))}`, node.node.path);
  }
  return { configuration, app, folder, templates, paths };
}

export function shortName(stackName: string): string {
  return stackName.replace(/^MlaBlueprint-/, '');
}
