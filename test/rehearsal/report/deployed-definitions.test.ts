import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipelineSteps, statesAround } from '../../../rehearsal/report/deployed-definitions';

const step = (Name: string, Type: string, Arguments: unknown) => ({ Name, Type, Arguments });
const pipeline = {
  Version: '2020-12-01',
  Steps: [
    step('Register', 'RegisterModel', { ModelApprovalStatus: { Get: 'Steps.Train.ModelArtifacts' } }),
    step('Train', 'Training', {}),
    step('Check', 'Condition', {
      Conditions: [{ Left: { Get: 'Steps.Train.FinalMetric' } }],
      IfSteps: [step('Baseline', 'Processing', {})],
      ElseSteps: [step('Refuse', 'Fail', {})],
    }),
  ],
};
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
        Pipeline: {
          Type: 'AWS::SageMaker::Pipeline',
          Properties: {
            PipelineDefinition: {
              PipelineDefinitionBody: joined(pipeline),
            },
          },
        },
        Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: joined(machine) } },
      },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('orders the pipeline steps after those that they wait for, with the branches of conditions', () => {
    expect(pipelineSteps(folder)).toEqual([
      { name: 'Train', type: 'Training', after: [] },
      { name: 'Register', type: 'RegisterModel', after: ['Train'] },
      { name: 'Check', type: 'Condition', after: ['Train'] },
      { name: 'Baseline', type: 'Processing', after: ['Check'], branch: 'yes' },
      { name: 'Refuse', type: 'Fail', after: ['Check'], branch: 'no' },
    ]);
  });

  it('finds the state machine by its states, with their phases', () => {
    expect(statesAround(folder, ['IsOurs', 'Released'])).toEqual({
      IsOurs: { type: 'Choice', phase: 'Admission' },
      Released: { type: 'Succeed' },
    });
    expect(statesAround(folder, ['Unknown'])).toEqual({});
  });
});
