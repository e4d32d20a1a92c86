import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';
import { putServiceRole } from '../fixtures/test-platform';

export const ACCOUNT = '123456789012';
export const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/Deployer`;

export const parameter = (name: string, value: unknown, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name: name, Type: 'String', Value: value },
  ...more,
});

/** A template whose second parameter exists only when a model was approved. */
export const serving = (more: object = {}) =>
  JSON.stringify({
    Parameters: { Approved: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/approved' } },
    Conditions: { HasModel: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Approved' }, 'none'] }] } },
    Resources: {
      Always: parameter('/serving/always', 'here'),
      Model: parameter('/serving/model', { Ref: 'Approved' }, { Condition: 'HasModel' }),
      ...more,
    },
    Outputs: { Always: { Value: { Ref: 'Always' }, Export: { Name: 'Always' } } },
  });

/** CloudFormation with a deploying role, for the tests of one describe; and what they ask of it. */
export function stackBench() {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  let ssm: SSMClient;

  const set = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
  const read = async (Name: string) => {
    try {
      return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
    } catch (error) {
      return (error as Error).name;
    }
  };
  const describe = async (StackName: string): Promise<Stack | undefined> => {
    await running.service.settled();
    return (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  };
  const create = async (StackName: string, TemplateBody: string, more: object = {}) => {
    await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, ...more }));
    return describe(StackName);
  };
  const reasons = async (StackName: string) =>
    ((await cloudformation.send(new DescribeStackEventsCommand({ StackName }))).StackEvents ?? [])
      .reverse()
      .map(
        (event) =>
          `${event.LogicalResourceId ?? ''} ${event.ResourceStatus ?? ''}${event.ResourceStatusReason === undefined ? '' : `: ${event.ResourceStatusReason}`}`,
      );

  beforeAll(async () => {
    const account = await startStacks();
    ({ host, running } = account);
    const { client } = account;
    cloudformation = new CloudFormationClient(client);
    ssm = new SSMClient(client);
    putServiceRole(host, DEPLOYER, 'cloudformation.amazonaws.com');
  }, 60_000);

  afterAll(async () => {
    cloudformation.destroy();
    ssm.destroy();
    await running.close();
    await host.stop();
  });

  beforeEach(async () => {
    await set('/approved', 'none');
  });

  afterEach(async () => {
    for (const StackName of ['Reader', 'Serving', 'State'])
      await cloudformation.send(new DeleteStackCommand({ StackName }));
    await running.service.settled();
    for (const StackName of ['Reader', 'Serving', 'State'])
      await cloudformation.send(new DeleteStackCommand({ StackName }));
    await running.service.settled();
  });

  const mayWrite = (...paths: string[]) =>
    host.policies.putInlinePolicy(DEPLOYER, 'Parameters', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'ssm:PutParameter',
            'ssm:GetParameter',
            'ssm:GetParameters',
            'ssm:DeleteParameter',
            'ssm:AddTagsToResource',
            'ssm:DescribeParameters',
            'ssm:RemoveTagsFromResource',
          ],
          Resource: paths.map((path) => `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter${path}`),
        },
      ],
    });

  return {
    clients: () => ({ host, running, cloudformation, ssm }),
    ...{ set, read, describe, create, reasons, mayWrite },
  };
}
