import { bucket, logGroup } from './arns';
import type { NegativeCases } from './negative-case';

export const foundationCases: NegativeCases = {
  'Foundation/NetworkFlowLogsRole': [
    {
      sentence: 'delete the flow logs that it delivers',
      action: 'logs:DeleteLogGroup',
      resource: `${logGroup}{Foundation/NetworkFlowLogs}`,
    },
    {
      sentence: 'write into another log group',
      action: 'logs:PutLogEvents',
      resource: `${logGroup}{DataLake/EmptyingLogs}:log-stream:any`,
    },
    {
      sentence: 'read the logs of the jobs',
      action: 'logs:GetLogEvents',
      resource: `${logGroup}/aws/sagemaker/TrainingJobs:log-stream:any`,
    },
  ],
  'Foundation/NetworkInterfacesFunctionRole': [
    {
      sentence: 'delete an interface: it only waits until SageMaker has',
      action: 'ec2:DeleteNetworkInterface',
      resource: 'arn:aws:ec2:{region}:{account}:network-interface/eni-0123456789abcdef0',
    },
    {
      sentence: "open the jobs' security group",
      action: 'ec2:AuthorizeSecurityGroupIngress',
      resource: 'arn:aws:ec2:{region}:{account}:security-group/{Foundation/NetworkJobs}',
    },
    {
      sentence: 'read data',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
  ],
};
