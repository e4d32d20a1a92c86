import {
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmCommandInput,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { unlessGone } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { optionalText, pick, text } from './values';

const ALARM = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Threshold',
  'ThresholdMetricId',
  'TreatMissingData',
  'Unit',
];
const COMPOSITE = [
  'ActionsEnabled',
  'ActionsSuppressor',
  'ActionsSuppressorExtensionPeriod',
  'ActionsSuppressorWaitPeriod',
  'AlarmActions',
  'AlarmDescription',
  'AlarmRule',
  'InsufficientDataActions',
  'OKActions',
];

export const alarm = alarmProvisioner(ALARM, (name, properties, tags, { clients }) =>
  clients.cloudwatch.send(
    new PutMetricAlarmCommand({
      ...pick(properties, ALARM),
      ...tags,
      AlarmName: name,
    } as unknown as PutMetricAlarmCommandInput),
  ),
);

export const compositeAlarm = alarmProvisioner(COMPOSITE, (name, properties, tags, { clients }) =>
  clients.cloudwatch.send(
    new PutCompositeAlarmCommand({
      ...pick(properties, COMPOSITE),
      ...tags,
      AlarmName: name,
    } as unknown as PutCompositeAlarmCommandInput),
  ),
);

type PutAlarm = (name: string, properties: Properties, tags: Properties, context: ProvisionContext) => Promise<unknown>;

function alarmProvisioner(updating: readonly string[], put: PutAlarm): Provisioner {
  return {
    nameProperty: 'AlarmName',
    replacing: ['AlarmName'],
    updating,
    inert: ['Tags'],
    async create(properties, context) {
      const name = optionalText(properties, 'AlarmName') ?? context.name(255);
      await put(name, properties, pick(properties, ['Tags']), context);
      return describe(name, context);
    },
    async update(name, properties, _, context) {
      await put(name, properties, {}, context);
      return describe(name, context);
    },
    async read(name, _, { cloudwatch }) {
      const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'] as const;
      const found = await cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: [...AlarmTypes] }),
      );
      const live = found.MetricAlarms?.[0] ?? found.CompositeAlarms?.[0];
      // Queries come back in a longer form.
      const compared = updating.filter((one) => one !== 'Metrics');
      return live && { AlarmName: name, ...pick(live as unknown as Properties, compared) };
    },
    async delete(name, _, { clients }) {
      await unlessGone(clients.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })));
    },
  };
}

function describe(name: string, { partition, region, accountId }: ProvisionContext): Provisioned {
  return { physicalId: name, attributes: { Arn: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${name}` } };
}

export const dashboard: Provisioner = {
  nameProperty: 'DashboardName',
  replacing: ['DashboardName'],
  updating: ['DashboardBody'],
  inert: ['Tags'],
  create: (properties, context) =>
    putDashboard(optionalText(properties, 'DashboardName') ?? context.name(255), properties, context),
  update: (name, properties, _, context) => putDashboard(name, properties, context),
  async delete(name, _, { clients }) {
    await unlessGone(clients.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [name] })));
  },
};

async function putDashboard(
  DashboardName: string,
  properties: Properties,
  { clients }: ProvisionContext,
): Promise<Provisioned> {
  await clients.cloudwatch.send(
    new PutDashboardCommand({ DashboardName, DashboardBody: text(properties, 'DashboardBody') }),
  );
  return { physicalId: DashboardName, attributes: {} };
}
