import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeChangeSetCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CdkCli } from '../fixtures/cdk-cli';

const app = `
const { App, Stack, RemovalPolicy } = require('aws-cdk-lib');
const { StringParameter } = require('aws-cdk-lib/aws-ssm');
const { Bucket } = require('aws-cdk-lib/aws-s3');
const { Function, Runtime, Code } = require('aws-cdk-lib/aws-lambda');
const { StateMachine, DefinitionBody } = require('aws-cdk-lib/aws-stepfunctions');
const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Work', { env: { account: '123456789012', region: 'eu-central-1' } });
const { VALUE: value = 'a', FAIL, IMPORT } = process.env;
const code = Code.fromAsset('function');
new Function(stack, 'Function', { functionName: 'function', runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code });
const definition = JSON.stringify({ StartAt: 'Say', States: { Say: { Type: 'Pass', Result: value, End: true } } });
const definitionBody = DefinitionBody.fromString(definition);
new StateMachine(stack, 'Machine', { stateMachineName: 'machine', definitionBody });
const one = new StringParameter(stack, 'One', { parameterName: '/one', stringValue: FAIL ? 'b' : 'a' });
if (FAIL) new StringParameter(stack, 'Taken', { parameterName: '/taken', stringValue: 'x' }).node.addDependency(one);
if (IMPORT) new Bucket(stack, 'Bucket', { bucketName: 'by-hand', removalPolicy: RemovalPolicy.RETAIN });
`;
const functionSaying = (word: string) => `exports.handler = async () => '${word}';`;
const asked = ['--require-approval', 'never'];

/** Each way to deploy, to take back and to clean up. */
describe('the unmodified CDK CLI', () => {
  let cdk: CdkCli;
  let cloudformation: CloudFormationClient;
  let lambda: LambdaClient;
  let s3: S3Client;
  let sfn: SFNClient;
  let ssm: SSMClient;

  const work = async () =>
    (await cloudformation.send(new DescribeStacksCommand({ StackName: 'Work' }))).Stacks?.[0]?.StackStatus;
  const one = async () => (await ssm.send(new GetParameterCommand({ Name: '/one' }))).Parameter?.Value;
  const said = async () => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'function' }));
    return JSON.parse(Payload?.transformToString() ?? '') as unknown;
  };
  const say = (word: string) => writeFileSync(join(cdk.folder, 'function', 'index.js'), functionSaying(word));

  beforeAll(async () => {
    cdk = await CdkCli.start({
      'app.js': app,
      'cdk.json': JSON.stringify({ app: 'node app.js', watch: { include: ['function/**'] } }),
      'function/index.js': functionSaying('one'),
    });
    const { client } = cdk.account;
    cloudformation = new CloudFormationClient(client);
    lambda = new LambdaClient(client);
    s3 = new S3Client({ ...client, forcePathStyle: true });
    sfn = new SFNClient(client);
    ssm = new SSMClient(client);
    await cdk.run(['bootstrap']);
  }, 120_000);

  afterAll(async () => {
    for (const client of [cloudformation, lambda, s3, sfn, ssm]) client.destroy();
    await cdk.stop();
  });

  test('lists and synthesizes', async () => {
    expect(await cdk.run(['ls'])).toContain('Work');
    expect(await cdk.run(['synth', 'Work'])).toContain('Type: AWS::StepFunctions::StateMachine');
  }, 120_000);

  test('asks before it changes permissions', async () => {
    const refused = await cdk.failure(['deploy']);
    expect(refused).toContain('IAM Statement Changes');
    expect(refused).toContain('terminal (TTY) is not attached');
  }, 120_000);

  test('deploys directly', async () => {
    await cdk.run(['deploy', '--method=direct', ...asked]);
    expect(await work()).toBe('CREATE_COMPLETE');
    const ChangeSetName = 'cdk-deploy-change-set';
    await expect(
      cloudformation.send(new DescribeChangeSetCommand({ StackName: 'Work', ChangeSetName })),
    ).rejects.toThrow('does not exist');
    expect(await said()).toBe('one');
  }, 120_000);

  test('swaps a function and a state machine without CloudFormation, which is drift', async () => {
    say('two');
    const swapped = await cdk.run(['deploy', '--hotswap', ...asked], { VALUE: 'b' });
    expect(swapped).toContain("AWS::Lambda::Function 'function' hotswapped!");
    expect(await said()).toBe('two');
    const stateMachineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine';
    const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(definition).toContain('"Result":"b"');
    expect(await work()).toBe('CREATE_COMPLETE');
    expect(await cdk.run(['drift'], { VALUE: 'b' })).toContain('[~] AWS::StepFunctions::StateMachine');
  }, 120_000);

  test('watches the files', async () => {
    const watching = cdk.spawn(['watch']);
    const ended = once(watching, 'close');
    try {
      // It deploys once as it starts, then at each change.
      for (let tries = 0, word = ''; word !== 'three' && tries < 80; tries++) {
        await new Promise((done) => setTimeout(done, 1000));
        if (tries % 20 === 10) say('three');
        word = String(await said());
      }
    } finally {
      watching.kill();
      await ended;
    }
    expect(await said()).toBe('three');
  }, 120_000);

  test('leaves a failed deployment as it is, and rolls it back on demand', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/taken', Value: 'x', Type: 'String' }));
    const failed = await cdk.failure(['deploy', '--no-rollback', ...asked], { FAIL: '1' });
    expect(failed).toContain('The parameter already exists.');
    expect([await work(), await one()]).toEqual(['UPDATE_FAILED', 'b']);
    await cdk.run(['rollback']);
    expect([await work(), await one()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'a']);
    expect(await cdk.failure(['deploy', ...asked], { FAIL: '1' })).toContain('The parameter already exists.');
    expect([await work(), await one()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'a']);
  }, 180_000);

  test('is told that imports are not supported', async () => {
    await cdk.run(['deploy', ...asked]);
    await s3.send(new CreateBucketCommand({ Bucket: 'by-hand' }));
    const mapping = join(cdk.folder, 'mapping.json');
    writeFileSync(mapping, '{"Bucket83908E77":{"BucketName":"by-hand"}}');
    expect(await cdk.failure(['import', 'Work', '--resource-mapping', mapping], { IMPORT: '1' })).toContain(
      'ResourcesToImport is not supported by the local account',
    );
  }, 120_000);

  test('collects assets that no stack uses', async () => {
    const Bucket = 'cdk-hnb659fds-assets-123456789012-eu-central-1';
    const assets = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.length ?? 0;
    const before = await assets();
    const now = ['--rollback-buffer-days=0', '--created-buffer-days=0'];
    await cdk.run(['gc', '--unstable=gc', '--confirm=false', '--type=s3', ...now]);
    const after = await assets();
    expect(before - after).toBeGreaterThan(0);
    // The function's code is in use.
    expect(after).toBeGreaterThan(0);
  }, 120_000);
});
