import {
  CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CdkCli } from '../fixtures/cdk-cli';

/** Two stacks: the second reads an output of the first, and brings an asset along. */
const app = `
const { App, Stack, CfnOutput } = require('aws-cdk-lib');
const { StringParameter } = require('aws-cdk-lib/aws-ssm');
const { Asset } = require('aws-cdk-lib/aws-s3-assets');
const env = { account: '123456789012', region: 'eu-central-1' };
const app = new App({ analyticsReporting: false });
const first = new Stack(app, 'First', { env });
const one = new StringParameter(first, 'One', { parameterName: '/one', stringValue: 'a' });
new StringParameter(first, 'Other', { parameterName: '/other', stringValue: process.env.VALUE ?? 'a' });
const second = new Stack(app, 'Second', { env });
const asset = new Asset(second, 'Asset', { path: __filename });
new StringParameter(second, 'Two', { parameterName: '/two', stringValue: one.stringValue + ' ' + asset.s3ObjectKey });
`;

/** The CLI as it is published, with the environment that keeps it on this machine. */
describe('the unmodified CDK CLI', () => {
  let cli: CdkCli;
  let cloudformation: CloudFormationClient;
  let ssm: SSMClient;

  const cdk = (args: readonly string[], environment: Record<string, string> = {}): Promise<string> =>
    cli.run(args, environment);
  const status = async (StackName: string) =>
    (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;
  const read = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;

  beforeAll(async () => {
    cli = await CdkCli.start({ 'app.js': app, 'cdk.json': JSON.stringify({ app: 'node app.js' }) });
    cloudformation = new CloudFormationClient(cli.account.client);
    ssm = new SSMClient(cli.account.client);
  }, 120_000);

  afterAll(async () => {
    cloudformation.destroy();
    ssm.destroy();
    await cli.stop();
  });

  test('bootstraps', async () => {
    expect(await cdk(['bootstrap'])).toContain('Environment aws://123456789012/eu-central-1 bootstrapped');
    expect(await status('CDKToolkit')).toBe('CREATE_COMPLETE');
    expect(await cdk(['bootstrap'])).toContain('no changes');
  }, 120_000);

  test('deploys two stacks through change sets', async () => {
    await cdk(['deploy', '--all', '--require-approval', 'never']);
    expect([await status('First'), await status('Second')]).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
    expect(await read('/two')).toMatch(/^a [0-9a-f]{64}\.js$/);
    const again = await cdk(['deploy', '--all', '--require-approval', 'never']);
    expect(again).toContain('First (no changes)');
    expect(again).toContain('Second (no changes)');
  }, 120_000);

  test('shows in a diff what a change set says', async () => {
    const diff = await cdk(['diff', 'First'], { VALUE: 'b' });
    expect(diff).toContain('[~] AWS::SSM::Parameter Other');
    expect(diff).not.toContain('Could not create a change set');
  }, 120_000);

  test('deploys a change', async () => {
    await cdk(['deploy', 'First', '--require-approval', 'never'], { VALUE: 'b' });
    expect(await read('/other')).toBe('b');
    const ChangeSetName = 'cdk-deploy-change-set';
    const executed = await cloudformation.send(new DescribeChangeSetCommand({ StackName: 'First', ChangeSetName }));
    expect(executed).toMatchObject({ ExecutionStatus: 'EXECUTE_COMPLETE' });
  }, 120_000);

  test('detects drift', async () => {
    expect(await cdk(['drift', 'First'])).toContain('No drift detected');
    await ssm.send(new PutParameterCommand({ Name: '/one', Value: 'by hand', Type: 'String', Overwrite: true }));
    const drift = await cdk(['drift', 'First']);
    expect(drift).toContain('[~] AWS::SSM::Parameter One');
    expect(drift).toContain('by hand');
  }, 120_000);

  test('destroys them', async () => {
    await cdk(['destroy', '--all', '--force']);
    const { StackSummaries = [] } = await cloudformation.send(new ListStacksCommand({}));
    expect(StackSummaries.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`).sort()).toEqual([
      'CDKToolkit CREATE_COMPLETE',
      'First DELETE_COMPLETE',
      'Second DELETE_COMPLETE',
    ]);
  }, 120_000);
});
