import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App } from 'aws-cdk-lib';
import { strToU8, zipSync } from 'fflate';
import { pythonChecks } from './python-checks';
import type { Case } from './security-check';

// The first run makes a Python environment.
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-gates-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// In two parts: this file is no leak. It is the key of AWS's own examples.
const key = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');

function app(resources: Case['templates'][string]['Resources']): Case {
  const templates = { Lake: { Resources: resources } };
  return {
    name: 'app',
    templates,
    synthesis: { configuration: 'default', app: new App(), folder, templates, paths: new Map() },
  };
}

async function problems(name: string, one: Case): Promise<string[]> {
  const securityCheck = pythonChecks.find((each) => each.name === name);
  const [findings] = (await securityCheck?.check([one])) ?? [];
  return (findings ?? []).map(({ place, problem }) => `${place}: ${problem}`);
}

test('a key is found in a folder and in an archive that would be uploaded', async () => {
  mkdirSync(join(folder, 'asset.folder'));
  writeFileSync(join(folder, 'asset.folder', 'handler.js'), `const upstream = '${key}';\n`);
  writeFileSync(join(folder, 'asset.archive.zip'), zipSync({ 'steps/train.py': strToU8(`UPSTREAM = '${key}'\n`) }));
  const found = await problems('secrets', app({ Queue: { Type: 'AWS::SQS::Queue' } }));
  expect(found).toEqual(
    expect.arrayContaining([
      expect.stringContaining('asset.folder/handler.js'),
      expect.stringContaining('steps/train.py'),
    ]),
  );
  expect(found).toHaveLength(2);
});

test('what is accepted for nothing is a finding', async () => {
  const found = await problems('cfn-lint', app({ Queue: { Type: 'AWS::SQS::Queue' } }));
  expect(found).toEqual([expect.stringMatching(/W3005.*remove it/)]);
});

test('an unknown property is a finding of its resource', async () => {
  const found = await problems('cfn-lint', app({ Queue: { Type: 'AWS::SQS::Queue', Properties: { Nonsense: true } } }));
  expect(found).toContainEqual(expect.stringMatching(/^Lake\/Queue.*Nonsense/));
});
