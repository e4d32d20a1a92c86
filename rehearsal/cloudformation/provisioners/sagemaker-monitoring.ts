import {
  CreateDataQualityJobDefinitionCommand,
  CreateDataQualityJobDefinitionCommandInput,
  CreateMonitoringScheduleCommand,
  CreateMonitoringScheduleCommandInput,
  DeleteDataQualityJobDefinitionCommand,
  DeleteMonitoringScheduleCommand,
  DescribeMonitoringScheduleCommand,
  UpdateMonitoringScheduleCommand,
  UpdateMonitoringScheduleCommandInput,
} from '@aws-sdk/client-sagemaker';
import { NotStabilized, isNotFound, unlessGone } from '../failure';
import { ProvisionContext, Provisioner } from '../provisioner';
import { nameInArn, sagemakerName } from './sagemaker-names';
import { optionalText, pick, text } from './values';

const JOB_DEFINITION = [
  'DataQualityBaselineConfig', 'DataQualityAppSpecification', 'DataQualityJobInput', 'DataQualityJobOutputConfig', 'JobResources',
  'NetworkConfig', 'RoleArn', 'StoppingCondition',
];

export const dataQualityJobDefinition: Provisioner = {
  nameProperty: 'JobDefinitionName',
  replacing: ['JobDefinitionName', ...JOB_DEFINITION, 'Tags'],
  updating: [],
  inert: [],
  async create(properties, context) {
    const JobDefinitionName = optionalText(properties, 'JobDefinitionName') ?? sagemakerName(context);
    const input = { ...pick(properties, [...JOB_DEFINITION, 'Tags']), JobDefinitionName };
    const { JobDefinitionArn = '' } = await context.clients.sagemaker.send(
      new CreateDataQualityJobDefinitionCommand(input as unknown as CreateDataQualityJobDefinitionCommandInput),
    );
    const CreationTime = new Date(context.clock.now()).toISOString();
    return { physicalId: JobDefinitionArn, attributes: { JobDefinitionArn, CreationTime } };
  },
  async delete(physicalId, _, { clients }) {
    await unlessGone(clients.sagemaker.send(new DeleteDataQualityJobDefinitionCommand({ JobDefinitionName: nameInArn(physicalId) })));
  },
};

export const monitoringSchedule: Provisioner = {
  nameProperty: 'MonitoringScheduleName',
  replacing: ['MonitoringScheduleName'],
  updating: ['MonitoringScheduleConfig'],
  inert: ['Tags'],
  async create(properties, context) {
    const MonitoringScheduleName = text(properties, 'MonitoringScheduleName');
    const input = { ...pick(properties, ['MonitoringScheduleConfig', 'Tags']), MonitoringScheduleName };
    const { MonitoringScheduleArn = '' } = await context.clients.sagemaker.send(
      new CreateMonitoringScheduleCommand(input as unknown as CreateMonitoringScheduleCommandInput),
    );
    const reason = await scheduled(MonitoringScheduleName, context);
    if (reason !== undefined) {
      throw new NotStabilized(MonitoringScheduleArn, reason);
    }
    return describe(MonitoringScheduleArn, context);
  },
  async update(physicalId, properties, _, context) {
    const MonitoringScheduleName = nameInArn(physicalId);
    const input = { ...pick(properties, ['MonitoringScheduleConfig']), MonitoringScheduleName };
    await context.clients.sagemaker.send(new UpdateMonitoringScheduleCommand(input as unknown as UpdateMonitoringScheduleCommandInput));
    const reason = await scheduled(MonitoringScheduleName, context);
    if (reason !== undefined) {
      throw new NotStabilized(physicalId, reason);
    }
    return describe(physicalId, context);
  },
  async delete(physicalId, _, context) {
    const MonitoringScheduleName = nameInArn(physicalId);
    await unlessGone(context.clients.sagemaker.send(new DeleteMonitoringScheduleCommand({ MonitoringScheduleName })));
    await scheduled(MonitoringScheduleName, context).catch((error: unknown) => {
      if (!isNotFound(error)) {
        throw error;
      }
    });
  },
};

function describe(MonitoringScheduleArn: string, { clock }: ProvisionContext) {
  const now = new Date(clock.now()).toISOString();
  return { physicalId: MonitoringScheduleArn, attributes: { MonitoringScheduleArn, CreationTime: now, LastModifiedTime: now } };
}

/** Waits while the schedule is Pending; answers why it failed, or nothing. */
async function scheduled(MonitoringScheduleName: string, { clients, clock }: ProvisionContext): Promise<string | undefined> {
  for (let tries = 0; tries < 240; tries++) {
    const { MonitoringScheduleStatus, FailureReason } = await clients.sagemaker.send(
      new DescribeMonitoringScheduleCommand({ MonitoringScheduleName }),
    );
    if (MonitoringScheduleStatus !== 'Pending') {
      return MonitoringScheduleStatus === 'Failed' ? (FailureReason ?? 'the schedule failed') : undefined;
    }
    await clock.sleep(15_000);
  }
  return 'the schedule is still Pending after an hour';
}
