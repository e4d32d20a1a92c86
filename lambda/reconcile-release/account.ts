import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { paginateListModelPackages, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ExecutionAlreadyExists, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

import { type ReleaseState, versionOf } from './reconcile';

export interface Names {
  readonly modelPackageGroupName: string;
  readonly parameterName: string;
  readonly provenParameterName: string;
  /** Key of the Serving stack's parameter with the approved version. */
  readonly approvedKey: string;
  /** Only where an idle endpoint is removed: the SSM parameter that says so, and the key of the stack's. */
  readonly endpointState?: { readonly parameterName: string; readonly key: string };
  readonly servingStackName: string;
  readonly stateMachineArn: string;
  readonly metricNamespace: string;
}

const dayMilliseconds = 86_400_000;

/** What the reconciler reads and changes in the account. */
export class Account {
  private readonly sagemaker = new SageMakerClient({});
  private readonly ssm = new SSMClient({});
  private readonly cloudformation = new CloudFormationClient({});
  private readonly sfn = new SFNClient({});
  private readonly cloudwatch = new CloudWatchClient({});

  constructor(private readonly names: Names) {}

  async state(now: Date): Promise<ReleaseState> {
    const { names } = this;
    const [approved, parameter, proven, endpoint, stacks, { executions }] = await Promise.all([
      this.newestApproved(),
      this.parameterValue(names.parameterName),
      this.parameterValue(names.provenParameterName),
      names.endpointState === undefined ? undefined : this.parameterValue(names.endpointState.parameterName),
      this.cloudformation.send(new DescribeStacksCommand({ StackName: names.servingStackName })),
      // Newest first; a day has far fewer than a hundred releases.
      this.sfn.send(new ListExecutionsCommand({ stateMachineArn: names.stateMachineArn, maxResults: 100 })),
    ]);
    // No list is not an empty list: a second release could start next to the one that runs.
    if (executions === undefined) throw new Error(`Step Functions lists no executions of ${names.stateMachineArn}`);
    const stack = stacks.Stacks?.[0];
    if (stack?.StackStatus === undefined)
      throw new Error(`CloudFormation gives no status of the stack ${names.servingStackName}`);
    const deployedValue = (key: string): string => {
      const value = stack.Parameters?.find((one) => one.ParameterKey === key)?.ParameterValue;
      if (value === undefined) throw new Error(`The stack ${names.servingStackName} has no parameter ${key}`);
      return value;
    };
    const since = now.getTime() - dayMilliseconds;
    return {
      running: executions.filter((one) => one.status === 'RUNNING').length,
      approved,
      parameter,
      deployed: deployedValue(names.approvedKey),
      proven,
      ...(endpoint === undefined || names.endpointState === undefined
        ? {}
        : { endpoint: { parameter: endpoint, deployed: deployedValue(names.endpointState.key) } }),
      stackStatus: stack.StackStatus,
      attempts:
        approved === undefined
          ? 0
          : executions.filter(
              (one) => one.name?.startsWith(namePrefix(approved)) && (one.startDate?.getTime() ?? 0) > since,
            ).length,
    };
  }

  async putParameter(value: string): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name: this.names.parameterName, Value: value, Overwrite: true }));
  }

  async putEndpointState(value: string): Promise<void> {
    await this.ssm.send(
      new PutParameterCommand({ Name: this.names.endpointState?.parameterName, Value: value, Overwrite: true }),
    );
  }

  private async parameterValue(Name: string): Promise<string> {
    const value = (await this.ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
    if (value === undefined) throw new Error(`The parameter ${Name} has no value`);
    return value;
  }

  /** A page of a filtered list may be empty although another one follows. */
  private async newestApproved(): Promise<string | undefined> {
    const pages = paginateListModelPackages(
      { client: this.sagemaker },
      {
        ModelPackageGroupName: this.names.modelPackageGroupName,
        ModelApprovalStatus: 'Approved',
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: 20,
      },
    );
    for await (const { ModelPackageSummaryList: summaries } of pages) {
      if (summaries === undefined)
        throw new Error(`SageMaker lists no model packages of ${this.names.modelPackageGroupName}`);
      const completed = summaries.find((one) => one.ModelPackageStatus === 'Completed');
      if (completed !== undefined) return completed.ModelPackageArn;
    }
    return undefined;
  }

  /** The execution's name contains the schedule's time: a second delivery of the same event starts no second release. */
  async startRelease(packageArn: string, rollback: boolean, at: Date): Promise<void> {
    try {
      await this.sfn.send(
        new StartExecutionCommand({
          stateMachineArn: this.names.stateMachineArn,
          name: `${namePrefix(packageArn)}${at.toISOString().replace(/[-:.]/g, '')}`,
          input: JSON.stringify({ reconciled: true, rollback, detail: { ModelPackageArn: packageArn } }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  /** Publishes 0 as well: missing data means that the reconciler does not run (alarm ReconcilerSilent). */
  async publish(needsPerson: boolean): Promise<void> {
    await this.cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: this.names.metricNamespace,
        MetricData: [
          {
            MetricName: 'NeedsPerson',
            Value: needsPerson ? 1 : 0,
            Unit: 'Count',
            Dimensions: [{ Name: 'ModelPackageGroup', Value: this.names.modelPackageGroupName }],
          },
        ],
      }),
    );
  }
}

function namePrefix(packageArn: string): string {
  return `reconcile-version-${versionOf(packageArn)}-`;
}
