import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  DescribeTypeCommand,
} from '@aws-sdk/client-cloudformation';
import { type RunningCloudFormation, startCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { Networks } from '../../networks';
import { testPlatform } from '../fixtures/test-platform';

/** A budget that the region's condition leaves out, or not, and something that is always there. */
const template = (condition?: string) =>
  JSON.stringify({
    Conditions: { Elsewhere: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } },
    Resources: {
      Budget: {
        Type: 'AWS::Budgets::Budget',
        ...(condition === undefined ? {} : { Condition: condition }),
        Properties: { Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 5, Unit: 'USD' } } },
      },
      Always: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/always', Type: 'String', Value: 'here' } },
    },
  });

describe('CloudFormation in a region without budgets', () => {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;

  beforeAll(async () => {
    host = await testPlatform({ region: 'eu-north-1' });
    running = await startCloudFormation(host.platform, host.policies, new Networks());
    host.registerService(running.service);
    const { endpoint, administrator, region } = host.platform;
    cloudformation = new CloudFormationClient({ endpoint, region, credentials: administrator, maxAttempts: 1 });
  }, 60_000);
  afterAll(async () => {
    cloudformation?.destroy();
    await running?.close();
    await host?.stop();
  });

  test('refuses a type that the region lacks, unless a condition leaves it out', async () => {
    await expect(
      cloudformation.send(new CreateStackCommand({ StackName: 'Unconditional', TemplateBody: template() })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Template format error: Unrecognized resource types: [AWS::Budgets::Budget]',
    });
    await cloudformation.send(
      new CreateStackCommand({ StackName: 'Conditional', TemplateBody: template('Elsewhere') }),
    );
    await running.service.settled();
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'Conditional' }));
    expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
  });

  test('reports whether the region has a resource type', async () => {
    await expect(
      cloudformation.send(new DescribeTypeCommand({ Type: 'RESOURCE', TypeName: 'AWS::Budgets::Budget' })),
    ).rejects.toMatchObject({
      name: 'TypeNotFoundException',
      message: "The type 'AWS::Budgets::Budget' cannot be found.",
    });
    await expect(
      cloudformation.send(new DescribeTypeCommand({ Type: 'RESOURCE', TypeName: 'AWS::SSM::Parameter' })),
    ).resolves.toMatchObject({ TypeName: 'AWS::SSM::Parameter' });
  });
});
