import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statesAround } from '../../../rehearsal/report/deployed-definitions';

const machine = { StartAt: 'IsOurs', States: { IsOurs: { Type: 'Choice' }, Released: { Type: 'Succeed' } } };

/** A definition as the CDK writes it: text around a reference that only a deployment knows. */
const joined = (definition: unknown) => {
  const [before, after] = JSON.stringify({ ...(definition as object), Comment: 'BUCKET' }).split('BUCKET');
  return { 'Fn::Join': ['', [before, { Ref: 'Bucket' }, after]] };
};

describe('definitions from the templates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'definitions-'));
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));

  beforeAll(() => {
    write('manifest.json', {
      version: '38.0.0',
      artifacts: {
        Stack: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: { templateFile: 'Stack.template.json' },
          metadata: {
            '/Stack/Machine': [
              { type: 'aws:cdk:logicalId', data: 'Machine' },
              { type: 'mla-blueprint:phases', data: { Admission: ['IsOurs'] } },
            ],
          },
        },
      },
    });
    write('Stack.template.json', {
      Resources: {
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: { StateMachineName: 'release', DefinitionString: joined(machine) },
        },
      },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds the state machine by its states, with their phases', () => {
    expect(statesAround(folder, ['IsOurs', 'Released'])).toEqual({
      IsOurs: { type: 'Choice', phase: 'Admission' },
      Released: { type: 'Succeed' },
    });
    expect(statesAround(folder, ['Unknown'])).toEqual({});
  });
});
