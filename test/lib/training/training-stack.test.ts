import { Match } from 'aws-cdk-lib/assertions';

import { statement, statementsOf, templateOf } from '../../fixtures/workflow-app';

const template = templateOf('training');

interface Definition {
  readonly Parameters: { readonly Name: string }[];
  readonly Steps: { readonly Name: string; readonly Type: string; readonly Arguments: Record<string, unknown> }[];
}

/** The pipeline's definition with every reference of CloudFormation written as `<...>`. */
function definition(): Definition {
  const [pipeline] = Object.values(template.findResources('AWS::SageMaker::Pipeline'));
  const body = (pipeline?.Properties as { PipelineDefinition: { PipelineDefinitionBody: { 'Fn::Join': [string, unknown[]] } } }).PipelineDefinition.PipelineDefinitionBody;
  const parts = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `<${JSON.stringify(part).replace(/[{}"[\]]/g, '')}>`));
  return JSON.parse(parts.join('')) as Definition;
}

function everyStep(): Definition['Steps'] {
  return definition().Steps.flatMap((step) => {
    const { IfSteps = [], ElseSteps = [] } = step.Arguments as { IfSteps?: Definition['Steps']; ElseSteps?: Definition['Steps'] };
    return [step, ...IfSteps, ...ElseSteps];
  });
}

test('the pipeline goes from curated data to a registered model', () => {
  expect(everyStep().map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
    'PrepareData Processing', 'TuneModel Tuning', 'EvaluateModel Processing', 'MeetsObjective Condition',
    'CreateBaseline Processing', 'RegisterModel RegisterModel', 'ObjectiveNotMet Fail',
  ]);
});

test('the gate asks for the metric and for the cost against the live model', () => {
  const gate = definition().Steps.find(({ Name }) => Name === 'MeetsObjective');
  expect(gate?.Arguments.Conditions).toEqual([
    { Type: 'GreaterThanOrEqualTo', LeftValue: { 'Std:JsonGet': expect.objectContaining({ Path: 'binary_classification_metrics.pr_auc.value' }) }, RightValue: 0.3 },
    { Type: 'LessThanOrEqualTo', LeftValue: { 'Std:JsonGet': expect.objectContaining({ Path: 'business.cost_ratio' }) }, RightValue: 1 },
  ]);
});

test('every job is isolated, in the VPC, and encrypts volume and results with our key', () => {
  const jobs = everyStep().filter(({ Type }) => Type === 'Processing' || Type === 'Tuning');
  expect(jobs).toHaveLength(4);
  for (const { Arguments } of jobs) {
    const text = JSON.stringify(Arguments);
    expect(text).toContain('"EnableNetworkIsolation":true');
    expect(text).toContain('"EnableInterContainerTrafficEncryption":true');
    expect(text).toMatch(/"VpcConfig":\{"Subnets":\["<[^>]+>","<[^>]+>"\],"SecurityGroupIds":\["<[^>]+>"\]\}/);
    expect(text).toMatch(/"VolumeKmsKeyId":"<[^>]*KeysData/);
    expect(text).toMatch(/"KmsKeyId":"<[^>]*KeysData/);
  }
});

test('tuning sees training and validation rows, never the test month', () => {
  const tuning = everyStep().find(({ Type }) => Type === 'Tuning');
  const { InputDataConfig, EnableManagedSpotTraining, CheckpointConfig } = (tuning?.Arguments as { TrainingJobDefinition: Record<string, unknown> }).TrainingJobDefinition;
  expect((InputDataConfig as { ChannelName: string }[]).map(({ ChannelName }) => ChannelName)).toEqual(['train', 'validation', 'code']);
  expect(EnableManagedSpotTraining).toBe(true);
  expect(CheckpointConfig).toBeDefined();
});

test('a model is registered pending, with its metrics, its baseline and where it came from', () => {
  const register = everyStep().find(({ Type }) => Type === 'RegisterModel');
  expect(register?.Arguments).toMatchObject({
    ModelApprovalStatus: 'PendingManualApproval',
    ModelMetrics: { ModelQuality: { Statistics: {} }, ModelDataQuality: { Statistics: {}, Constraints: {} } },
    CustomerMetadataProperties: { CodeVersion: expect.stringMatching(/^[0-9a-f]{64}$/), DataVersion: expect.anything(), Owner: 'ml-team' },
  });
});

describe('roles', () => {
  test('the training role cannot reach raw or curated data', () => {
    const resources = JSON.stringify(statementsOf(template, 'JobRolesTraining').map(({ Resource }) => Resource));
    expect(resources).not.toMatch(/RawBucket|CuratedBucket/);
  });

  test('the training role writes models and checkpoints, and reads neither models nor evaluations of others to write elsewhere', () => {
    expect(JSON.stringify(statement(template, 'JobRolesTraining', 'WriteResults').Resource)).toContain('/models/*');
    expect(JSON.stringify(statement(template, 'JobRolesTraining', 'KeepCheckpoints').Resource)).toContain('/checkpoints/*');
  });

  test('the pipeline hands over the two job roles to SageMaker and no others', () => {
    expect(statement(template, 'PipelineRole', 'HandOverRoles')).toMatchObject({
      Action: 'iam:PassRole',
      Resource: [{ 'Fn::GetAtt': [expect.stringMatching(/^JobRolesProcessing/), 'Arn'] }, { 'Fn::GetAtt': [expect.stringMatching(/^JobRolesTraining/), 'Arn'] }],
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
  });

  test('the pipeline may propose a model but not approve one', () => {
    const actions = statementsOf(template, 'PipelineRole').flatMap(({ Action }) => Action);
    expect(actions).not.toContain('sagemaker:UpdateModelPackage');
    expect(statement(template, 'PipelineRole', 'ProposeModel').Condition).toEqual({ StringEqualsIfExists: { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' } });
  });

  test('only SageMaker of this account may take them', () => {
    for (const [id, role] of Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => /^(JobRoles|PipelineRole)/.test(id))) {
      const { AssumeRolePolicyDocument } = role.Properties as { AssumeRolePolicyDocument: { Statement: unknown[] } };
      expect({ id, trust: AssumeRolePolicyDocument.Statement }).toEqual({
        id,
        trust: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      });
    }
  });

  test('volume keys are granted to AWS services only', () => {
    for (const role of ['JobRolesProcessing', 'JobRolesTraining']) {
      expect(statement(template, role, 'EncryptVolumes').Condition).toEqual({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    }
  });
});

test('no model is live at first', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/mla-blueprint/flight-disruption/approved-model-package', Value: 'none' });
});

test('the group is emptied before it is deleted, and job logs go by our prefix only', () => {
  template.hasResource('Custom::RemoveOnDelete', {
    Properties: { Target: { ModelPackageGroupName: 'mla-blueprint-flight-disruption' } },
    DependsOn: Match.arrayWith(['ModelPackageGroup']),
  });
  template.hasResourceProperties('Custom::RemoveOnDelete', { Target: { StreamPrefixes: ['mla-blueprint-'] } });
  expect(JSON.stringify(statement(template, 'JobLogsFunctionRole', 'RemoveOwnStreams').Resource)).toContain(':log-stream:mla-blueprint-*');
});

test('no region, account or zone is written into the templates, apart from the registries of images', () => {
  for (const stack of ['foundation', 'lake', 'training', 'serving', 'release', 'monitoring'] as const) {
    const { Mappings: _registries, ...rest } = templateOf(stack).toJSON() as Record<string, unknown>;
    expect(JSON.stringify(rest)).not.toMatch(/\b(us|eu|ap|sa|ca|me|af)-(north|south|east|west|central)[a-z]*-\d\b/);
    expect(JSON.stringify(rest)).not.toMatch(/\b\d{12}\b(?!-)/);
  }
});
