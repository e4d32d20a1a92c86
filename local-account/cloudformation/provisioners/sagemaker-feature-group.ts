import {
  CreateFeatureGroupCommand,
  type CreateFeatureGroupCommandInput,
  DeleteFeatureGroupCommand,
  DescribeFeatureGroupCommand,
  type DescribeFeatureGroupResponse,
  type FeatureDefinition,
  UpdateFeatureGroupCommand,
  type UpdateFeatureGroupCommandInput,
} from '@aws-sdk/client-sagemaker';
import { isNotFound, NotStabilized, Refused, unlessGone, unlessMissing } from '../failure';
import { canonical, type Properties, type ProvisionContext, type Provisioned, type Provisioner } from '../provisioner';
import { group, list, optionalFlag, optionalNumber, optionalText, pick, text } from './values';

const REPLACING = [
  'FeatureGroupName',
  'RecordIdentifierFeatureName',
  'EventTimeFeatureName',
  'OfflineStoreConfig',
  'RoleArn',
  'Description',
];
const UPDATING = ['FeatureDefinitions', 'OnlineStoreConfig', 'ThroughputConfig'];
const POLL = 5_000;

/** A feature group of SageMaker Feature Store. Ref gives its name. */
export const featureGroup: Provisioner = {
  nameProperty: 'FeatureGroupName',
  replacing: REPLACING,
  updating: UPDATING,
  inert: ['Tags'],
  async create(properties, context) {
    const FeatureGroupName = text(properties, 'FeatureGroupName');
    refuseStorageType(properties);
    const input = typed(pick(properties, [...REPLACING, ...UPDATING, 'Tags']));
    await context.clients.sagemaker.send(
      new CreateFeatureGroupCommand(input as unknown as CreateFeatureGroupCommandInput),
    );
    context.initiated(FeatureGroupName);
    const made = await settled(FeatureGroupName, context);
    if (made.FeatureGroupStatus !== 'Created') {
      // AWS: cloudformation/handlers-wait-for-what-they-made
      throw new NotStabilized(
        FeatureGroupName,
        `Feature group ${FeatureGroupName} is ${made.FeatureGroupStatus}: ${made.FailureReason ?? 'no reason given'}`,
      );
    }
    return describe(FeatureGroupName, made);
  },
  async update(FeatureGroupName, properties, previous, context) {
    refuseReplacement(FeatureGroupName, properties, previous);
    // Each call changes one thing, and the next waits for it.
    // AWS: sagemaker-feature-store/updates
    for (const change of changes(properties, previous)) {
      await context.clients.sagemaker.send(
        new UpdateFeatureGroupCommand({ FeatureGroupName, ...change } as UpdateFeatureGroupCommandInput),
      );
      const { LastUpdateStatus } = await settled(FeatureGroupName, context);
      if (LastUpdateStatus?.Status === 'Failed') throw new Error(LastUpdateStatus.FailureReason);
    }
    return describe(FeatureGroupName, await settled(FeatureGroupName, context));
  },
  async read(FeatureGroupName, _, { sagemaker }) {
    const found = await unlessMissing(sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName })));
    return found && pick({ ...found }, [...REPLACING, ...UPDATING]);
  },
  async delete(FeatureGroupName, _, context) {
    await unlessGone(context.clients.sagemaker.send(new DeleteFeatureGroupCommand({ FeatureGroupName })));
    const left = await settled(FeatureGroupName, context).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return undefined;
    });
    if (left) throw new Error(`Feature group ${FeatureGroupName} is ${left.FeatureGroupStatus}: ${left.FailureReason}`);
  },
};

/** Templates write numbers and truth values as text, too. */
function typed(properties: Record<string, unknown>): Record<string, unknown> {
  return {
    ...properties,
    ...(properties.OnlineStoreConfig === undefined ? {} : { OnlineStoreConfig: onlineStore(properties) }),
    ...(properties.OfflineStoreConfig === undefined
      ? {}
      : {
          OfflineStoreConfig: {
            ...group(properties, 'OfflineStoreConfig'),
            DisableGlueTableCreation: optionalFlag(group(properties, 'OfflineStoreConfig'), 'DisableGlueTableCreation'),
          },
        }),
  };
}

function onlineStore(properties: Properties): Record<string, unknown> {
  const given = group(properties, 'OnlineStoreConfig');
  return {
    ...given,
    EnableOnlineStore: optionalFlag(given, 'EnableOnlineStore'),
    ...(given.TtlDuration === undefined ? {} : { TtlDuration: timeToLive(properties) }),
  };
}

/** Without a unit and a value: none. */
function timeToLive(properties: Properties): Record<string, unknown> {
  const given = group(group(properties, 'OnlineStoreConfig'), 'TtlDuration');
  return { Unit: optionalText(given, 'Unit'), Value: optionalNumber(given, 'Value') };
}

function changes(properties: Properties, previous: Properties): Record<string, unknown>[] {
  const before = list<FeatureDefinition>(previous, 'FeatureDefinitions').map(canonical);
  const after = list<FeatureDefinition>(properties, 'FeatureDefinitions');
  const removed = before.find((one) => !after.map(canonical).includes(one));
  if (removed !== undefined) {
    throw new Error(`Features cannot be removed from a feature group, nor changed: ${removed}`);
  }
  const FeatureAdditions = after.filter((one) => !before.includes(canonical(one)));
  const ttl = (of: Properties): string => canonical(group(of, 'OnlineStoreConfig').TtlDuration);
  const throughput = canonical(previous.ThroughputConfig) !== canonical(properties.ThroughputConfig);
  return [
    ...(FeatureAdditions.length > 0 ? [{ FeatureAdditions }] : []),
    ...(ttl(previous) === ttl(properties) ? [] : [{ OnlineStoreConfig: { TtlDuration: timeToLive(properties) } }]),
    ...(throughput ? [{ ThroughputConfig: properties.ThroughputConfig ?? { ThroughputMode: 'OnDemand' } }] : []),
  ];
}

/** CloudFormation does not know the second standard type: such a group is made, or migrated, with the API. */
// AWS: sagemaker-feature-store/template-knows-fewer-types
function refuseStorageType(properties: Properties): void {
  const type = optionalText(group(properties, 'OnlineStoreConfig'), 'StorageType');
  if (type !== undefined && type !== 'Standard' && type !== 'InMemory') {
    throw new Refused(`#/OnlineStoreConfig/StorageType: ${type} is not a valid enum value`);
  }
}

/** Another online store, or another key of it, makes a new group, which cannot have the name of the old one. */
function refuseReplacement(name: string, properties: Properties, previous: Properties): void {
  const fixed = ({ OnlineStoreConfig }: Properties): string =>
    canonical(pick((OnlineStoreConfig ?? {}) as Properties, ['EnableOnlineStore', 'SecurityConfig', 'StorageType']));
  if (fixed(properties) !== fixed(previous)) {
    throw new Refused(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
        `Rename ${name} and update the stack again.`,
    );
  }
}

/** The group once it has stopped changing. */
async function settled(
  FeatureGroupName: string,
  { clients, clock }: ProvisionContext,
): Promise<DescribeFeatureGroupResponse> {
  for (;;) {
    const found = await clients.sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName }));
    const { FeatureGroupStatus: status, LastUpdateStatus: update } = found;
    if (status !== 'Creating' && status !== 'Deleting' && update?.Status !== 'InProgress') return found;
    await clock.sleep(POLL);
  }
}

function describe(physicalId: string, made: DescribeFeatureGroupResponse): Provisioned {
  const { CreationTime, FeatureGroupStatus } = made;
  return { physicalId, attributes: { CreationTime: CreationTime?.toISOString(), FeatureGroupStatus } };
}
