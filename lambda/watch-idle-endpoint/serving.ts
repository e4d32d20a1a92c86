import { CloudFormationClient, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

export interface Names {
  readonly stackName: string;
  readonly stateParameterName: string;
  /** Key of the stack parameter with the same value. */
  readonly stateKey: string;
  readonly deploymentRoleArn: string;
  readonly releaseStateMachineArn: string;
  readonly topicArn: string;
}

/** The calls to the Serving stack that remove its endpoint. */
export class Serving {
  private readonly cloudformation = new CloudFormationClient({});
  private readonly ssm = new SSMClient({});
  private readonly sfn = new SFNClient({});
  private readonly sns = new SNSClient({});

  constructor(private readonly names: Names) {}

  async surroundings(): Promise<{
    readonly stackStatus: string;
    readonly releases: number;
    readonly parameterKeys: readonly string[];
  }> {
    const [stacks, running] = await Promise.all([
      this.cloudformation.send(new DescribeStacksCommand({ StackName: this.names.stackName })),
      this.sfn.send(
        new ListExecutionsCommand({ stateMachineArn: this.names.releaseStateMachineArn, statusFilter: 'RUNNING' }),
      ),
    ]);
    const stack = stacks.Stacks?.[0];
    // No list is not an empty list: a release may be running.
    if (running.executions === undefined)
      throw new Error(`Step Functions lists no executions of ${this.names.releaseStateMachineArn}`);
    return {
      stackStatus: stack?.StackStatus ?? 'unknown',
      releases: running.executions.length,
      parameterKeys: (stack?.Parameters ?? []).flatMap(({ ParameterKey }) => ParameterKey ?? []),
    };
  }

  /**
   * As in a release: first the SSM parameter, then an update of the stack with its previous template and one new value.
   */
  async removeEndpoint(parameterKeys: readonly string[]): Promise<void> {
    await this.put('removed');
    try {
      await this.cloudformation.send(
        new UpdateStackCommand({
          StackName: this.names.stackName,
          UsePreviousTemplate: true,
          Parameters: parameterKeys.map((ParameterKey) =>
            ParameterKey === this.names.stateKey
              ? { ParameterKey, ParameterValue: 'removed' }
              : { ParameterKey, UsePreviousValue: true },
          ),
          Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
          RoleARN: this.names.deploymentRoleArn,
        }),
      );
    } catch (error) {
      // Other functions read the parameter, and the endpoint still exists.
      await this.put('deployed');
      throw error;
    }
  }

  async notify(Message: string): Promise<void> {
    await this.sns.send(
      new PublishCommand({ TopicArn: this.names.topicArn, Subject: 'The idle endpoint is being removed', Message }),
    );
  }

  private async put(Value: 'deployed' | 'removed'): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name: this.names.stateParameterName, Value, Overwrite: true }));
  }
}
