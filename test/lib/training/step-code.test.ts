import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import { list } from 'tar';

import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { StepCode } from '../../../lib/training/step-code';

const outdir = mkdtempSync(join(tmpdir(), 'step-code-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function make(problem = flightDisruption) {
  const folder = mkdtempSync(join(outdir, 'out-'));
  const app = new App({ outdir: folder });
  const stack = new Stack(app, 'Stack');
  const code = new StepCode(stack, 'Code', problem);
  new CfnWaitConditionHandle(stack, 'Something'); // CDK warns of a stack without resources
  app.synth();
  const file = (ending: string) =>
    join(folder, readdirSync(folder).find((name) => name.startsWith('asset.') && name.endsWith(ending)) ?? 'none');
  return { code, archive: join(folder, `asset.${code.version}`), tarball: file('.tar.gz'), marker: file('.json') };
}

const made = make();

describe('the code of the steps', () => {
  test('is a folder that Python runs as it is, with the problem inside', () => {
    expect(readdirSync(made.archive).sort()).toEqual([
      '__main__.py',
      'features_inference.py',
      'inference.py',
      'model_inference.py',
      'train.py',
      'workflow',
    ]);
    const problem = JSON.parse(readFileSync(join(made.archive, 'workflow/problem.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(problem).toMatchObject({ name: 'flight-disruption', record_id: 'flight_id' });
  });

  test("is the same in script mode's archive", () => {
    const paths: string[] = [];
    list({ file: made.tarball, sync: true, onReadEntry: (entry) => paths.push(entry.path) });
    const inside = readdirSync(join(made.archive, 'workflow')).map((name) => `workflow/${name}`);
    expect(paths.sort()).toEqual(
      ['__main__.py', 'features_inference.py', 'inference.py', 'model_inference.py', 'train.py', ...inside].sort(),
    );
    expect(paths.join()).not.toMatch(/pycache|\.pyc/);
  });

  test('has a marker file for "no model is live"', () => {
    // EvaluateModel takes nothing else as the marker (evaluate.py).
    expect(readFileSync(made.marker, 'utf8')).toBe('{"live_model":null}');
  });

  test('has the same version at every time and on every computer', () => {
    const again = make();
    expect(again.code.version).toBe(made.code.version);
    expect(again.tarball.split('asset.')[1]).toBe(made.tarball.split('asset.')[1]);
  });

  test('has another version when the contract changes', () => {
    const other = make({
      ...flightDisruption,
      costs: { ...flightDisruption.costs, missed: { amount: 181, why: 'inflation' } },
    });
    expect(other.code.version).not.toBe(made.code.version);
  });
});
