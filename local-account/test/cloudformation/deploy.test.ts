import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CloudFormationClient, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type CloudAssembly, readAssembly } from '../../assembly/cloud-assembly';
import { deploy, destroy } from '../../cloudformation/deploy';
import { type RunningCloudFormation, startCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { Networks } from '../../networks';
import { testPlatform } from '../fixtures/test-platform';

const role = (name: string) =>
  `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-${name}-role-\${AWS::AccountId}-\${AWS::Region}`;

/** What `cdk synth` writes of one stack. */
function assembly(template: object): CloudAssembly {
  const folder = mkdtempSync(join(tmpdir(), 'local-account-assembly-'));
  writeFileSync(join(folder, 'one.template.json'), JSON.stringify(template));
  const properties = {
    templateFile: 'one.template.json',
    stackName: 'Serving',
    assumeRoleArn: role('deploy'),
    cloudFormationExecutionRoleArn: role('cfn-exec'),
  };
  const destination = {
    bucketName: 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}',
    objectKey: 'asset.json',
    assumeRoleArn: role('file-publishing'),
  };
  const files = { one: { source: { path: 'one.template.json' }, destinations: { current: destination } } };
  writeFileSync(join(folder, 'one.assets.json'), JSON.stringify({ version: '48.0.0', files }));
  const artifacts = {
    Assets: { type: 'cdk:asset-manifest', properties: { file: 'one.assets.json' } },
    Serving: { type: 'aws:cloudformation:stack', properties, dependencies: ['Assets'] },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  return readAssembly(folder);
}

const serving = (parameter: object, description = 'one') =>
  assembly({
    Parameters: { Approved: parameter },
    Resources: {
      Model: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/serving/model', Type: 'String', Value: { Ref: 'Approved' }, Description: description },
      },
    },
    Outputs: { Served: { Value: { Ref: 'Approved' } } },
  });

describe('cdk deploy', () => {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  let ssm: SSMClient;

  beforeAll(async () => {
    host = await testPlatform();
    running = await startCloudFormation(host.platform, host.policies, new Networks());
    host.registerService(running.service);
    const client = {
      endpoint: host.platform.endpoint,
      region: host.platform.region,
      credentials: host.platform.administrator,
      maxAttempts: 1,
    };
    cloudformation = new CloudFormationClient(client);
    ssm = new SSMClient(client);
  }, 60_000);

  afterAll(async () => {
    cloudformation.destroy();
    ssm.destroy();
    await running.close();
    await host.stop();
  });

  test('publishes, deploys and creates as the roles of the bootstrap stack', async () => {
    await deploy(serving({ Type: 'String', Default: 'none' }), host.platform);
    const roleOf = (wanted: string) =>
      host.decisions
        .filter(({ action, resource }) => `${action} ${resource}`.startsWith(wanted))
        .map(({ principal }) => /role\/cdk-hnb659fds-(.*)-role-/.exec(principal)?.[1]);
    expect(roleOf('s3:PutObject arn:aws:s3:::cdk-hnb659fds-assets')).toEqual(['file-publishing']);
    expect(new Set(roleOf('cloudformation:CreateChangeSet'))).toEqual(new Set([undefined, 'deploy']));
    expect(roleOf('cloudformation:ExecuteChangeSet').at(-1)).toBe('deploy');
    expect(roleOf('ssm:PutParameter').at(-1)).toBe('cfn-exec');
    await destroy(serving({ Type: 'String' }), host.platform);
    expect(roleOf('cloudformation:DeleteStack')).toEqual(['deploy']);
  });

  test("refuses a template that reads an SSM parameter: CloudFormation reads it for the caller, and CDK's deploy role may not", async () => {
    await ssm.send(new PutParameterCommand({ Name: '/approved', Value: 'package/1', Type: 'String' }));
    await expect(
      deploy(serving({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/approved' }), host.platform),
    ).rejects.toThrow(/^AccessDenied\. User doesn't have permission to call ssm:GetParameters/);
  });

  test('keeps the value that the stack got since', async () => {
    await deploy(serving({ Type: 'String', Default: 'none' }), host.platform);
    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Approved', ParameterValue: 'package/1' }],
      }),
    );
    await running.service.settled();
    const outputs = await deploy(serving({ Type: 'String', Default: 'none' }, 'another'), host.platform);
    expect(outputs.get('Serving')).toEqual({ Served: 'package/1' });
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'Serving' }));
    expect(Stacks[0]?.Parameters).toEqual([{ ParameterKey: 'Approved', ParameterValue: 'package/1' }]);
  });
});
