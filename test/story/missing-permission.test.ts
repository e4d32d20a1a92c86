import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../../rehearsal/run';
import { story } from '../../rehearsal/story/checkpoints';

const root = resolve(__dirname, '..', '..');

interface Statement {
  readonly Action: string | string[];
}

interface Template {
  readonly Resources: Record<
    string,
    { Type: string; Properties?: { Policies?: { PolicyDocument: { Statement: Statement[] } }[] } }
  >;
}

/** Takes an action away from every role whose logical id matches; returns from how many statements. */
function takeAway(folder: string, role: RegExp, action: string): number {
  let taken = 0;
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.template.json'))) {
    const template = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Template;
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type !== 'AWS::IAM::Role' || !role.test(id)) continue;
      for (const { PolicyDocument } of resource.Properties?.Policies ?? []) {
        const before = PolicyDocument.Statement.length;
        PolicyDocument.Statement = PolicyDocument.Statement.filter(
          (statement) => ![statement.Action].flat().includes(action),
        );
        taken += before - PolicyDocument.Statement.length;
      }
    }
    writeFileSync(join(folder, name), JSON.stringify(template));
  }
  return taken;
}

describe('a permission that the workflow needs, taken out of the template', () => {
  it("stops the story at the step that needs it, with AWS's words", async () => {
    let taken = 0;
    // The model without skill is trained before, and would miss the permission first.
    const until = story.findIndex((one) => one.id === 'train');
    const checkpoints = story.slice(0, until + 1).filter(({ id }) => id !== 'no-skill');
    const { data, stop } = await run({
      root,
      progress: () => undefined,
      output: { line: () => undefined, progress: () => undefined },
      checkpoints,
      prepareAssembly: (folder) => {
        taken = takeAway(folder, /^JobRolesProcessing/, 's3:GetObject');
      },
    });
    await stop();
    expect(taken).toBeGreaterThan(0);
    const train = data.checkpoints.at(-1);
    expect(data.checkpoints.slice(0, -1).map((one) => one.status)).toEqual(
      data.checkpoints.slice(0, -1).map(() => 'passed'),
    );
    expect(train?.status).toBe('failed');
    expect(train?.error).toMatch(
      /assumed-role\/MlaBlueprint-Training-JobRolesProcessing\S* is not authorized to perform: s3:GetObject on resource: /,
    );
    expect(train?.error).toMatch(/PrepareData|because no identity-based policy allows the s3:GetObject action/);
    expect(data.denials.some((denial) => denial.action === 's3:GetObject')).toBe(true);
  }, 600_000);
});
