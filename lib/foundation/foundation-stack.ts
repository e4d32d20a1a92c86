import { Duration, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RemoveOnDelete } from '../shared/function/teardown';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext, WorkflowSettings } from '../shared/stack/workflow-context';
import { WorkflowStack } from '../shared/stack/workflow-stack';
import { WorkflowKeys } from './keys';
import { IsolatedNetwork } from './network';

export interface FoundationStackProps extends StackProps {
  readonly settings: WorkflowSettings;
}

/** What every other stack needs: the keys and the network. */
export class FoundationStack extends WorkflowStack {
  /** The settings with the keys and the network: what the other stacks are made with. */
  readonly context: WorkflowContext;

  constructor(scope: Construct, id: string, { settings, ...props }: FoundationStackProps) {
    super(scope, id, { ...props, context: settings });
    const { configuration, logRetention } = settings;
    const keys = new WorkflowKeys(this, 'Keys', { deletedKeyDays: configuration.retention.deletedKeyDays });
    const network = new IsolatedNetwork(this, 'Network', { operationsKey: keys.operations, logRetention });
    this.context = {
      ...settings,
      dataKey: keys.data,
      operationsKey: keys.operations,
      network: network.jobs,
    };

    // Deleted before the subnets and the group that it watches, because it depends on them.
    const wait = new RemoveOnDelete(this, 'NetworkInterfaces', {
      functionName: 'wait-for-network-interfaces',
      description: 'Waits until SageMaker has given its network interfaces back.',
      // The longest that a function may run; SageMaker usually needs less.
      timeout: Duration.minutes(15),
      target: { SecurityGroupId: network.jobSecurityGroup.securityGroupId },
      statements: [
        new iam.PolicyStatement({
          sid: 'DescribeNetworkInterfaces',
          actions: ['ec2:DescribeNetworkInterfaces'],
          resources: ['*'],
        }),
      ],
      context: this.context,
    });
    acknowledgeWildcards(wait.role, {
      pattern: '*',
      reason: 'EV-002: ec2:DescribeNetworkInterfaces takes no resource.',
    });
    wait.resource.node.addDependency(network.vpc, network.jobSecurityGroup);
  }
}
