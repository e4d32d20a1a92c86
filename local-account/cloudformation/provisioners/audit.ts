import {
  type AdvancedEventSelector,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';

import type { Principal } from '../../platform';
import { unlessGone } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { hex, itsId, named } from './inert';
import { list, optionalFlag, optionalText, pick } from './values';

const TRAIL = [
  'CloudWatchLogsLogGroupArn',
  'CloudWatchLogsRoleArn',
  'EnableLogFileValidation',
  'IncludeGlobalServiceEvents',
  'IsMultiRegionTrail',
  'S3BucketName',
];

/** A trail: CloudTrail itself checks its access to bucket, key and log group. */
export const trail: Provisioner = {
  nameProperty: 'TrailName',
  replacing: ['TrailName'],
  updating: [...TRAIL, 'AdvancedEventSelectors', 'IsLogging', 'KMSKeyId'],
  inert: ['Tags'],
  async create(properties, context) {
    const Name = named('TrailName')(properties, context);
    await context.clients.cloudtrail.send(
      new CreateTrailCommand({ ...settings(properties), Name } as CreateTrailCommandInput),
    );
    return configure(Name, properties, context);
  },
  async update(Name, properties, _, context) {
    await context.clients.cloudtrail.send(new UpdateTrailCommand({ ...settings(properties), Name }));
    return configure(Name, properties, context);
  },
  async delete(Name, _, { clients }) {
    await unlessGone(clients.cloudtrail.send(new DeleteTrailCommand({ Name })));
  },
};

function settings(properties: Properties): Properties {
  return {
    ...pick(properties, TRAIL),
    ...(properties.KMSKeyId === undefined ? {} : { KmsKeyId: properties.KMSKeyId }),
  };
}

async function configure(
  Name: string,
  properties: Properties,
  { clients, partition, region, accountId }: ProvisionContext,
): Promise<Provisioned> {
  const selectors = list<Properties>(properties, 'AdvancedEventSelectors') as unknown as AdvancedEventSelector[];
  if (selectors.length > 0)
    await clients.cloudtrail.send(new PutEventSelectorsCommand({ TrailName: Name, AdvancedEventSelectors: selectors }));
  await clients.cloudtrail.send(
    optionalFlag(properties, 'IsLogging') === false
      ? new StopLoggingCommand({ Name })
      : new StartLoggingCommand({ Name }),
  );
  return { physicalId: Name, attributes: { Arn: `arn:${partition}:cloudtrail:${region}:${accountId}:trail/${Name}` } };
}

/**
 * Nothing is recorded here, but what the service does with the log group from now on is authorised when the flow log is
 * made ("Publish flow logs to CloudWatch Logs", IAM role for publishing).
 */
export const flowLog: Provisioner = {
  replacing: [
    'DeliverLogsPermissionArn',
    'DestinationOptions',
    'LogDestination',
    'LogDestinationType',
    'LogFormat',
    'LogGroupName',
    'MaxAggregationInterval',
    'ResourceId',
    'ResourceType',
    'TrafficType',
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
  await assumeRole(
    'vpc-flow-logs.amazonaws.com',
    roleArn,
    sessionName,
    `arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/${id}`,
  );
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${role}/${sessionName}`;
  const principal: Principal = { kind: 'role', roleArn, arn, sessionName, accountId };
  const logs = `arn:${partition}:logs:${region}:${accountId}:log-group:${group}`;
  authorize('flow log delivery', { principal, action: 'logs:DescribeLogStreams', resource: `${logs}:*` });
  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
    authorize('flow log delivery', { principal, action, resource: `${logs}:log-stream:eni-all` });
}
