import { App } from 'aws-cdk-lib';

import { caseByCase, type Gate } from './gate';
import { invariants } from './invariants';
import type { Mutant } from './mutants/mutant';
import { homeless, runGate } from './run-gates';
import { type ConfigurationName, configurations, type Synthesis } from './synthesis';
import { resourcesOf, type Template } from './template';

const bucket = (): Template => ({ Resources: { Data: { Type: 'AWS::S3::Bucket', Properties: { Open: false } } } });

function synthesis(configuration: ConfigurationName, template = bucket()): Synthesis {
  return { configuration, app: new App(), folder: '', templates: { Lake: template }, paths: new Map() };
}

const syntheses = Object.fromEntries(configurations.map((name) => [name, synthesis(name)])) as Record<
  ConfigurationName,
  Synthesis
>;

const closed: Gate = caseByCase('closed', 'buckets are closed', ({ templates }) =>
  resourcesOf(templates, 'AWS::S3::Bucket')
    .filter(({ properties }) => properties.Open === true)
    .map(({ id }) => ({ place: id, problem: 'open' })),
);

const mutant = (change: Partial<Mutant>): Mutant => ({
  name: 'an open bucket',
  why: 'everyone reads it',
  gate: 'closed',
  mutate: (templates) => void ((templates.Lake.Resources.Data.Properties ?? {}).Open = true),
  ...change,
});

const failed = async (gate: Gate, mutants: Mutant[], apps = syntheses) =>
  (await runGate(gate, apps, mutants)).filter(({ passed }) => !passed).map(({ explanation }) => explanation);

test('passes when the app is clean and the mutant is caught', async () => {
  expect(await failed(closed, [mutant({})])).toEqual([]);
});

test("leaves the app's own templates as they are", async () => {
  await runGate(closed, syntheses, [mutant({})]);
  expect(syntheses.default.templates).toEqual({ Lake: bucket() });
});

test('fails when a mutant names a gate that does not see it', async () => {
  const blind = caseByCase('closed', 'sees nothing', () => []);
  expect(await failed(blind, [mutant({})])).toEqual([expect.stringContaining('not caught by closed')]);
});

test('fails when a mutant names a gate that is not there', () => {
  expect(homeless([mutant({ gate: 'imagined' })], [closed])).toEqual([
    expect.objectContaining({ passed: false, explanation: 'there is no gate imagined' }),
  ]);
});

test('fails when a mutant changes nothing', async () => {
  expect(await failed(closed, [mutant({ mutate: () => undefined })])).toEqual(['it changes nothing']);
});

test('fails when what a mutant changes is gone', async () => {
  const late = mutant({
    mutate: () => {
      throw new Error('the mutant is out of date');
    },
  });
  expect(await failed(closed, [late])).toEqual([expect.stringContaining('out of date')]);
});

test('fails when the gate has something to say about the app, in any configuration', async () => {
  const open = bucket();
  open.Resources.Data.Properties = { Open: true };
  expect(await failed(closed, [], { ...syntheses, modelMonitor: synthesis('modelMonitor', open) })).toEqual([
    'the app has findings',
  ]);
});

test('every invariant has a name of its own and says why it is there', () => {
  expect(new Set(invariants.map(({ name }) => name)).size).toBe(invariants.length);
  for (const { why } of invariants) expect(why).toMatch(/\w.*\.$/);
});
