import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { logRetention } from '../shared/function/log-retention';
import { RemoveOnDelete } from '../shared/function/teardown';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { WorkflowKeys } from './keys';
import { IsolatedNetwork } from './network';

export interface FoundationStackProps extends WorkflowStackProps {}

/** What everything else stands on: keys and network. */
export class FoundationStack extends WorkflowStack {
  readonly dataKey: kms.Key;
  readonly operationsKey: kms.Key;
  readonly vpc: ec2.Vpc;
  readonly jobSecurityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: FoundationStackProps) {
    super(scope, id, props);
    const retention = logRetention(props.configuration);
    const keys = new WorkflowKeys(this, 'Keys', { deletedKeyDays: props.configuration.retention.deletedKeyDays });
    this.dataKey = keys.data;
    this.operationsKey = keys.operations;

    const network = new IsolatedNetwork(this, 'Network', { operationsKey: keys.operations, logRetention: retention });
    this.vpc = network.vpc;
    this.jobSecurityGroup = network.jobSecurityGroup;

    // Deleted before the subnets and the group that it watches, because it depends on them.
    const wait = new RemoveOnDelete(this, 'NetworkInterfaces', {
      functionName: 'wait-for-network-interfaces',
      description: 'Waits until SageMaker has given its network interfaces back.',
      // The longest that a function may run; SageMaker usually needs less.
      timeout: Duration.minutes(15),
      target: { SecurityGroupId: network.jobSecurityGroup.securityGroupId },
      statements: [
        new iam.PolicyStatement({
          sid: 'LookAtInterfaces',
          actions: ['ec2:DescribeNetworkInterfaces'],
          resources: ['*'],
        }),
      ],
      operationsKey: keys.operations,
      logRetention: retention,
    });
    acknowledgeWildcards(wait.role, {
      endsWith: '*',
      reason: 'EV-002: ec2:DescribeNetworkInterfaces takes no resource.',
    });
    wait.resource.node.addDependency(network.vpc, network.jobSecurityGroup);
  }
}
