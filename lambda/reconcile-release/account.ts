import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ListModelPackagesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ExecutionAlreadyExists, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

import { type ReleaseState, versionOf } from './reconcile';

export interface Names {
  readonly modelPackageGroupName: string;
  readonly parameterName: string;
  readonly provenParameterName: string;
  /** Only where an idle endpoint is removed. */
  readonly stateParameterName?: string;
  /** Keys of parameters of the Serving stack. */
  readonly approvedKey: string;
  readonly stateKey?: string;
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
    const [packages, parameter, proven, endpoint, stacks, executions] = await Promise.all([
      this.sagemaker.send(
        new ListModelPackagesCommand({
          ModelPackageGroupName: names.modelPackageGroupName,
          ModelApprovalStatus: 'Approved',
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: 20,
        }),
      ),
      this.parameterValue(names.parameterName),
      this.parameterValue(names.provenParameterName),
      names.stateParameterName === undefined ? undefined : this.parameterValue(names.stateParameterName),
      this.cloudformation.send(new DescribeStacksCommand({ StackName: names.servingStackName })),
      // Newest first; a day has far fewer than a hundred releases.
      this.sfn.send(new ListExecutionsCommand({ stateMachineArn: names.stateMachineArn, maxResults: 100 })),
    ]);
    const approved = packages.ModelPackageSummaryList?.find(
      (one) => one.ModelPackageStatus === 'Completed',
    )?.ModelPackageArn;
    const [stack] = stacks.Stacks ?? [];
    const parameterValue = (key: string | undefined) =>
      stack?.Parameters?.find((one) => one.ParameterKey === key)?.ParameterValue;
    const deployed = parameterValue(names.approvedKey);
    const deployedEndpoint = parameterValue(names.stateKey);
    if (stack?.StackStatus === undefined || deployed === undefined) {
      throw new Error(`The stack ${names.servingStackName} has no parameter ${names.approvedKey}`);
    }
    const since = now.getTime() - dayMilliseconds;
    return {
      running: (executions.executions ?? []).filter((one) => one.status === 'RUNNING').length,
      approved,
      parameter: parameter ?? 'none',
      deployed,
      proven: proven ?? 'none',
      ...(endpoint === undefined || deployedEndpoint === undefined
        ? {}
        : { endpoint: { parameter: endpoint, deployed: deployedEndpoint } }),
      stackStatus: stack.StackStatus,
      attempts:
        approved === undefined
          ? 0
          : (executions.executions ?? []).filter(
              (one) => one.name?.startsWith(namePrefix(approved)) && (one.startDate?.getTime() ?? 0) > since,
            ).length,
    };
  }

  async putParameter(value: string): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name: this.names.parameterName, Value: value, Overwrite: true }));
  }

  async putEndpointState(value: string): Promise<void> {
    await this.ssm.send(
      new PutParameterCommand({ Name: this.names.stateParameterName, Value: value, Overwrite: true }),
    );
  }

  private async parameterValue(Name: string): Promise<string | undefined> {
    return (await this.ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
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
