import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Parameter,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { fillPlaceholders } from '../assembly/assets';
import type { AssemblyStack, CloudAssembly } from '../assembly/cloud-assembly';
import { urlSuffix } from '../assembly/scope';
import { BOOTSTRAP_STACK, bootstrapParameters, bootstrapTemplate } from './bootstrap';
import { credentialsOf, type Place } from './cdk-roles';
import { publish } from './publish';

const POLL = 5000;
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;

export type DeployProgress =
  | { readonly phase: 'assets'; readonly done: number; readonly total: number; readonly name: string }
  | { readonly phase: 'stack'; readonly stack: string; readonly status: string; readonly resources: number };

export interface DeployOptions {
  readonly progress?: (progress: DeployProgress) => void;
  /** What happens just before a stack is deleted. @default nothing */
  readonly beforeDeletion?: (stackName: string) => Promise<void>;
}

/** The outputs of stacks: by stack name, then by output key. */
export type StackOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** `cdk bootstrap`: does nothing when it was done before. */
export async function bootstrap(platform: Place): Promise<void> {
  await withClient(platform, async (client) => {
    if (await find(client, BOOTSTRAP_STACK)) {
      return;
    }
    await change(client, platform, undefined, {
      StackName: BOOTSTRAP_STACK,
      TemplateBody: bootstrapTemplate(),
      Parameters: bootstrapParameters,
      Capabilities: [...CAPABILITIES],
    });
    await finished(client, platform, BOOTSTRAP_STACK, {});
  });
}

/**
 * `cdk deploy --all` of an assembly, with the calls and the roles of the CLI: the operator takes CDK's publishing role
 * for the assets, then its deploy role, which passes the execution role and creates or updates the stacks in order by
 * change sets.
 */
export async function deploy(
  assembly: CloudAssembly,
  platform: Place,
  options: DeployOptions = {},
): Promise<StackOutputs> {
  await bootstrap(platform);
  await publish(assembly.stacks, platform, (done, total, name) =>
    options.progress?.({ phase: 'assets', done, total, name }),
  );
  const outputs = new Map<string, Record<string, string>>();
  for (const stack of assembly.stacks) {
    outputs.set(
      stack.stackName,
      await withClient(
        platform,
        (client) => deployStack(client, stack, platform, options),
        await credentialsOf(stack.deployRoleArn, platform),
      ),
    );
  }
  return outputs;
}

/** `cdk destroy --all`: deletes the stacks, the last first. */
export async function destroy(assembly: CloudAssembly, platform: Place, options: DeployOptions = {}): Promise<void> {
  for (const stack of [...assembly.stacks].reverse()) {
    const { stackName, executionRoleArn } = stack;
    await options.beforeDeletion?.(stackName);
    const destroyOne = async (client: CloudFormationClient): Promise<void> => {
      const existing = await find(client, stackName);
      if (existing) {
        const RoleARN = executionRoleArn && fillPlaceholders(executionRoleArn, platform);
        await client.send(new DeleteStackCommand({ StackName: stackName, RoleARN }));
        // Once it is gone only its id still names it.
        await finished(client, platform, existing.StackId ?? stackName, options);
      }
    };
    await withClient(platform, destroyOne, await credentialsOf(stack.deployRoleArn, platform));
  }
}

async function deployStack(
  client: CloudFormationClient,
  stack: AssemblyStack,
  platform: Place,
  options: DeployOptions,
): Promise<Record<string, string>> {
  const existing = await find(client, stack.stackName);
  const input = {
    StackName: stack.stackName,
    ...templateSource(stack, platform),
    RoleARN: stack.executionRoleArn && fillPlaceholders(stack.executionRoleArn, platform),
    Capabilities: [...CAPABILITIES],
    Parameters: parametersOf(stack, existing),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
  };
  await change(client, platform, existing, input);
  const { Outputs = [] } = await finished(client, platform, stack.stackName, options);
  return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']));
}

/** Creates or updates a stack by a change set, as the CLI does; one without changes is deleted. */
async function change(
  client: CloudFormationClient,
  { clock }: Place,
  existing: Stack | undefined,
  input: Omit<CreateChangeSetCommandInput, 'ChangeSetName' | 'ChangeSetType'>,
): Promise<void> {
  const { StackName } = input;
  const ChangeSetName = 'cdk-deploy-change-set';
  const creation = existing === undefined || existing.StackStatus === 'REVIEW_IN_PROGRESS';
  if (!creation) await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
  await client.send(
    new CreateChangeSetCommand({ ...input, ChangeSetName, ChangeSetType: creation ? 'CREATE' : 'UPDATE' }),
  );
  for (;;) {
    const made = await client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
    const { Status = '', StatusReason = '' } = made;
    if (Status === 'CREATE_COMPLETE') break;
    if (Status === 'FAILED') {
      await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
      if (StatusReason.includes("didn't contain changes")) return;
      throw new Error(`${StackName}: ${StatusReason}`);
    }
    await clock.sleep(POLL);
  }
  await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
}

/**
 * Parameter values from the assembly. Every other parameter of an existing stack keeps its value, as with `cdk deploy`
 * without `--no-previous-parameters`.
 *
 * AWS: cloudformation/cdk-keeps-parameter-values
 */
function parametersOf(stack: AssemblyStack, existing: Stack | undefined): Parameter[] {
  const { Parameters: formal = {} } = JSON.parse(readFileSync(stack.templateFile, 'utf8')) as {
    Parameters?: Record<string, unknown>;
  };
  const before = new Set(existing?.Parameters?.map(({ ParameterKey }) => ParameterKey));
  return Object.keys(formal).flatMap((ParameterKey): Parameter[] => {
    const ParameterValue = stack.parameters[ParameterKey];
    if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
    return before.has(ParameterKey) ? [{ ParameterKey, UsePreviousValue: true }] : [];
  });
}

/** Templates go through the staging bucket, because they may exceed what a call takes. */
function templateSource(stack: AssemblyStack, platform: Place): { TemplateURL: string } | { TemplateBody: string } {
  const place = stack.templateUrl && fillPlaceholders(stack.templateUrl, platform);
  const match = place ? /^s3:\/\/([^/]+)\/(.+)$/.exec(place) : undefined;
  return match
    ? { TemplateURL: `https://s3.${platform.region}.${urlSuffix(platform.partition)}/${match[1]}/${match[2]}` }
    : { TemplateBody: readFileSync(stack.templateFile, 'utf8') };
}

/** Waits until the operation ends. Throws with the causes unless it succeeded. */
async function finished(
  client: CloudFormationClient,
  platform: Place,
  name: string,
  { progress }: DeployOptions,
): Promise<Stack> {
  for (;;) {
    const stack = await find(client, name);
    if (!stack) {
      throw new Error(`${name}: the stack is gone`);
    }
    const { StackStatus: status = '', StackName: stackName = name } = stack;
    let resources = 0;
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name })) {
      resources += StackResourceSummaries.filter(({ ResourceStatus }) =>
        /(CREATE|UPDATE)_COMPLETE$/.test(ResourceStatus ?? ''),
      ).length;
    }
    progress?.({ phase: 'stack', stack: stackName, status, resources });
    if (!status.endsWith('_IN_PROGRESS')) {
      if (!['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'].includes(status)) {
        throw new Error(`${stackName}: ${status}${await causes(client, name)}`);
      }
      return stack;
    }
    await platform.clock.sleep(POLL);
  }
}

/** The failures since the operation began, the first cause first. */
async function causes(client: CloudFormationClient, name: string): Promise<string> {
  const events: StackEvent[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: name })) {
    events.push(...StackEvents);
  }
  const begun = events.findIndex(({ ResourceStatusReason }) => ResourceStatusReason === 'User Initiated');
  return events
    .slice(0, begun < 0 ? undefined : begun + 1)
    .filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
    .reverse()
    .map(
      ({ LogicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason }) =>
        `\n  ${LogicalResourceId} (${ResourceType}) ${ResourceStatus}: ${ResourceStatusReason ?? ''}`,
    )
    .join('');
}

async function find(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0];
  } catch (error) {
    if ((error as Error).message.includes('does not exist')) {
      return undefined;
    }
    throw error;
  }
}

async function withClient<T>(
  platform: Place,
  work: (client: CloudFormationClient) => Promise<T>,
  credentials = platform.administrator,
): Promise<T> {
  const { endpoint, region } = platform;
  const client = new CloudFormationClient({ endpoint, region, credentials });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
