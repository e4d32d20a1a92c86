import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';

const template = (resource: object) => JSON.stringify({ Resources: { One: resource } });
const parameter = template({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x' } });

describe('termination protection', () => {
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

  const protection = async () =>
    (await cloudformation.send(new DescribeStacksCommand({ StackName: 'Stack' }))).Stacks?.[0]
      ?.EnableTerminationProtection;

  test('keeps a stack from being deleted', async () => {
    await cloudformation.send(
      new CreateStackCommand({ StackName: 'Stack', TemplateBody: parameter, EnableTerminationProtection: true }),
    );
    await running.service.settled();
    expect(await protection()).toBe(true);
    await expect(cloudformation.send(new DeleteStackCommand({ StackName: 'Stack' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack [Stack] cannot be deleted while TerminationProtection is enabled',
    });
    await cloudformation.send(
      new UpdateTerminationProtectionCommand({ StackName: 'Stack', EnableTerminationProtection: false }),
    );
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Stack' }));
    await running.service.settled();
    await expect(protection()).rejects.toThrow('does not exist');
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'stack policies',
      () => cloudformation.send(new SetStackPolicyCommand({ StackName: 'Stack', StackPolicyBody: '{}' })),
      'SetStackPolicy is not supported by the local account',
    ],
    [
      'nested stacks',
      () =>
        cloudformation.send(
          new CreateStackCommand({
            StackName: 'Nested',
            TemplateBody: template({
              Type: 'AWS::CloudFormation::Stack',
              Properties: { TemplateURL: 'https://s3.amazonaws.com/a/b' },
            }),
          }),
        ),
      'One: a nested stack (AWS::CloudFormation::Stack) is not supported by the local account',
    ],
    [
      'notifications',
      () =>
        cloudformation.send(
          new CreateStackCommand({
            StackName: 'Noisy',
            TemplateBody: parameter,
            NotificationARNs: ['arn:aws:sns:eu-west-1:123456789012:topic'],
          }),
        ),
      'NotificationARNs is not supported by the local account',
    ],
  ])('is the only such thing: refuses %s by name', async (_, request, message) => {
    await expect(request()).rejects.toThrow(message);
  });

  test('no stack has a policy', async () => {
    await cloudformation.send(new CreateStackCommand({ StackName: 'Stack', TemplateBody: parameter }));
    await running.service.settled();
    const { StackPolicyBody } = await cloudformation.send(new GetStackPolicyCommand({ StackName: 'Stack' }));
    expect(StackPolicyBody).toBeUndefined();
  });
});
