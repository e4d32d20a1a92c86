import { App } from 'aws-cdk-lib';
import type { InsecureChange } from './insecure-changes/insecure-change';
import { invariants } from './invariants';
import { runCheck, withoutCheck } from './run-checks';
import { caseByCase, type SecurityCheck } from './security-check';
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

const closed: SecurityCheck = caseByCase('closed', 'buckets are closed', ({ templates }) =>
  resourcesOf(templates, 'AWS::S3::Bucket')
    .filter(({ properties }) => properties.Open === true)
    .map(({ id }) => ({ place: id, problem: 'open' })),
);

const insecureChange = (different: Partial<InsecureChange>): InsecureChange => ({
  name: 'an open bucket',
  why: 'everyone reads it',
  check: 'closed',
  apply: (templates) => void ((templates.Lake.Resources.Data.Properties ?? {}).Open = true),
  ...different,
});

const failed = async (check: SecurityCheck, changes: InsecureChange[], apps = syntheses) =>
  (await runCheck(check, apps, changes)).filter(({ passed }) => !passed).map(({ explanation }) => explanation);

test('passes when the app is clean and the insecure change is caught', async () => {
  expect(await failed(closed, [insecureChange({})])).toEqual([]);
});

test("leaves the app's own templates as they are", async () => {
  await runCheck(closed, syntheses, [insecureChange({})]);
  expect(syntheses.default.templates).toEqual({ Lake: bucket() });
});

test('fails when an insecure change names a check that does not find it', async () => {
  const blind = caseByCase('closed', 'sees nothing', () => []);
  expect(await failed(blind, [insecureChange({})])).toEqual([expect.stringContaining('not caught by closed')]);
});

test('fails when an insecure change names a check that does not exist', () => {
  expect(withoutCheck([insecureChange({ check: 'imagined' })], [closed])).toEqual([
    expect.objectContaining({ passed: false, explanation: 'there is no check imagined' }),
  ]);
});

test('fails when an insecure change changes nothing', async () => {
  expect(await failed(closed, [insecureChange({ apply: () => undefined })])).toEqual(['it changes nothing']);
});

test('fails when what an insecure change changes is gone', async () => {
  const late = insecureChange({
    apply: () => {
      throw new Error('this insecure change is out of date');
    },
  });
  expect(await failed(closed, [late])).toEqual([expect.stringContaining('out of date')]);
});

test('fails when the check finds something in the app, in any configuration', async () => {
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
