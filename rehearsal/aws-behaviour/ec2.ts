import type { ServiceLedger } from './behaviour';

const executionRoles = {
  page: 'SageMaker AI Developer Guide: How to use SageMaker AI execution roles',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
} as const;

export const ec2: ServiceLedger = {
  service: 'ec2',
  behaviours: [
    {
      id: 'ec2/processing-role-unscoped-interfaces',
      subjects: ['sagemaker:CreateProcessingJob', 'AWS::SageMaker::MonitoringSchedule'],
      does: 'For a processing job in a VPC, SageMaker checks the execution role when the job is created: the network interface actions and the EC2 look-ups must be allowed without any condition or resource, or the creation fails.',
      sources: [executionRoles],
      sure: 'likely',
      enforcedBy: ['rehearsal/sagemaker/infrastructure.ts', 'test/gates/invariants/identity.ts'],
      tests: [{ file: 'test/rehearsal/sagemaker/processing.test.ts', title: 'is refused when its role has %s' }],
    },
    {
      id: 'ec2/training-and-model-role-interfaces',
      subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateModel', 'AWS::SageMaker::Model'],
      does: 'For training jobs, tuning jobs and models in a VPC the same page shows the same statement without a resource, and does not say whether a narrower one is refused.',
      sources: [executionRoles],
      sure: 'possible',
      enforcedBy: [],
      tests: [{ file: 'test/lib/training/training-stack.test.ts', title: 'puts interfaces into our subnets under our security group, and touches no others' }],
      unsettled: {
        chosen: 'The roles of training jobs and models may manage network interfaces in our two subnets and with our security group only. The page forbids limits for processing jobs alone.',
        watch: 'The first TuneModel step, and the first deployment of an approved model.',
        ifWrong: 'CreateHyperParameterTuningJob, CreateTrainingJob or CreateEndpoint fails with an error that names ec2:CreateNetworkInterface, ec2:CreateNetworkInterfacePermission or a VpcConfig that is denied.',
        change: 'Use processingNetworkStatements of lib/foundation/sagemaker-statements.ts in lib/training/job-roles.ts and lib/serving/model-role.ts, and widen the gate in test/gates/invariants/identity.ts.',
      },
    },
  ],
  readings: [
    {
      subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateModel'],
      pages: [executionRoles],
      found: ['ec2/processing-role-unscoped-interfaces', 'ec2/training-and-model-role-interfaces'],
    },
  ],
};
