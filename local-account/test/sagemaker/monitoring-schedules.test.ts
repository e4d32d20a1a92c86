import {
  CreateDataQualityJobDefinitionCommand,
  CreateModelQualityJobDefinitionCommand,
  CreateMonitoringScheduleCommand,
  UpdateMonitoringScheduleCommand,
} from '@aws-sdk/client-sagemaker';
import { BUCKET, ROLE, SCIKIT_LEARN, Workbench } from './workbench';

const endpointInput = { EndpointName: 'live', LocalPath: '/opt/ml/processing/input' };
const outputs = {
  MonitoringOutputs: [{ S3Output: { S3Uri: `s3://${BUCKET}/reports`, LocalPath: '/opt/ml/processing/output' } }],
};

describe('a monitoring schedule', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await Workbench.start();
  });
  afterAll(() => bench.stop());

  const definition = (JobDefinitionName: string, MaxRuntimeInSeconds: number) => ({
    JobDefinitionName,
    RoleArn: ROLE,
    JobResources: { ClusterConfig: { InstanceType: 'ml.m5.large' as const, InstanceCount: 1, VolumeSizeInGB: 10 } },
    StoppingCondition: { MaxRuntimeInSeconds },
  });
  const quality = (name: string, seconds: number) =>
    bench.sagemaker.send(
      new CreateModelQualityJobDefinitionCommand({
        ...definition(name, seconds),
        ModelQualityAppSpecification: { ImageUri: SCIKIT_LEARN, ProblemType: 'BinaryClassification' },
        ModelQualityJobInput: {
          EndpointInput: endpointInput,
          GroundTruthS3Input: { S3Uri: `s3://${BUCKET}/ground-truth` },
        },
        ModelQualityJobOutputConfig: outputs,
      }),
    );
  const data = (name: string, seconds: number) =>
    bench.sagemaker.send(
      new CreateDataQualityJobDefinitionCommand({
        ...definition(name, seconds),
        DataQualityAppSpecification: { ImageUri: SCIKIT_LEARN },
        DataQualityJobInput: { EndpointInput: endpointInput },
        DataQualityJobOutputConfig: outputs,
      }),
    );
  const schedule = (MonitoringType: 'DataQuality' | 'ModelQuality', name: string, hours: string) => ({
    MonitoringScheduleName: name,
    MonitoringScheduleConfig: {
      MonitoringJobDefinitionName: name,
      MonitoringType,
      ScheduleConfig: { ScheduleExpression: `cron(0 ${hours} ? * * *)` },
    },
  });

  it('is refused when a run may take longer than its kind and frequency allow', async () => {
    await quality('quality', 1_801);
    await quality('short-quality', 1_800);
    await data('data', 3_601);
    const create = (...of: Parameters<typeof schedule>) =>
      bench.sagemaker.send(new CreateMonitoringScheduleCommand(schedule(...of)));
    await expect(create('ModelQuality', 'quality', '*')).rejects.toThrow(
      /is 1801; on this schedule it is at most 1800/,
    );
    await expect(create('DataQuality', 'data', '*')).rejects.toThrow(/is 3601; on this schedule it is at most 3600/);
    await create('ModelQuality', 'short-quality', '*');
    await create('ModelQuality', 'quality', '6');
    await expect(
      bench.sagemaker.send(new UpdateMonitoringScheduleCommand(schedule('ModelQuality', 'quality', '*'))),
    ).rejects.toThrow(/at most 1800/);
  });
});
