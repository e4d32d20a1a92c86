import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand, DescribeResourcePoliciesCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeNetworkInterfacesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import {
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelPackageGroupsCommand,
  ListModelsCommand,
  ListPipelinesCommand,
  ListTransformJobsCommand,
} from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import type { CommandDefinition } from '../command';
import { type OperatorContext, optionalStackNames, stackNames } from '../context';
import { isNotFound } from '../errors';
import type { Output } from '../output';

export interface TeardownResult {
  /** What is left, by kind. */
  readonly left: readonly { readonly kind: string; readonly name: string }[];
  /** What AWS keeps, deletes later, or shares with others in the account; it costs nothing. */
  readonly expected: readonly { readonly kind: string; readonly name: string }[];
}

type Look = (context: OperatorContext) => Promise<string[]>;

/** Names that the workflow sets, or that CloudFormation derives from the stacks' names. */
const looks: readonly (readonly [kind: string, look: Look])[] = [
  ['stack', stacks],
  [
    'bucket',
    async ({ clients, stackPrefix }) =>
      names((await clients.s3.send(new ListBucketsCommand({}))).Buckets, 'Name').filter(startsWith(stackPrefix)),
  ],
  [
    'endpoint',
    async ({ clients, prefix }) =>
      names(
        (await clients.sagemaker.send(new ListEndpointsCommand({ NameContains: prefix }))).Endpoints,
        'EndpointName',
      ),
  ],
  // CloudFormation derives these names from the logical ids only.
  [
    'endpoint configuration',
    async ({ clients }) =>
      names(
        (await clients.sagemaker.send(new ListEndpointConfigsCommand({ NameContains: 'LiveEndpointConfig' })))
          .EndpointConfigs,
        'EndpointConfigName',
      ),
  ],
  [
    'model',
    async ({ clients }) =>
      names((await clients.sagemaker.send(new ListModelsCommand({ NameContains: 'LiveModel' }))).Models, 'ModelName'),
  ],
  [
    'model package group',
    async ({ clients, prefix }) =>
      names(
        (await clients.sagemaker.send(new ListModelPackageGroupsCommand({ NameContains: prefix })))
          .ModelPackageGroupSummaryList,
        'ModelPackageGroupName',
      ),
  ],
  [
    'pipeline',
    async ({ clients, prefix }) =>
      names(
        (await clients.sagemaker.send(new ListPipelinesCommand({ PipelineNamePrefix: prefix }))).PipelineSummaries,
        'PipelineName',
      ),
  ],
  ['state machine', stateMachines],
  [
    'parameter',
    async ({ clients, prefix }) =>
      names(
        (
          await clients.ssm.send(
            new DescribeParametersCommand({
              ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: [`/${prefix}/`] }],
            }),
          )
        ).Parameters,
        'Name',
      ),
  ],
  [
    'alarm',
    async ({ clients, stackPrefix }) =>
      names(
        (await clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: `${stackPrefix}-` }))).MetricAlarms,
        'AlarmName',
      ),
  ],
  ['log group', logGroups],
  ['network interface', networkInterfaces],
];

/** Lists what is left of the workflow in this account and region. Deletes nothing. */
export async function verifyTeardown(
  context: OperatorContext,
  _: Record<string, never>,
  output: Output,
): Promise<TeardownResult> {
  const left: { kind: string; name: string }[] = [];
  for (const [kind, look] of looks) {
    const found = await look(context);
    output.line(`${found.length === 0 ? 'gone' : 'LEFT'}  ${kind}${found.length === 0 ? '' : `: ${found.join(', ')}`}`);
    left.push(...found.map((name) => ({ kind, name })));
  }
  const keys = await pendingKeys(context);
  const expected = keys.map((name) => ({ kind: 'key pending deletion', name }));
  for (const one of expected)
    output.line(`wait  ${one.kind}: ${one.name} (no charge; AWS deletes it after its waiting period)`);
  const records = await transformRecords(context);
  for (const name of records)
    output.line(`stay  transform job record: ${name} (no charge; AWS has no call that deletes it)`);
  expected.push(...records.map((name) => ({ kind: 'transform job record', name })));
  const shared = await sharedByStateMachines(context);
  for (const { kind, name } of shared)
    output.line(`stay  ${kind}: ${name} (no charge; AWS made it for all state machines of this account and region)`);
  expected.push(...shared);
  output.line();
  if (left.some(({ kind, name }) => kind === 'state machine' && name.includes('running')))
    output.line(
      'AWS deletes a state machine once its executions have ended. To stop one: aws stepfunctions stop-execution --execution-arn <ARN>',
    );
  if (left.some(({ kind, name }) => kind === 'stack' && name.includes('-Serving '))) {
    output.line(
      `${context.stackPrefix}-Serving is left. A stack is deleted as the role that last changed it, which for this one is a role of ${context.stackPrefix}-Release. \`npx cdk destroy\` names another role; where the stack is deleted otherwise and that role is gone, name one: aws cloudformation delete-stack --stack-name ${context.stackPrefix}-Serving --role-arn <the ARN of cdk-hnb659fds-cfn-exec-role-...>`,
    );
  }
  output.line(
    left.length === 0
      ? 'Nothing is left that costs money.'
      : 'Something is left. Run `npx cdk destroy --all` again; what it does not own, delete in the console.',
  );
  return { left, expected };
}

async function stacks({ clients, stackPrefix }: OperatorContext): Promise<string[]> {
  const found: string[] = [];
  for (const name of [...stackNames, ...optionalStackNames]) {
    try {
      const { Stacks } = await clients.cloudformation.send(
        new DescribeStacksCommand({ StackName: `${stackPrefix}-${name}` }),
      );
      for (const stack of Stacks ?? []) {
        if (stack.StackStatus !== 'DELETE_COMPLETE')
          found.push(`${stack.StackName ?? name} (${stack.StackStatus ?? 'Unknown'})`);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return found;
}

/** A deleted state machine exists until its executions have ended, and its stack waits for that. */
// AWS: step-functions/machines-are-deleted-with-their-last-execution
async function stateMachines({ clients, prefix }: OperatorContext): Promise<string[]> {
  const found: string[] = [];
  const { stateMachines: all = [] } = await clients.sfn.send(new ListStateMachinesCommand({}));
  for (const { name = '', stateMachineArn } of all.filter((one) => startsWith(prefix)(one.name ?? ''))) {
    const { executions = [] } = await clients.sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );
    const running = executions.map(({ executionArn }) => executionArn).join(', ');
    found.push(running === '' ? name : `${name} (running: ${running})`);
  }
  return found;
}

/** What Step Functions made for its state machines, and leaves: other state machines may need it. */
// AWS: step-functions/leaves-what-its-machines-share
async function sharedByStateMachines({ clients }: OperatorContext): Promise<{ kind: string; name: string }[]> {
  const { Rules } = await clients.events.send(
    new ListRulesCommand({ NamePrefix: 'StepFunctionsGetEventsForSageMaker' }),
  );
  const { resourcePolicies } = await clients.logs.send(new DescribeResourcePoliciesCommand({}));
  return [
    ...names(Rules, 'Name').map((name) => ({ kind: 'managed rule', name })),
    ...names(resourcePolicies, 'policyName')
      .filter((name) => name === 'AWSLogDeliveryWrite20150319')
      .map((name) => ({ kind: 'log resource policy', name })),
  ];
}

/** Log groups that SageMaker, Lambda and Step Functions create themselves; deleting a stack does not remove them. */
async function logGroups({ clients, stackPrefix, prefix }: OperatorContext): Promise<string[]> {
  const found: string[] = [];
  const places = [
    `/aws/sagemaker/Endpoints/${prefix}`,
    `/aws/lambda/${stackPrefix}`,
    `/aws/vendedlogs/states/${prefix}`,
    `${stackPrefix}-`,
  ];
  for (const logGroupNamePrefix of places) {
    const { logGroups: groups } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
    found.push(...names(groups, 'logGroupName'));
  }
  return found;
}

async function networkInterfaces({ clients, stackPrefix }: OperatorContext): Promise<string[]> {
  const { Vpcs } = await clients.ec2.send(
    new DescribeVpcsCommand({
      Filters: [{ Name: 'tag:aws:cloudformation:stack-name', Values: [`${stackPrefix}-Foundation`] }],
    }),
  );
  const ids = names(Vpcs, 'VpcId');
  if (ids.length === 0) return [];
  const { NetworkInterfaces } = await clients.ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: ids }] }),
  );
  return (NetworkInterfaces ?? []).map((one) => `${one.NetworkInterfaceId ?? ''} (${one.Description ?? ''})`);
}

async function pendingKeys({ clients }: OperatorContext): Promise<string[]> {
  const found: string[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.kms.send(new ListKeysCommand({ Limit: 100, Marker: marker }));
    for (const { KeyId } of page.Keys ?? []) {
      const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata?.KeyState === 'PendingDeletion')
        found.push(`${KeyId ?? ''} until ${KeyMetadata.DeletionDate?.toISOString().slice(0, 10) ?? '?'}`);
    }
    marker = page.NextMarker;
  } while (marker !== undefined);
  return found;
}

/**
 * Deleting the Training stack removes the records of the other jobs. The lineage entities that SageMaker created for
 * the jobs also stay; they are not listed.
 */
// AWS: sagemaker-jobs/records-of-jobs-stay
async function transformRecords({ clients, prefix }: OperatorContext): Promise<string[]> {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.sagemaker.send(
      new ListTransformJobsCommand({ NameContains: `${prefix}-`, MaxResults: 100, NextToken }),
    );
    found.push(...names(page.TransformJobSummaries, 'TransformJobName').filter(startsWith(prefix)));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
}

function names<T>(list: readonly T[] | undefined, key: keyof T): string[] {
  return (list ?? []).map((one) => String(one[key]));
}

/** CloudFormation writes the stack's name in lower case where the service requires it. */
function startsWith(prefix: string): (name: string) => boolean {
  return (name) => name.toLowerCase().startsWith(`${prefix.toLowerCase()}-`);
}

export const verifyTeardownCommand: CommandDefinition<Record<string, never>, TeardownResult> = {
  name: 'verify-teardown',
  summary: 'list what is left after `cdk destroy --all`',
  description:
    'Looks for everything that the workflow creates, also what jobs made at run time. Exit code 1 if anything is left that could cost money.',
  configure: () => undefined,
  examples: [['verify-teardown', 'after `npx cdk destroy --all`']],
  parse: () => ({}),
  run: verifyTeardown,
  succeeded: (result) => result.left.length === 0,
};
