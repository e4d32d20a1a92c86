import { AwsError, type Platform, type Principal } from '../../../platform';
import type { MappedFunction } from './settings';

/** What the words of the refusal name, but for ListStreams, which takes no resource and so is never granted on one. */
const READS = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListShards'];

function principal({ partition, accountId }: Platform, { roleArn, name }: MappedFunction): Principal {
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${name}`;
  return { kind: 'role', roleArn, arn, sessionName: name, accountId };
}

/** AWS: lambda/mappings-check-the-role */
export function checkSource(platform: Platform, hosted: MappedFunction, streamArn: string): void {
  try {
    for (const action of READS)
      platform.authorize('event source', {
        principal: principal(platform, hosted),
        action: `kinesis:${action}`,
        resource: streamArn,
      });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidParameterValueException',
      `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.`,
    );
  }
}

const destinations = {
  sqs: { action: 'sqs:SendMessage', call: 'SendMessage on SQS' },
  sns: { action: 'sns:Publish', call: 'Publish on SNS' },
  s3: { action: 's3:PutObject', call: 'PutObject on S3' },
} as const;

/** AWS: lambda/checks-the-role-at-creation */
export function checkDestination(platform: Platform, hosted: MappedFunction, destination: string): void {
  const kind = destination.split(':')[2] as keyof typeof destinations;
  const { action, call } = destinations[kind];
  const resource = kind === 's3' ? `${destination}/aws/lambda/*` : destination;
  try {
    platform.authorize('event source', { principal: principal(platform, hosted), action, resource });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidParameterValueException',
      `The provided execution role does not have permissions to call ${call}`,
    );
  }
}
