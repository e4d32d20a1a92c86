import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';
import { acknowledge, acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { JobNetwork } from '../shared/stack/workflow-context';

export interface IsolatedNetworkProps {
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Subnets in two zones with no way out but a gateway endpoint to S3 (SVC-17, SEC-06, SECCHK-05). No NAT and no
 * interface endpoints: an idle network costs nothing. What jobs need besides S3 (images, logs, the API) SageMaker does
 * from its own network.
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
      // CDK would close the default group with a function of its own; nothing of ours ever uses that group.
      restrictDefaultSecurityGroup: false,
    });
    const endpoint = this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    // Through this door only buckets of this account: stolen data cannot leave to somebody else's bucket with somebody
    // else's key.
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
    // HTTPS to anywhere reads wide, but the only route out of these subnets is the S3 endpoint; the endpoint's prefix
    // list has no name that is the same in each region, and looking it up would need a call at synth.
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

    // Who talked to whom, accepted or not: "identity or network?" is answered here (SECCHK-06).
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
    answers(this, 'SVC-17', 'SEC-06', 'SECCHK-05', 'SECCHK-06');
  }

  /** What a job or a model needs of this network to run in it. */
  get jobs(): JobNetwork {
    return {
      subnetIds: this.vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
      securityGroup: this.jobSecurityGroup,
    };
  }
}
