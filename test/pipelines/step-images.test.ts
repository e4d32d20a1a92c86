import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { App } from 'aws-cdk-lib';

import { context } from '../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../lib/config';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { imageTags } from '../../lib/training/images';
import { workflow } from '../../lib/workflow';

/** Every object below a value, in texts that hold JSON too. */
function* objects(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value === 'string' && /^\s*[{[]/.test(value)) {
    try {
      yield* objects(JSON.parse(value));
    } catch {
      // Only looks like JSON.
    }
  } else if (Array.isArray(value)) {
    for (const one of value as unknown[]) yield* objects(one);
  } else if (typeof value === 'object' && value !== null) {
    yield value as Record<string, unknown>;
    for (const one of Object.values(value)) yield* objects(one);
  }
}

/** The text that a template's joins make, with a name for each part that only the deployment knows. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const {
    'Fn::Join': join_,
    'Fn::Sub': sub,
    Ref: ref,
  } = value as { 'Fn::Join'?: [string, unknown[]]; 'Fn::Sub'?: unknown; Ref?: unknown };
  const single = Object.keys(value).length === 1;
  if (join_ !== undefined && single) {
    const parts = join_[1].map(flat);
    return parts.map((part) => (typeof part === 'string' ? part : 'deployed')).join(join_[0]);
  }
  if (sub !== undefined && single) return Array.isArray(sub) ? (sub[0] as unknown) : sub;
  if (ref !== undefined && single) return 'deployed';
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, flat(one)]));
}

const imageOf = (uri: unknown): string | undefined =>
  /(sagemaker-[\w-]+:[\w.-]+)$/.exec(typeof uri === 'string' ? uri : '')?.[1];

/** Which programs run in which image: jobs of the pipeline and of the state machines, and what serves. */
function programs(changes: Partial<WorkflowConfiguration>): Map<string, Set<string>> {
  const app = new App({ context });
  workflow(app, { ...sandbox, ...changes }, flightDisruption);
  const found = new Map<string, Set<string>>();
  const add = (image: string | undefined, program: unknown): void => {
    if (image !== undefined && typeof program === 'string')
      found.set(image, (found.get(image) ?? new Set()).add(program));
  };
  for (const { template } of app.synth().stacks) {
    for (const one of objects(flat(template))) {
      const entrypoint = one.ContainerEntrypoint as string[] | undefined;
      // `python3 <archive> <command>`: the archive's __main__ runs the module of that name, with underscores.
      if (entrypoint) add(imageOf(one.ImageUri), `workflow/${(entrypoint.at(-1) ?? '').replaceAll('-', '_')}.py`);
      if (one.TrainingImage !== undefined) add(imageOf(one.TrainingImage), 'train.py');
      const environment = one.Environment as { SAGEMAKER_PROGRAM?: string } | undefined;
      if (environment?.SAGEMAKER_PROGRAM) add(imageOf(one.Image), environment.SAGEMAKER_PROGRAM);
    }
  }
  return found;
}

test('the step tests check each program against the image that it runs in', () => {
  const known = JSON.parse(readFileSync(join(__dirname, '../steps/step_images.json'), 'utf8')) as Record<
    string,
    string[]
  >;
  const all = new Map<string, Set<string>>();
  for (const changes of [{}, { variants: { ...sandbox.variants, inferencePipeline: true } }]) {
    for (const [image, names] of programs(changes)) all.set(image, new Set([...(all.get(image) ?? []), ...names]));
  }
  // No stack starts this one: `mlops -- compare-features` does, with the image of EvaluateModel.
  for (const names of all.values()) if (names.has('workflow/evaluate.py')) names.add('workflow/compare.py');
  const found = Object.fromEntries([...all].sort().map(([image, names]) => [image, [...names].sort()]));
  expect(found).toEqual(known);
});

test('image versions are chosen in one place', () => {
  const root = join(__dirname, '../..');
  const sources = ['bin', 'lib', 'lambda', 'operator', 'pipelines'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(ts|py)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const naming = sources.filter((file) =>
    Object.values(imageTags).some((tag) => readFileSync(file, 'utf8').includes(`${tag}'`)),
  );
  expect(naming.map((file) => file.slice(root.length + 1))).toEqual(['lib/training/images.ts']);
});
