import { type CloudFormationClient, DeleteStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { ACCOUNT, DEPLOYER, parameter, serving, stackBench } from './stack-bench';

describe('outputs of stacks', () => {
  const stacks = stackBench();
  const { read, describe, create, reasons, mayWrite } = stacks;
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  beforeAll(() => {
    ({ host, running, cloudformation } = stacks.clients());
  });

  test('what another stack imports can be neither deleted nor taken out', async () => {
    await create('Serving', serving());
    expect(
      await create(
        'Reader',
        JSON.stringify({ Resources: { Copy: parameter('/reader', { 'Fn::ImportValue': 'Always' }) } }),
      ),
    ).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(await read('/reader')).toBe('/serving/always');
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Serving' }));
    expect(await describe('Serving')).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: expect.stringMatching(/Cannot delete export Always as it is in use by Reader/) as string,
    });
  });

  test('an output that another stack reads holds nothing in place, and is read anew with each update', async () => {
    const reader = (more: object = {}) =>
      JSON.stringify({
        Resources: {
          Copy: parameter('/reader', { 'Fn::GetStackOutput': { StackName: 'Serving', OutputName: 'Always' } }),
          ...more,
        },
      });
    await create('Serving', serving());
    expect(await create('Reader', reader())).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(await read('/reader')).toBe('/serving/always');
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Serving' }));
    await running.service.settled();
    await expect(describe('Serving')).rejects.toThrow('Stack with id Serving does not exist');
    expect(await read('/reader')).toBe('/serving/always');
    await cloudformation.send(
      new UpdateStackCommand({ StackName: 'Reader', TemplateBody: reader({ More: parameter('/more', 'x') }) }),
    );
    expect(await describe('Reader')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await reasons('Reader')).toContainEqual(expect.stringMatching(/Stack Serving has no output Always/));
  });

  test("a stack's role must be allowed to describe the stack whose output it reads", async () => {
    const reader = JSON.stringify({
      Resources: {
        Copy: parameter('/reader', { 'Fn::GetStackOutput': { StackName: 'Serving', OutputName: 'Always' } }),
      },
    });
    await create('Serving', serving());
    mayWrite('/reader');
    expect(await create('Reader', reader, { RoleARN: DEPLOYER })).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect(await reasons('Reader')).toContainEqual(
      expect.stringMatching(
        /assumed-role\/Deployer\/AWSCloudFormation is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:eu-west-1:123456789012:stack\/Serving\//,
      ),
    );
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Reader' }));
    await running.service.settled();
    const describing = {
      Effect: 'Allow',
      Action: 'cloudformation:DescribeStacks',
      Resource: `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/Serving/*`,
    };
    host.policies.putInlinePolicy(DEPLOYER, 'Outputs', { Version: '2012-10-17', Statement: [describing] });
    expect(await create('Reader', reader, { RoleARN: DEPLOYER })).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(await read('/reader')).toBe('/serving/always');
  });
});
