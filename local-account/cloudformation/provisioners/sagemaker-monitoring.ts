import {
  CreateDataQualityJobDefinitionCommand,
  type CreateDataQualityJobDefinitionCommandInput,
  CreateModelBiasJobDefinitionCommand,
  type CreateModelBiasJobDefinitionCommandInput,
  CreateModelExplainabilityJobDefinitionCommand,
  type CreateModelExplainabilityJobDefinitionCommandInput,
  CreateModelQualityJobDefinitionCommand,
  type CreateModelQualityJobDefinitionCommandInput,
  CreateMonitoringScheduleCommand,
  type CreateMonitoringScheduleCommandInput,
  DeleteDataQualityJobDefinitionCommand,
  DeleteModelBiasJobDefinitionCommand,
  DeleteModelExplainabilityJobDefinitionCommand,
  DeleteModelQualityJobDefinitionCommand,
  DeleteMonitoringScheduleCommand,
  DescribeMonitoringScheduleCommand,
  type SageMakerClient,
  UpdateMonitoringScheduleCommand,
  type UpdateMonitoringScheduleCommandInput,
} from '@aws-sdk/client-sagemaker';
import { isNotFound, NotStabilized, unlessGone } from '../failure';
import type { ProvisionContext, Provisioner } from '../provisioner';
import { nameInArn, sagemakerName } from './sagemaker-names';
import { optionalText, pick, text } from './values';

const SHARED = ['JobResources', 'NetworkConfig', 'RoleArn', 'StoppingCondition'];

/** The kinds are alike but for the names of their properties. */
function jobDefinition<Input>(
  kind: string,
  create: (sagemaker: SageMakerClient, input: Input) => Promise<{ JobDefinitionArn: string | undefined }>,
  remove: (sagemaker: SageMakerClient, JobDefinitionName: string) => Promise<unknown>,
): Provisioner {
  const properties = [
    ...['BaselineConfig', 'AppSpecification', 'JobInput', 'JobOutputConfig'].map((part) => `${kind}${part}`),
    ...SHARED,
  ];
  return {
    nameProperty: 'JobDefinitionName',
    replacing: ['JobDefinitionName', ...properties, 'Tags'],
    updating: [],
    inert: [],
    async create(given, context) {
      const JobDefinitionName = optionalText(given, 'JobDefinitionName') ?? sagemakerName(context);
      const input = { ...pick(given, [...properties, 'Tags']), JobDefinitionName };
      const { JobDefinitionArn = '' } = await create(context.clients.sagemaker, input as Input);
      const CreationTime = new Date(context.clock.now()).toISOString();
      return { physicalId: JobDefinitionArn, attributes: { JobDefinitionArn, CreationTime } };
    },
    async delete(physicalId, _, { clients }) {
      await unlessGone(remove(clients.sagemaker, nameInArn(physicalId)));
    },
  };
}

export const dataQualityJobDefinition = jobDefinition<CreateDataQualityJobDefinitionCommandInput>(
  'DataQuality',
  (sagemaker, input) => sagemaker.send(new CreateDataQualityJobDefinitionCommand(input)),
  (sagemaker, JobDefinitionName) => sagemaker.send(new DeleteDataQualityJobDefinitionCommand({ JobDefinitionName })),
);

export const modelQualityJobDefinition = jobDefinition<CreateModelQualityJobDefinitionCommandInput>(
  'ModelQuality',
  (sagemaker, input) => sagemaker.send(new CreateModelQualityJobDefinitionCommand(input)),
  (sagemaker, JobDefinitionName) => sagemaker.send(new DeleteModelQualityJobDefinitionCommand({ JobDefinitionName })),
);

export const modelBiasJobDefinition = jobDefinition<CreateModelBiasJobDefinitionCommandInput>(
  'ModelBias',
  (sagemaker, input) => sagemaker.send(new CreateModelBiasJobDefinitionCommand(input)),
  (sagemaker, JobDefinitionName) => sagemaker.send(new DeleteModelBiasJobDefinitionCommand({ JobDefinitionName })),
);

export const modelExplainabilityJobDefinition = jobDefinition<CreateModelExplainabilityJobDefinitionCommandInput>(
  'ModelExplainability',
  (sagemaker, input) => sagemaker.send(new CreateModelExplainabilityJobDefinitionCommand(input)),
  (sagemaker, JobDefinitionName) =>
    sagemaker.send(new DeleteModelExplainabilityJobDefinitionCommand({ JobDefinitionName })),
);

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
      // AWS: cloudformation/handlers-wait-for-what-they-made
      throw new NotStabilized(MonitoringScheduleArn, reason);
    }
    return describe(MonitoringScheduleArn, context);
  },
  async update(physicalId, properties, _, context) {
    const MonitoringScheduleName = nameInArn(physicalId);
    const input = { ...pick(properties, ['MonitoringScheduleConfig']), MonitoringScheduleName };
    await context.clients.sagemaker.send(
      new UpdateMonitoringScheduleCommand(input as unknown as UpdateMonitoringScheduleCommandInput),
    );
    const reason = await scheduled(MonitoringScheduleName, context);
    if (reason !== undefined) {
      // AWS: cloudformation/handlers-wait-for-what-they-made
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
  return {
    physicalId: MonitoringScheduleArn,
    attributes: { MonitoringScheduleArn, CreationTime: now, LastModifiedTime: now },
  };
}

/** Waits while the schedule is Pending; returns why it failed, or undefined. */
async function scheduled(
  MonitoringScheduleName: string,
  { clients, clock }: ProvisionContext,
): Promise<string | undefined> {
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
