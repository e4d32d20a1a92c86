import { CloudFormationClient, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

export interface Names {
  readonly stackName: string;
  readonly stateParameterName: string;
  /** Of the stack's parameter that says the same. */
  readonly stateKey: string;
  readonly deploymentRoleArn: string;
  readonly releaseMachineArn: string;
  readonly topicArn: string;
}

/** The Serving stack, as who takes its endpoint down sees and changes it. */
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
        new ListExecutionsCommand({ stateMachineArn: this.names.releaseMachineArn, statusFilter: 'RUNNING' }),
      ),
    ]);
    const stack = stacks.Stacks?.[0];
    return {
      stackStatus: stack?.StackStatus ?? 'unknown',
      releases: running.executions?.length ?? 0,
      parameterKeys: (stack?.Parameters ?? []).flatMap(({ ParameterKey }) => ParameterKey ?? []),
    };
  }

  /**
   * By the same way as a release: the parameter first, then the stack with its previous template and one value changed.
   */
  async takeDown(parameterKeys: readonly string[]): Promise<void> {
    await this.put('asleep');
    try {
      await this.cloudformation.send(
        new UpdateStackCommand({
          StackName: this.names.stackName,
          UsePreviousTemplate: true,
          Parameters: parameterKeys.map((ParameterKey) =>
            ParameterKey === this.names.stateKey
              ? { ParameterKey, ParameterValue: 'asleep' }
              : { ParameterKey, UsePreviousValue: true },
          ),
          Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
          RoleARN: this.names.deploymentRoleArn,
        }),
      );
    } catch (error) {
      // Everybody reads in the parameter whether the endpoint sleeps, and it does not.
      await this.put('awake');
      throw error;
    }
  }

  async tell(Message: string): Promise<void> {
    await this.sns.send(
      new PublishCommand({ TopicArn: this.names.topicArn, Subject: 'The idle endpoint is taken down', Message }),
    );
  }

  private async put(Value: 'awake' | 'asleep'): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name: this.names.stateParameterName, Value, Overwrite: true }));
  }
}
