import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { context } from '../../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../../lib/config';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { workflow } from '../../../lib/workflow';
import { statement, templateOf } from '../../fixtures/workflow-app';

function stacksWith(variants: Partial<WorkflowConfiguration['variants']>) {
  const stacks = workflow(
    new App({ context }),
    { ...sandbox, variants: { ...sandbox.variants, ...variants } },
    flightDisruption,
  );
  return (name: keyof typeof stacks) => Template.fromStack(stacks[name] as Stack);
}

describe('without variants', () => {
  const template = templateOf('serving');

  test('there is one container, one variant, no second parameter and no image of our own', () => {
    template.hasResourceProperties('AWS::SageMaker::Model', {
      Containers: Match.absent(),
      PrimaryContainer: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      ProductionVariants: [Match.anyValue()],
      ShadowProductionVariants: Match.absent(),
    });
    template.resourceCountIs('AWS::SageMaker::Model', 1);
    template.resourceCountIs('AWS::ECR::Repository', 0);
    expect(Object.keys(template.findParameters('*'))).not.toContain('ChallengerModelPackage');
  });
});

describe('an inference pipeline', () => {
  const stack = stacksWith({ inferencePipeline: true });

  test("serves the package's containers in series, and tells them the version alone", () => {
    stack('serving').hasResourceProperties('AWS::SageMaker::Model', {
      PrimaryContainer: {
        ModelPackageName: { Ref: 'ApprovedModelPackage' },
        Environment: { MODEL_VERSION: Match.anyValue(), SAGEMAKER_PROGRAM: Match.absent() },
      },
      Containers: Match.absent(),
      InferenceExecutionConfig: Match.absent(),
    });
  });

  test("lets the model's role pull both images", () => {
    expect(
      JSON.stringify(statement(stack('serving'), 'ModelRole', 'PullImage').Resource).match(/sagemaker-[a-z-]+/g),
    ).toEqual(['sagemaker-scikit-learn', 'sagemaker-xgboost']);
  });

  test('registers two containers with the same archive: features, then the model', () => {
    const [pipeline] = Object.values(stack('training').findResources('AWS::SageMaker::Pipeline'));
    const text = JSON.stringify(pipeline);
    expect(text).toContain('features_inference.py');
    // The image's pip must not look for a registry when it installs the script.
    expect(text).toMatch(/features_inference\.py.{0,200}PIP_NO_BUILD_ISOLATION/);
    expect(text.indexOf('model_inference.py')).toBeGreaterThan(text.indexOf('features_inference.py'));
    expect(text).toContain('SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT');
  });
});

describe.each(['share', 'shadow'] as const)('a challenger by %s', (mode) => {
  const stack = stacksWith({ challenger: { mode, percent: 20, instances: 2 } });
  const serving = stack('serving');
  const variant = (InitialVariantWeight: number) =>
    Match.objectLike({ VariantName: 'challenger', InitialInstanceCount: 2, InitialVariantWeight });
  const ifNamed = (value: unknown) => ({ 'Fn::If': ['HasChallenger', value, { Ref: 'AWS::NoValue' }] });

  test('exists only beside a live version, and only when a version is named', () => {
    serving.hasCondition('HasChallenger', {
      'Fn::And': [
        { Condition: 'HasApprovedModel' },
        { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ChallengerModelPackage' }, 'none'] }] },
      ],
    });
    serving.hasResource('AWS::SageMaker::Model', {
      Condition: 'HasChallenger',
      Properties: { EnableNetworkIsolation: true },
    });
  });

  test('is a variant of its kind, with its part of the requests', () => {
    const kinds =
      mode === 'share'
        ? {
            ProductionVariants: [
              Match.objectLike({ VariantName: 'live', InitialVariantWeight: 80 }),
              ifNamed(variant(20)),
            ],
            ShadowProductionVariants: Match.absent(),
          }
        : {
            ProductionVariants: [Match.objectLike({ VariantName: 'live', InitialVariantWeight: 1 })],
            ShadowProductionVariants: ifNamed([variant(0.2)]),
          };
    serving.hasResourceProperties('AWS::SageMaker::EndpointConfig', kinds);
  });

  test('is kept by a release: the machine names its parameter with its previous value', () => {
    const definition = JSON.stringify(stack('release').findResources('AWS::StepFunctions::StateMachine'));
    expect(definition.match(/ParameterKey\W+ChallengerModelPackage\W+UsePreviousValue/g)).toHaveLength(2);
  });
});

test('by share, it comes and goes under no deployment policy', () => {
  const template = stacksWith({ challenger: { mode: 'share', percent: 20, instances: 2 } })('serving');
  template.hasResourceProperties('AWS::SageMaker::Endpoint', { DeploymentConfig: Match.absent() });
});

test.each([
  ['share', false],
  ['shadow', true],
] as const)('by %s, a release waits for a canary: %s', (mode, canary) => {
  const machines = JSON.stringify(
    stacksWith({ challenger: { mode, percent: 20, instances: 2 } })('release').findResources(
      'AWS::StepFunctions::StateMachine',
    ),
  );
  expect(machines.includes('EvaluateRelease')).toBe(canary);
  expect(machines.includes('CheckPredictions')).toBe(!canary);
});

test('in the shadow, it takes no deployment back: the alarms are those of the variant that callers hear', () => {
  const template = stacksWith({ challenger: { mode: 'shadow', percent: 20, instances: 2 } })('serving');
  template.hasResourceProperties('AWS::SageMaker::Endpoint', {
    DeploymentConfig: {
      BlueGreenUpdatePolicy: Match.anyValue(),
      AutoRollbackConfiguration: { Alarms: [Match.anyValue(), Match.anyValue(), Match.anyValue()] },
    },
  });
});

describe('an image of our own', () => {
  const template = stacksWith({ customImage: true })('serving');

  test('lies in a repository whose tags never change, scanned and encrypted with our key', () => {
    template.hasResource('AWS::ECR::Repository', {
      DeletionPolicy: 'Delete',
      Properties: {
        ImageTagMutability: 'IMMUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
        EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: Match.anyValue() },
        EmptyOnDelete: true,
      },
    });
  });

  test('may be pulled by SageMaker, for this account only', () => {
    template.hasResourceProperties('AWS::ECR::Repository', {
      RepositoryPolicyText: {
        Statement: [
          {
            Sid: 'LetSageMakerPull',
            Effect: 'Allow',
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
    });
  });

  test("is built by CodeBuild from the project's Dockerfile, under a tag that its source decides", () => {
    template.hasResourceProperties('AWS::ECR::Repository', { ImageTagMutability: 'IMMUTABLE' });
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Source: { Type: 'S3', BuildSpec: Match.stringLikeRegexp('docker build --build-arg BASE_IMAGE') },
      Environment: {
        PrivilegedMode: true,
        EnvironmentVariables: [
          { Name: 'BASE_IMAGE', Value: Match.anyValue() },
          { Name: 'IMAGE', Value: Match.anyValue() },
        ],
      },
      EncryptionKey: Match.anyValue(),
    });
  });

  test('by a role that pushes to this repository only, and that no other project may take', () => {
    expect(JSON.stringify(statement(template, 'CustomImageRole', 'PushImage').Resource)).toMatch(
      /CustomImageRepository/,
    );
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'codebuild.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnEquals: { 'aws:SourceArn': Match.anyValue() },
            },
          }),
        ],
      },
    });
  });
});
