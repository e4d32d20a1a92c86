import { Principal } from '../../platform';
import { Properties, ProvisionContext, Provisioner } from '../provisioner';
import { hex, itsId, named } from './inert';
import { optionalText, text } from './values';

/**
 * Trails and flow logs: nothing is recorded here, but what the services do with bucket, key and log group from now on is authorised when they
 * are made, as AWS itself tries it then.
 */

/** "Amazon S3 bucket policy for CloudTrail"; "Configure AWS KMS key policies for CloudTrail". */
export const trail: Provisioner = {
  replacing: ['TrailName'],
  updating: [],
  inert: 'rest',
  create: async (properties, context) => {
    const name = named('TrailName')(properties, context);
    const { partition, region, accountId } = context;
    const arn = `arn:${partition}:cloudtrail:${region}:${accountId}:trail/${name}`;
    authorizeTrail(arn, properties, context);
    return { physicalId: name, attributes: { Arn: arn } };
  },
  delete: async () => undefined,
};

function authorizeTrail(arn: string, properties: Properties, { authorize, partition, accountId, region }: ProvisionContext): void {
  const principal: Principal = { kind: 'service', service: 'cloudtrail.amazonaws.com', sourceArn: arn, sourceAccount: accountId };
  const bucket = `arn:${partition}:s3:::${text(properties, 'S3BucketName')}`;
  const folder = ['AWSLogs', accountId, 'CloudTrail', region].join('/');
  authorize('trail delivery', { principal, action: 's3:GetBucketAcl', resource: bucket });
  authorize('trail delivery', { principal, action: 's3:PutObject', resource: `${bucket}/${folder}/log.json.gz`, context: { 's3:x-amz-acl': 'bucket-owner-full-control' } });
  const key = optionalText(properties, 'KMSKeyId') ?? optionalText(properties, 'KmsKeyId');
  if (key !== undefined) {
    authorize('trail delivery', { principal, action: 'kms:DescribeKey', resource: key });
    authorize('trail delivery', { principal, action: 'kms:GenerateDataKey', resource: key, context: { 'kms:EncryptionContext:aws:cloudtrail:arn': arn } });
    // Of a bucket that uses an S3 bucket key; the trail is not in that context.
    authorize('trail delivery', { principal, action: 'kms:Decrypt', resource: key });
  }
}

/** "Publish flow logs to CloudWatch Logs", IAM role for publishing. */
export const flowLog: Provisioner = {
  replacing: [
    'DeliverLogsPermissionArn', 'DestinationOptions', 'LogDestination', 'LogDestinationType', 'LogFormat', 'LogGroupName',
    'MaxAggregationInterval', 'ResourceId', 'ResourceType', 'TrafficType',
  ],
  updating: [],
  inert: 'rest',
  create: async (properties, context) => {
    const id = hex('fl');
    const role = optionalText(properties, 'DeliverLogsPermissionArn');
    const group = optionalText(properties, 'LogGroupName');
    if (role !== undefined && group !== undefined) await authorizeFlowLog(id, role, group, context);
    return { physicalId: id, attributes: itsId(id) };
  },
  delete: async () => undefined,
};

async function authorizeFlowLog(id: string, roleArn: string, group: string, context: ProvisionContext): Promise<void> {
  const { authorize, assumeRole, partition, region, accountId } = context;
  const sessionName = 'vpc-flow-logs';
  await assumeRole('vpc-flow-logs.amazonaws.com', roleArn, sessionName, `arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/${id}`);
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${role}/${sessionName}`;
  const principal: Principal = { kind: 'role', roleArn, arn, sessionName, accountId };
  const logs = `arn:${partition}:logs:${region}:${accountId}:log-group:${group}`;
  authorize('flow log delivery', { principal, action: 'logs:DescribeLogStreams', resource: `${logs}:*` });
  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) authorize('flow log delivery', { principal, action, resource: `${logs}:log-stream:eni-all` });
}
