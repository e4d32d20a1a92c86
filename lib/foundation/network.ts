import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';
import { acknowledge, acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { JobNetwork } from '../shared/stack/workflow-context';

export interface IsolatedNetworkProps {
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Subnets in two zones whose only route out is a gateway endpoint to S3 (SVC-17: what a VPC gives to jobs; SEC-06: what
 * a job's VPC configuration means; SECCHK-05: how private jobs reach what they need). No NAT and no interface
 * endpoints, so an idle network costs nothing. SageMaker pulls images, writes logs and calls its API from its own
 * network.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 */
export class IsolatedNetwork extends Construct {
  readonly vpc: ec2.Vpc;
  readonly jobSecurityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: IsolatedNetworkProps) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.40.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // CDK would restrict the default security group with a Lambda function of its own. Nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    const endpoint = this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    // The endpoint reaches buckets of this account only: a container cannot send data to a bucket in another account.
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: 'OwnBucketsOnly',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:AbortMultipartUpload'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
      }),
    );

    this.jobSecurityGroup = new ec2.SecurityGroup(this, 'Jobs', {
      vpc: this.vpc,
      description: 'Jobs and models: S3 and each other, nothing else.',
      allowAllOutbound: false,
    });
    // HTTPS to any address, but the only route out of these subnets is the S3 endpoint. The endpoint's prefix list
    // would be narrower, but its id differs by region, and looking it up needs an AWS call during synthesis.
    this.jobSecurityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'S3 through the gateway endpoint');
    this.jobSecurityGroup.addIngressRule(
      this.jobSecurityGroup,
      ec2.Port.allTraffic(),
      'Hosts of a distributed job talk to each other',
    );
    this.jobSecurityGroup.addEgressRule(
      this.jobSecurityGroup,
      ec2.Port.allTraffic(),
      'Hosts of a distributed job talk to each other',
    );

    // Accepted and rejected connections: they tell a denied identity from an unreachable network (SECCHK-06: denied or
    // unreachable).
    // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    const flowLogs = new logs.LogGroup(this, 'FlowLogs', {
      encryptionKey: props.operationsKey,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const flowRole = new iam.Role(this, 'FlowLogsRole', {
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Deliver: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
              resources: [flowLogs.logGroupArn],
            }),
          ],
        }),
      },
    });
    new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceId: this.vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: flowLogs.logGroupName,
      deliverLogsPermissionArn: flowRole.roleArn,
    });
    acknowledgeInlinePolicies(flowRole);
    const packs = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
    acknowledge(this.vpc, 'EV-020', 'VPCDefaultSecurityGroupClosed', packs, 'Nothing uses the default group.');
    acknowledge(this.jobSecurityGroup, 'EV-021', 'EC2RestrictedCommonPorts', packs, 'The source is the group itself.');
    covers(this, 'SVC-17', 'SEC-06', 'SECCHK-05', 'SECCHK-06');
  }

  /** What a job or a model needs of this network to run in it. */
  get jobs(): JobNetwork {
    return {
      subnetIds: this.vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
      securityGroup: this.jobSecurityGroup,
    };
  }
}
