import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeRuleCommand, DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { ACCOUNT, DEPLOYER, parameter, serving, stackBench } from './stack-bench';

describe('CloudFormation', () => {
  const stacks = stackBench();
  const { set, read, describe, create, reasons, mayWrite } = stacks;
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  beforeAll(() => {
    ({ host, running, cloudformation } = stacks.clients());
  });

  test('an update with the previous template reads the SSM parameter anew: that is what a release is', async () => {
    expect(await create('Serving', serving())).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(await read('/serving/model')).toBe('ParameterNotFound');

    await set('/approved', 'package/1');
    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Approved', UsePreviousValue: true }],
      }),
    );
    expect(await describe('Serving')).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Parameters: [{ ParameterKey: 'Approved', ParameterValue: '/approved', ResolvedValue: 'package/1' }],
      Outputs: [{ OutputKey: 'Always', OutputValue: '/serving/always', ExportName: 'Always' }],
    });
    expect(await read('/serving/model')).toBe('package/1');
  });

  test('a rule that a person disabled is enabled by the next update of any of its properties', async () => {
    const { endpoint, region, administrator: credentials } = host.platform;
    const events = new EventBridgeClient({ endpoint, region, credentials, maxAttempts: 1 });
    const rule = (Description: string) =>
      JSON.stringify({
        Resources: {
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: { Name: 'hourly', ScheduleExpression: 'rate(1 hour)', Description },
          },
        },
      });
    const state = async () => (await events.send(new DescribeRuleCommand({ Name: 'hourly' }))).State;
    await create('State', rule('one'));
    await events.send(new DisableRuleCommand({ Name: 'hourly' }));
    expect(await state()).toBe('DISABLED');
    await cloudformation.send(new UpdateStackCommand({ StackName: 'State', TemplateBody: rule('another') }));
    expect(await describe('State')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await state()).toBe('ENABLED');
    events.destroy();
  });

  test("a new tag writes the template's value of an SSM parameter again: the model that it named is taken down", async () => {
    const state = (Tags: object) =>
      JSON.stringify({
        Resources: {
          Live: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/live', Type: 'String', Value: 'none', Tags } },
        },
      });
    const reading = serving().replaceAll('"/approved"', '"/live"');
    await create('State', state({ Owner: 'one' }));
    await set('/live', 'package/1');
    await create('Serving', reading);
    expect(await read('/serving/model')).toBe('package/1');

    await cloudformation.send(
      new UpdateStackCommand({ StackName: 'State', TemplateBody: state({ Owner: 'another' }) }),
    );
    expect(await describe('State')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await read('/live')).toBe('none');
    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Approved', UsePreviousValue: true }],
      }),
    );
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await read('/serving/model')).toBe('ParameterNotFound');
  });

  test('a stack is deleted as the role that it was last changed with: where that is gone, another must be named', async () => {
    const once = 'arn:aws:iam::123456789012:role/Once';
    const trust = (Service: string) =>
      ({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
      }) as const;
    host.policies.putRole({ arn: once, trust: trust('cloudformation.amazonaws.com') });
    mayWrite('/state');
    const all = { Effect: 'Allow', Action: 'ssm:*', Resource: '*' } as const;
    host.policies.putInlinePolicy(once, 'All', { Version: '2012-10-17', Statement: [all] });
    await create('State', JSON.stringify({ Resources: { One: parameter('/state', 'x') } }), { RoleARN: once });
    // What is left of it for CloudFormation once its own stack is gone: nothing that it could take.
    host.policies.putRole({ arn: once, trust: trust('lambda.amazonaws.com') });
    await expect(cloudformation.send(new DeleteStackCommand({ StackName: 'State' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(
        /^Role arn:aws:iam::123456789012:role\/Once is invalid or cannot be assumed/,
      ) as string,
    });
    await cloudformation.send(new DeleteStackCommand({ StackName: 'State', RoleARN: DEPLOYER }));
    await running.service.settled();
    await expect(cloudformation.send(new DescribeStacksCommand({ StackName: 'State' }))).rejects.toThrow(
      'does not exist',
    );
  });

  test('an update that changes nothing is refused as AWS refuses it', async () => {
    await create('Serving', serving());
    const update = cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Approved', UsePreviousValue: true }],
      }),
    );
    await expect(update).rejects.toMatchObject({ name: 'ValidationError', message: 'No updates are to be performed.' });
  });

  test.each<[string, object, RegExp]>([
    [
      'a stack name that begins with a digit',
      { StackName: '1st', TemplateBody: '{}' },
      /^1 validation error detected: Value '1st' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    [
      'a stack name of 129 characters',
      { StackName: 'n'.repeat(129), TemplateBody: '{}' },
      /at 'stackName' .*length less than or equal to 128/,
    ],
    ['no template', {}, /^Either Template URL or Template Body must be specified\.$/],
    [
      'a template of 51,201 bytes',
      { TemplateBody: ' '.repeat(51_201) },
      /at 'templateBody' .*length less than or equal to 51200/,
    ],
    ['a template that is no JSON', { TemplateBody: '{' }, /Template format error/],
    [
      'a template that is not in S3',
      { TemplateURL: 'https://example.com/one.json' },
      /^TemplateURL must be a supported URL\.$/,
    ],
    [
      'a template that is nowhere',
      { TemplateURL: 'https://nowhere.s3.eu-west-1.amazonaws.com/one.json' },
      /^S3 error: .*exist.*\nFor more information check/,
    ],
    [
      'a role that it may not assume',
      { TemplateBody: serving(), RoleARN: `arn:aws:iam::${ACCOUNT}:role/Nobody` },
      /^Role arn:aws:iam::123456789012:role\/Nobody is invalid or cannot be assumed$/,
    ],
  ])('refuses %s', async (_, input, message) => {
    await expect(cloudformation.send(new CreateStackCommand({ StackName: 'Serving', ...input }))).rejects.toMatchObject(
      {
        name: 'ValidationError',
        message: expect.stringMatching(message) as string,
      },
    );
  });

  test('refuses an operation while another one runs', async () => {
    await create('Serving', serving());
    await cloudformation.send(
      new UpdateStackCommand({ StackName: 'Serving', TemplateBody: serving({ More: parameter('/more', 'x') }) }),
    );
    const deletion = cloudformation.send(new DeleteStackCommand({ StackName: 'Serving' }));
    await expect(deletion).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack [Serving] cannot be deleted while in status UPDATE_IN_PROGRESS',
    });
    const update = cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: serving() }));
    await expect(update).rejects.toThrow(/^Stack:arn:.* is in UPDATE_IN_PROGRESS state and can not be updated\.$/);
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  test('reports missing resources with the messages that clients match', async () => {
    await create('Serving', serving());
    const refused = (message: string) => ({ name: 'ValidationError', message });
    await expect(
      cloudformation.send(new UpdateStackCommand({ StackName: 'Reader', TemplateBody: serving() })),
    ).rejects.toMatchObject(refused('Stack [Reader] does not exist'));
    await expect(cloudformation.send(new DescribeStacksCommand({ StackName: 'Reader' }))).rejects.toMatchObject(
      refused('Stack with id Reader does not exist'),
    );
    const resource = new DescribeStackResourceCommand({ StackName: 'Serving', LogicalResourceId: 'None' });
    await expect(cloudformation.send(resource)).rejects.toMatchObject(
      refused('Resource None does not exist for stack Serving'),
    );
  });

  test("deletes the stack's resources except those to retain", async () => {
    await create('Serving', serving({ Kept: parameter('/kept', 'forever', { DeletionPolicy: 'Retain' }) }));
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Serving' }));
    await running.service.settled();
    expect(await read('/serving/always')).toBe('ParameterNotFound');
    expect(await read('/kept')).toBe('forever');
    await expect(describe('Serving')).rejects.toThrow('Stack with id Serving does not exist');
  });

  test.each<[string, string, RegExp]>([
    [
      'a type that it does not know',
      JSON.stringify({ Resources: { A: { Type: 'AWS::Braket::Job' } } }),
      /Resources\/A: the local account cannot provision resources of type AWS::Braket::Job/,
    ],
    [
      'an intrinsic that it does not know',
      JSON.stringify({ Resources: { A: parameter('/a', { 'Fn::Guess': 1 }) } }),
      /Resources\/A\/Properties\/Value.*unknown intrinsic function Fn::Guess/,
    ],
  ])('%s is an error that names the place, and nothing is left', async (_, body, message) => {
    let told: string;
    try {
      const stack = await create('Serving', body);
      expect(stack?.StackStatus).toBe('ROLLBACK_COMPLETE');
      told = (await reasons('Serving')).join('\n');
    } catch (error) {
      told = (error as Error).message;
    }
    expect(told).toMatch(message);
  });
});
