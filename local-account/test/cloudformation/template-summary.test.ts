import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';

const template = `
AWSTemplateFormatVersion: '2010-09-09'
Description: One parameter and one role
Parameters:
  Size:
    Type: String
    Default: small
    AllowedValues: [small, large]
    Description: How large
  Secret:
    Type: String
    NoEcho: true
Resources:
  One:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: /one, Value: !Ref Size }
  Two:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: /two, Value: !Ref Size }
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: reader
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }
`;

describe('a template summary', () => {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;

  beforeAll(async () => {
    const account = await startStacks();
    ({ host, running } = account);
    cloudformation = new CloudFormationClient(account.client);
  }, 60_000);

  afterAll(async () => {
    cloudformation.destroy();
    await running.close();
    await host.stop();
  });

  const summary = {
    Description: 'One parameter and one role',
    Version: '2010-09-09',
    Parameters: [
      {
        ParameterKey: 'Size',
        DefaultValue: 'small',
        ParameterType: 'String',
        NoEcho: false,
        Description: 'How large',
        ParameterConstraints: { AllowedValues: ['small', 'large'] },
      },
      { ParameterKey: 'Secret', ParameterType: 'String', NoEcho: true },
    ],
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
    ResourceTypes: ['AWS::IAM::Role', 'AWS::SSM::Parameter'],
    ResourceIdentifierSummaries: [
      { ResourceType: 'AWS::IAM::Role', LogicalResourceIds: ['Role'] },
      { ResourceType: 'AWS::SSM::Parameter', LogicalResourceIds: ['One', 'Two'] },
    ],
  };

  test('tells parameters, capabilities and types of a template', async () => {
    expect(await cloudformation.send(new GetTemplateSummaryCommand({ TemplateBody: template }))).toMatchObject(summary);
  });

  test('tells them of a stack', async () => {
    await cloudformation.send(
      new CreateStackCommand({
        StackName: 'Stack',
        TemplateBody: template,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: [{ ParameterKey: 'Secret', ParameterValue: 'x' }],
      }),
    );
    await running.service.settled();
    expect(await cloudformation.send(new GetTemplateSummaryCommand({ StackName: 'Stack' }))).toMatchObject(summary);
  });

  test('has nothing to say of a stack in review', async () => {
    await cloudformation.send(
      new CreateChangeSetCommand({
        StackName: 'Review',
        ChangeSetName: 'first',
        ChangeSetType: 'CREATE',
        TemplateBody: '{"Resources":{"One":{"Type":"AWS::SSM::Parameter","Properties":{"Type":"String","Value":"x"}}}}',
      }),
    );
    await expect(cloudformation.send(new GetTemplateSummaryCommand({ StackName: 'Review' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.',
    });
  });
});
