import type { Handling } from './handling';

export const ec2: readonly Handling[] = [
  {
    id: 'ec2/processing-role-unscoped-interfaces',
    enforcedBy: ['test/gates/invariants/identity.ts'],
    tests: [],
  },
  {
    id: 'ec2/training-and-model-role-interfaces',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/training/training-stack.test.ts',
        title: 'puts interfaces into our subnets under our security group, and touches no others',
      },
    ],
    unsettled: {
      chosen:
        'The roles of training jobs and models may manage network interfaces in our two subnets and with our security group only. The page forbids limits for processing jobs alone.',
      watch: 'The first TuneModel step, and the first deployment of an approved model.',
      ifWrong:
        'CreateHyperParameterTuningJob, CreateTrainingJob or CreateEndpoint fails with an error that names ec2:CreateNetworkInterface, ec2:CreateNetworkInterfacePermission or a VpcConfig that is denied.',
      change:
        'Use processingNetworkStatements of lib/shared/iam/sagemaker-statements.ts in lib/training/job-roles.ts and lib/serving/model-role.ts, and widen the gate in test/gates/invariants/identity.ts.',
    },
  },
  {
    id: 'ec2/what-goes-through-the-network-of-a-job',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/foundation/foundation-stack.test.ts',
        title: 'lets the endpoint reach buckets of this account only',
      },
    ],
    unsettled: {
      chosen: 'The endpoint policy admits buckets of this account only.',
      watch: 'The first processing job: its status a few minutes after it was created.',
      ifWrong:
        'The job fails before its container starts, and the reason names the image, ECR, or a route to an S3 VPC endpoint.',
      change:
        "Allow s3:GetObject on the objects of the bucket of ECR's layers (prod-<region>-starport-layer-bucket) in lib/foundation/network.ts.",
    },
  },
  {
    id: 'ec2/flow-log-role',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/foundation/foundation-stack.test.ts',
        title: 'records all traffic, encrypted, with the configured retention',
      },
    ],
    unsettled: {
      chosen:
        'The role may create streams, put events and describe streams in the one log group, which exists. Its trust policy asks for the source account, as the page recommends.',
      watch: 'After the first deployment: aws ec2 describe-flow-logs, DeliverLogsStatus and DeliverLogsErrorMessage.',
      ifWrong: 'DeliverLogsStatus is FAILED with "Access error", and the log group stays empty.',
      change: 'Add logs:DescribeLogGroups and logs:CreateLogGroup in lib/foundation/network.ts.',
    },
  },
  {
    id: 'ec2/zones-of-the-network',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/foundation/foundation-stack.test.ts',
        title: 'has two isolated subnets, in zones that are chosen at deployment',
      },
    ],
    unsettled: {
      chosen: 'The first two zones that Fn::GetAZs gives.',
      watch: 'The first deployment of the Foundation stack, and the first training and endpoint.',
      ifWrong:
        'A subnet fails with "Value (...) for parameter availabilityZone is invalid", or a job fails for want of capacity in its zones.',
      change: 'Name the zones in lib/foundation/network.ts (availabilityZones of the Vpc).',
    },
  },
];
