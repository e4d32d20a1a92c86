import { Match } from 'aws-cdk-lib/assertions';

import { statement, statementsOf, templateOf } from '../../fixtures/workflow-app';

const template = templateOf('release');

describe('the approval rule', () => {
  test('matches approvals of this group and nothing else', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Model Package State Change'],
        detail: { ModelPackageGroupName: ['mla-blueprint-flight-disruption'], ModelApprovalStatus: ['Approved'] },
      },
    });
  });

  test('stops trying in time, and keeps events that it could not deliver', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        Match.objectLike({
          RetryPolicy: { MaximumRetryAttempts: 8, MaximumEventAgeInSeconds: 3600 },
          DeadLetterConfig: { Arn: Match.anyValue() },
        }),
      ],
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: Match.anyValue(),
      MessageRetentionPeriod: 14 * 86_400,
    });
  });

  test('may start this state machine only', () => {
    expect(statement(template, 'ApprovalReleaseApproved', 'StartStateMachine')).toMatchObject({
      Action: 'states:StartExecution',
      Resource: { 'Fn::Join': ['', expect.arrayContaining([':stateMachine:mla-blueprint-release'])] },
    });
  });
});

describe("the release state machine's role", () => {
  const gate = (sid: string) => statement(template, 'ApprovalReleaseStateMachine', sid);

  test('may withdraw an approval and never give one', () => {
    expect(gate('RejectPackage').Condition).toEqual({ StringEquals: { 'sagemaker:ModelApprovalStatus': 'Rejected' } });
  });

  test('updates the Serving stack with the narrow role only', () => {
    expect(gate('UpdateServingStack')).toMatchObject({
      Action: 'cloudformation:UpdateStack',
      Condition: { StringEquals: { 'cloudformation:RoleArn': expect.anything() as unknown } },
    });
    expect(gate('PassDeploymentRole').Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    });
  });
});

test('the state machine deploys the package that it releases, and in a rollback the previous one', () => {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).map(({ Properties }) =>
    JSON.stringify(Properties),
  );
  expect(
    machine
      ?.match(/ParameterKey\W+ApprovedModelPackage\W+ParameterValue\.\$\W+\$\.\w+\.arn/g)
      ?.map((one) => /\$\.(\w+)\.arn/.exec(one)?.[1]),
  ).toEqual(['candidate', 'live']);
});

describe("CloudFormation's role for a release", () => {
  const statements = statementsOf(template, 'ServingDeployment');
  const actions = statements.flatMap(({ Action }) => Action);

  test('can change a model, its endpoint and its scaling, no infrastructure', () => {
    expect([...new Set(actions.map((action) => action.split(':')[0]))].sort()).toEqual([
      'application-autoscaling',
      'cloudwatch',
      'iam',
      'kms',
      'sagemaker',
    ]);
    expect(actions.filter((action) => action.startsWith('iam:')).sort()).toEqual([
      'iam:CreateServiceLinkedRole',
      'iam:PassRole',
    ]);
    expect(actions.some((action) => action.includes('*'))).toBe(false);
  });

  test("deploys isolated models only, and passes the model's role to SageMaker only", () => {
    expect(statement(template, 'ServingDeployment', 'CreateIsolatedModel').Condition).toEqual({
      Bool: { 'sagemaker:NetworkIsolation': 'true' },
    });
    expect(statement(template, 'ServingDeployment', 'PassModelRole').Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    });
  });
});

test('no function or state machine of the stack has a managed policy', () => {
  for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  }
});

test('a check by the reconciler ends before a release that it did not see writes anything', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function')) as {
    readonly Properties: { readonly Timeout: number; readonly Environment?: { readonly Variables?: object } };
  }[];
  const check = functions.find(
    ({ Properties }) => 'RELEASE_STATE_MACHINE_ARN' in (Properties.Environment?.Variables ?? {}),
  );
  const machines = JSON.stringify(template.findResources('AWS::StepFunctions::StateMachine')).replaceAll('\\', '');
  const firstWait = Number(/"WaitForExecutionList":{"Type":"Wait","Seconds":(\d+)/.exec(machines)?.[1]);
  // The list of executions may lag by some seconds.
  expect(check?.Properties.Timeout).toBeLessThanOrEqual(firstWait - 5);
});
