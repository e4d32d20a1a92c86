import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeRuleCommand, DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';
import { putServiceRole } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/Deployer`;

const parameter = (name: string, value: unknown, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name: name, Type: 'String', Value: value },
  ...more,
});

/** A template whose second parameter exists only when a model was approved. */
const serving = (more: object = {}) =>
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

describe('CloudFormation', () => {
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

  test('an update that fails is rolled back, resource by resource, and reports the reason', async () => {
    mayWrite('/serving/always', '/serving/model', '/approved');
    await create('Serving', serving(), { RoleARN: DEPLOYER });
    await set('/approved', 'package/2');
    const more = { Forbidden: parameter('/elsewhere', 'x', { DependsOn: 'Model' }) };
    await cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: serving(more) }));
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/model')).toBe('ParameterNotFound');
    expect(await read('/serving/always')).toBe('here');
    const told = await reasons('Serving');
    expect(told).toContainEqual(
      expect.stringMatching(
        /^Forbidden CREATE_FAILED: .*assumed-role\/Deployer\/.* is not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:eu-west-1:123456789012:parameter\/elsewhere/,
      ),
    );
    expect(told).toContainEqual(expect.stringMatching(/^Model CREATE_COMPLETE/));
    expect(told.at(-1)).toMatch(/^Serving UPDATE_ROLLBACK_COMPLETE/);
  });

  /** An update that fails, and whose rollback fails, too: the role loses its permissions between the two. */
  const stick = async () => {
    const always = (value: string, more: object = {}) =>
      JSON.stringify({ Resources: { Always: parameter('/serving/always', value), ...more } });
    mayWrite('/serving/always');
    await create('Serving', always('here'), { RoleARN: DEPLOYER });
    const stop = host.onEvent(({ detail }) => {
      if ((detail['status-details'] as { status?: string } | undefined)?.status === 'UPDATE_ROLLBACK_IN_PROGRESS')
        mayWrite('/nothing');
    });
    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        TemplateBody: always('there', { Forbidden: parameter('/elsewhere', 'x', { DependsOn: 'Always' }) }),
      }),
    );
    expect(await describe('Serving')).toMatchObject({
      StackStatus: 'UPDATE_ROLLBACK_FAILED',
      StackStatusReason: 'The following resource(s) failed to update: [Always].',
    });
    stop();
    expect(await read('/serving/always')).toBe('there');
    return () => cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: always('again') }));
  };
  const proceed = (ResourcesToSkip?: string[], ForceRollback?: boolean) =>
    cloudformation.send(new ContinueUpdateRollbackCommand({ StackName: 'Serving', ResourcesToSkip, ForceRollback }));

  test('a rollback that failed is continued when its cause is gone, and from no other state', async () => {
    const update = await stick();
    await expect(update()).rejects.toThrow(/is in UPDATE_ROLLBACK_FAILED state and can not be updated/);
    await proceed();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_FAILED' });
    mayWrite('/serving/always');
    await proceed();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/always')).toBe('here');
    await expect(proceed()).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('is in UPDATE_ROLLBACK_COMPLETE state') as string,
    });
    await update();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  test('a continued rollback skips the listed resources', async () => {
    const update = await stick();
    await expect(proceed(['Forbidden'])).rejects.toThrow(/\[Forbidden\] are not in UPDATE_FAILED state/);
    await proceed(['Always']);
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/always')).toBe('there');
    mayWrite('/serving/always');
    await update();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await read('/serving/always')).toBe('again');
  });

  test('a rollback that is forced skips whatever failed, as cdk rollback --force wants it', async () => {
    await stick();
    await expect(proceed(['Always'], true)).rejects.toThrow('mutually exclusive');
    await proceed(undefined, true);
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/always')).toBe('there');
    const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'Serving' }));
    expect(StackEvents).toContainEqual(
      expect.objectContaining({
        LogicalResourceId: 'Always',
        ResourceStatus: 'UPDATE_COMPLETE',
        ResourceStatusReason: 'Resource skipped during UpdateRollback',
      }),
    );
    mayWrite('/serving/always');
  });

  test('a creation that fails leaves nothing but the stack to be deleted', async () => {
    mayWrite('/serving/always');
    expect(
      await create('Serving', serving({ Forbidden: parameter('/elsewhere', 'x', { DependsOn: 'Always' }) }), {
        RoleARN: DEPLOYER,
      }),
    ).toMatchObject({
      StackStatus: 'ROLLBACK_COMPLETE',
    });
    expect(await read('/serving/always')).toBe('ParameterNotFound');
    const update = cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: serving() }));
    await expect(update).rejects.toThrow(/is in ROLLBACK_COMPLETE state and can not be updated/);
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
