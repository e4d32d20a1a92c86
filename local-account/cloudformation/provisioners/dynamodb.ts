import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { unlessGone, unlessMissing } from '../failure';
import { canonical, type Properties, type ProvisionContext, type Provisioned, type Provisioner } from '../provisioner';
import { group, list, optionalFlag, optionalText, pick } from './values';

const REPLACING = ['TableName', 'KeySchema', 'LocalSecondaryIndexes'];
const UPDATING = [
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'SSESpecification',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'TimeToLiveSpecification',
  'TableClass',
  'Tags',
];
const SETTINGS = ['TimeToLiveSpecification', 'PointInTimeRecoverySpecification', 'Tags'];

/** Amazon DynamoDB. What UpdateTable would change cannot change here: it is not supported. */
export const table: Provisioner = {
  nameProperty: 'TableName',
  replacing: REPLACING,
  updating: UPDATING,
  inert: [],
  async create(properties, context) {
    const TableName = optionalText(properties, 'TableName') ?? context.name(255);
    const sse = group(properties, 'SSESpecification');
    const Tags = list<{ Key: string; Value: string }>(properties, 'Tags');
    await context.clients.dynamodb.send(
      new CreateTableCommand({
        ...pick(
          properties,
          [...REPLACING, ...UPDATING].filter((name) => !SETTINGS.includes(name)),
        ),
        TableName,
        DeletionProtectionEnabled: optionalFlag(properties, 'DeletionProtectionEnabled'),
        // The template's names of two members differ from the API's.
        SSESpecification:
          properties.SSESpecification === undefined
            ? undefined
            : { Enabled: optionalFlag(sse, 'SSEEnabled'), ...pick(sse, ['KMSMasterKeyId', 'SSEType']) },
        Tags: Tags.length > 0 ? [...Tags] : undefined,
      } as CreateTableCommandInput),
    );
    context.initiated(TableName);
    await settle(TableName, {}, properties, context);
    return describe(TableName, context);
  },
  async update(TableName, properties, previous, context) {
    for (const name of UPDATING.filter((one) => !SETTINGS.includes(one)))
      if (canonical(properties[name]) !== canonical(previous[name]))
        throw new Error(`A change of ${name} of AWS::DynamoDB::Table is not supported by the local account.`);
    await settle(TableName, previous, properties, context);
    const Tags = list<{ Key: string; Value: string }>(properties, 'Tags');
    const provisioned = describe(TableName, context);
    const ResourceArn = String(provisioned.attributes.Arn);
    if (Tags.length > 0) await context.clients.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: [...Tags] }));
    return provisioned;
  },
  async read(TableName, _, { dynamodb }) {
    const live = await unlessMissing(dynamodb.send(new DescribeTableCommand({ TableName })));
    return live?.Table && { TableName, KeySchema: live.Table.KeySchema };
  },
  async delete(TableName, _, { clients }) {
    await unlessGone(clients.dynamodb.send(new DeleteTableCommand({ TableName })));
  },
};

/** What is not part of CreateTable. */
async function settle(
  TableName: string,
  previous: Properties,
  properties: Properties,
  { clients: { dynamodb } }: ProvisionContext,
): Promise<void> {
  const [before, after] = [previous, properties].map((of) => group(of, 'TimeToLiveSpecification'));
  if (canonical(before) !== canonical(after)) {
    const given = optionalText(after, 'AttributeName') === undefined ? before : after;
    const TimeToLiveSpecification = {
      AttributeName: optionalText(given, 'AttributeName') ?? '',
      Enabled: given === after && optionalFlag(after, 'Enabled') === true,
    };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
  const recovers = (of: Properties) =>
    optionalFlag(group(of, 'PointInTimeRecoverySpecification'), 'PointInTimeRecoveryEnabled') === true;
  if (recovers(previous) !== recovers(properties))
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: recovers(properties) },
      }),
    );
}

function describe(name: string, { partition, region, accountId }: ProvisionContext): Provisioned {
  return { physicalId: name, attributes: { Arn: `arn:${partition}:dynamodb:${region}:${accountId}:table/${name}` } };
}
