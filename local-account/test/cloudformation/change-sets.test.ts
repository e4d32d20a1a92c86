import {
  type Change,
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { RunningCloudFormation } from '../../cloudformation/start';
import type { PlatformHost } from '../../gateway/platform-host';
import { startStacks } from '../fixtures/stacks';

const parameter = (properties: object, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', ...properties },
  ...more,
});
const template = (Resources: object, more: object = {}) => JSON.stringify({ Resources, ...more });
const one = (Value: string) => template({ One: parameter({ Name: '/one', Value }) });

/** One line for each change: what happens to the resource, then its causes. */
function lines(changes: readonly Change[] = []): string[] {
  return changes.map(({ ResourceChange: change }) => {
    const details = change?.Details?.map(({ Target, Evaluation, ChangeSource, CausingEntity }) =>
      [Target?.Name ?? Target?.Attribute, Target?.RequiresRecreation, Evaluation, ChangeSource, CausingEntity]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    const head = [change?.Action, change?.LogicalResourceId, change?.Replacement, change?.PolicyAction];
    return [head.filter((part) => part !== undefined).join(' '), ...(details ?? [])].join('; ');
  });
}

describe('a change set', () => {
  let host: PlatformHost;
  let running: RunningCloudFormation;
  let cloudformation: CloudFormationClient;
  let ssm: SSMClient;
  let s3: S3Client;

  const prepare = (StackName: string, TemplateBody: string, more: Partial<CreateChangeSetCommandInput> = {}) =>
    cloudformation.send(new CreateChangeSetCommand({ StackName, ChangeSetName: 'next', TemplateBody, ...more }));
  const describeSet = (StackName: string, more: object = {}) =>
    cloudformation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: 'next', ...more }));
  const execute = async (StackName: string) => {
    await cloudformation.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'next' }));
    await running.service.settled();
  };
  const describeStack = async (StackName: string) =>
    (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  const create = async (StackName: string, TemplateBody: string, more: object = {}) => {
    await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, ...more }));
    await running.service.settled();
  };
  const read = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;

  beforeAll(async () => {
    const account = await startStacks();
    ({ host, running } = account);
    const { client } = account;
    cloudformation = new CloudFormationClient(client);
    ssm = new SSMClient(client);
    s3 = new S3Client({ ...client, forcePathStyle: true });
  }, 60_000);

  afterAll(async () => {
    for (const client of [cloudformation, ssm, s3]) client.destroy();
    await running.close();
    await host.stop();
  });

  afterEach(async () => {
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Stack' }));
    await running.service.settled();
  });

  test('the first one makes the stack, which waits to be reviewed', async () => {
    const { Id, StackId } = await prepare('Stack', one('a'), { ChangeSetType: 'CREATE', Description: 'first' });
    expect(Id).toMatch(/^arn:aws:cloudformation:eu-west-1:123456789012:changeSet\/next\/[0-9a-f-]{36}$/);
    expect(await describeStack('Stack')).toMatchObject({
      StackId,
      StackStatus: 'REVIEW_IN_PROGRESS',
      StackStatusReason: 'User Initiated',
    });
    expect(await describeSet('Stack')).toMatchObject({
      ChangeSetId: Id,
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Description: 'first',
      IncludeNestedStacks: false,
      Changes: [
        {
          Type: 'Resource',
          ResourceChange: { Action: 'Add', LogicalResourceId: 'One', ResourceType: 'AWS::SSM::Parameter' },
        },
      ],
    });
    const { Summaries } = await cloudformation.send(new ListChangeSetsCommand({ StackName: 'Stack' }));
    expect(Summaries).toMatchObject([{ ChangeSetName: 'next', StackId }]);
    const { TemplateBody } = await cloudformation.send(
      new GetTemplateCommand({ StackName: 'Stack', ChangeSetName: 'next' }),
    );
    expect(TemplateBody).toBe(one('a'));

    await execute('Stack');
    expect(await describeStack('Stack')).toMatchObject({ StackId, StackStatus: 'CREATE_COMPLETE' });
    expect(await read('/one')).toBe('a');
    const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'Stack' }));
    const own = StackEvents.filter(({ LogicalResourceId }) => LogicalResourceId === 'Stack').reverse();
    expect(own.map(({ ResourceStatus }) => ResourceStatus)).toEqual([
      'REVIEW_IN_PROGRESS',
      'CREATE_IN_PROGRESS',
      'CREATE_COMPLETE',
    ]);
  });

  test('a stack in review is deleted with its change sets', async () => {
    const { Id, StackId } = await prepare('Stack', one('a'), { ChangeSetType: 'CREATE' });
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Stack' }));
    expect(await describeStack(StackId ?? '')).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    await expect(cloudformation.send(new DescribeChangeSetCommand({ ChangeSetName: Id ?? '' }))).rejects.toMatchObject({
      name: 'ChangeSetNotFoundException',
      message: `ChangeSet [${Id}] does not exist`,
    });
  });

  test('a stack in review can be created directly: its change sets are obsolete', async () => {
    const { Id, StackId } = await prepare('Stack', one('a'), { ChangeSetType: 'CREATE' });
    await create('Stack', one('b'));
    expect(await describeStack('Stack')).toMatchObject({ StackId, StackStatus: 'CREATE_COMPLETE' });
    expect(await describeSet('Stack')).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'OBSOLETE' });
    await expect(execute('Stack')).rejects.toMatchObject({
      name: 'InvalidChangeSetStatusException',
      message: `ChangeSet [${Id}] cannot be executed in its current execution status of [OBSOLETE]`,
    });
  });

  test('is executed once; the other change sets of the stack are gone', async () => {
    await create('Stack', one('a'));
    const { Id } = await prepare('Stack', one('b'));
    await prepare('Stack', one('c'), { ChangeSetName: 'other' });
    await execute('Stack');
    expect(await describeStack('Stack')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await read('/one')).toBe('b');
    expect(await describeSet('Stack')).toMatchObject({ ExecutionStatus: 'EXECUTE_COMPLETE' });
    await expect(execute('Stack')).rejects.toThrow(
      `ChangeSet [${Id}] cannot be executed in its current execution status of [EXECUTE_COMPLETE]`,
    );
    const { Summaries } = await cloudformation.send(new ListChangeSetsCommand({ StackName: 'Stack' }));
    expect(Summaries ?? []).toEqual([]);
    await expect(describeSet('Stack', { ChangeSetName: 'other' })).rejects.toThrow('ChangeSet [other] does not exist');
  });

  test('one without changes fails in the words that clients match, and cannot be executed', async () => {
    await create('Stack', one('a'));
    const { Id } = await prepare('Stack', one('a'));
    expect(await describeSet('Stack')).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await expect(execute('Stack')).rejects.toMatchObject({
      name: 'InvalidChangeSetStatusException',
      message: `ChangeSet [${Id}] cannot be executed in its current status of [FAILED]`,
    });
    await cloudformation.send(new DeleteChangeSetCommand({ StackName: 'Stack', ChangeSetName: 'next' }));
    await cloudformation.send(new DeleteChangeSetCommand({ StackName: 'Stack', ChangeSetName: 'next' }));
  });

  const before = template(
    {
      Replaced: parameter({ Name: '/replaced', Value: 'a' }, { UpdateReplacePolicy: 'Retain' }),
      Updated: parameter({ Name: '/updated', Value: { Ref: 'Given' } }),
      ReadsId: parameter({ Name: '/id', Value: { Ref: 'Replaced' } }),
      ReadsValue: parameter({ Name: '/value', Value: { 'Fn::Sub': 'of ${Updated.Value}' } }),
      ReadsUpdatedId: parameter({ Name: '/same', Value: { Ref: 'Updated' } }),
      Labeled: parameter({ Name: '/labeled', Value: 'x', Tags: { Owner: 'a' } }, { Metadata: { Note: 'a' } }),
      Removed: parameter({ Name: '/removed', Value: 'x' }, { DeletionPolicy: 'Retain' }),
    },
    { Parameters: { Given: { Type: 'String', Default: 'a' } } },
  );
  const after = template(
    {
      Replaced: parameter({ Name: '/replaced-2', Value: 'b' }, { UpdateReplacePolicy: 'Retain' }),
      Updated: parameter({ Name: '/updated', Value: { Ref: 'Given' } }),
      ReadsId: parameter({ Name: '/id', Value: { Ref: 'Replaced' } }),
      ReadsValue: parameter({ Name: '/value', Value: { 'Fn::Sub': 'of ${Updated.Value}' } }),
      ReadsUpdatedId: parameter({ Name: '/same', Value: { Ref: 'Updated' } }),
      Labeled: parameter({ Name: '/labeled', Value: 'x', Tags: { Owner: 'b' } }, { Metadata: { Note: 'b' } }),
      New: parameter({ Name: '/new', Value: { 'Fn::GetAtt': ['Replaced', 'Value'] } }),
    },
    { Parameters: { Given: { Type: 'String', Default: 'a' } } },
  );

  test('says what is added, changed, replaced and removed, and why', async () => {
    await create('Stack', before);
    await prepare('Stack', after, { Parameters: [{ ParameterKey: 'Given', ParameterValue: 'b' }] });
    const { Changes, Parameters } = await describeSet('Stack');
    expect(lines(Changes)).toEqual([
      'Modify Labeled False; Tags Never Static DirectModification; Metadata Never Static DirectModification',
      'Add New',
      'Modify ReadsId False; Value Never Static ResourceReference Replaced',
      'Modify ReadsValue False; Value Never Dynamic ResourceAttribute Updated.Value',
      'Remove Removed Retain',
      'Modify Replaced True ReplaceAndRetain; Name Always Static DirectModification; Value Never Static DirectModification',
      'Modify Updated False; Value Never Static ParameterReference Given; Value Never Dynamic DirectModification',
    ]);
    expect(Changes?.[0]?.ResourceChange?.Scope).toEqual(['Tags', 'Metadata']);
    expect(Parameters).toEqual([{ ParameterKey: 'Given', ParameterValue: 'b' }]);
    await execute('Stack');
    expect(await describeStack('Stack')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  test('shows values where asked, and what is known only afterwards', async () => {
    // The other test retains some of its resources.
    const renamed = (text: string): string => text.replaceAll('"/', '"/second/');
    await create('Stack', renamed(before));
    await prepare('Stack', renamed(after), { Parameters: [{ ParameterKey: 'Given', ParameterValue: 'b' }] });
    const { Changes = [] } = await describeSet('Stack', { IncludePropertyValues: true });
    const change = (name: string) =>
      Changes.find(({ ResourceChange }) => ResourceChange?.LogicalResourceId === name)?.ResourceChange;
    expect(change('New')).toMatchObject({
      Replacement: 'True',
      AfterContext: JSON.stringify({
        Properties: { Type: 'String', Name: '/second/new', Value: '{{changeSet:KNOWN_AFTER_APPLY}}' },
      }),
    });
    expect(change('ReadsId')).toMatchObject({
      BeforeContext: JSON.stringify({ Properties: { Type: 'String', Name: '/second/id', Value: '/second/replaced' } }),
      Details: [
        { ChangeSource: 'ResourceReference', CausingEntity: 'Replaced' },
        {
          ChangeSource: 'DirectModification',
          Evaluation: 'Dynamic',
          Target: {
            Path: '/Properties/Value',
            BeforeValue: '/second/replaced',
            AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}',
            AttributeChangeType: 'Modify',
          },
        },
      ],
    });
  });

  test('hides values of parameters with NoEcho', async () => {
    const secret = template(
      { One: parameter({ Name: '/one', Value: { 'Fn::Sub': 'key ${Given}' } }) },
      { Parameters: { Given: { Type: 'String', NoEcho: true } } },
    );
    await create('Stack', secret, { Parameters: [{ ParameterKey: 'Given', ParameterValue: 'first-secret' }] });
    await prepare('Stack', secret, { Parameters: [{ ParameterKey: 'Given', ParameterValue: 'second-secret' }] });
    const description = await describeSet('Stack', { IncludePropertyValues: true });
    expect(JSON.stringify(description)).not.toMatch(/first-secret|second-secret/);
    expect(description.Changes?.[0]?.ResourceChange?.Details?.[0]?.Target?.AfterValue).toBe('key ****');
  });

  test('reads a template by its URL on the endpoint of the account', async () => {
    await s3.send(
      new CreateBucketCommand({ Bucket: 'templates', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'a folder/one.json', Body: one('a') }));
    await prepare('Stack', '', {
      ChangeSetType: 'CREATE',
      TemplateBody: undefined,
      TemplateURL: `${host.platform.endpoint}/templates/a%20folder/one.json`,
    });
    expect(await describeSet('Stack')).toMatchObject({ Status: 'CREATE_COMPLETE' });
  });

  test('the same token gets the same change set, another request under the name none', async () => {
    await create('Stack', one('a'));
    const first = await prepare('Stack', one('b'), { ClientToken: 'token' });
    expect(await prepare('Stack', one('b'), { ClientToken: 'token' })).toMatchObject({ Id: first.Id });
    await expect(prepare('Stack', one('c'))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: 'ChangeSet next cannot be created due to a mismatch with existing attribute Template',
    });
  });

  test('a direct update makes it obsolete', async () => {
    await create('Stack', one('a'));
    await prepare('Stack', one('b'));
    await cloudformation.send(new UpdateStackCommand({ StackName: 'Stack', TemplateBody: one('c') }));
    await running.service.settled();
    expect(await describeSet('Stack')).toMatchObject({ ExecutionStatus: 'OBSOLETE' });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['an update of no stack', () => prepare('Nothing', one('a')), 'Stack [Nothing] does not exist'],
    [
      'the creation of a stack that exists',
      () => prepare('Stack', one('a'), { ChangeSetType: 'CREATE' }),
      'Stack [Stack] already exists and cannot be created again with the changeSet [next].',
    ],
    [
      'a name without its stack',
      () => cloudformation.send(new DescribeChangeSetCommand({ ChangeSetName: 'next' })),
      'StackName must be specified if ChangeSetName is not specified as an ARN.',
    ],
    [
      'a change set of no stack',
      () => cloudformation.send(new DeleteChangeSetCommand({ StackName: 'Nothing', ChangeSetName: 'next' })),
      'Stack [Nothing] does not exist',
    ],
    [
      'an import',
      () => prepare('Stack', one('b'), { ChangeSetType: 'IMPORT' }),
      'ChangeSetType IMPORT is not supported by the local account',
    ],
    [
      'to revert drift',
      () => prepare('Stack', one('b'), { DeploymentMode: 'REVERT_DRIFT' }),
      'DeploymentMode is not supported by the local account',
    ],
  ])('refuses %s', async (_, request, message) => {
    await create('Stack', one('a'));
    await expect(request()).rejects.toMatchObject({ name: 'ValidationError', message });
  });
});
