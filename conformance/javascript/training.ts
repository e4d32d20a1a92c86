import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { expect, until, type World } from '../world';

/** CSV, the label first; the label depends on the second column. */
const records = Array.from({ length: 400 }, (_, index) => `${index % 2},${index % 2},${(index * 7) % 10}`).join('\n');

/** Starts a job of the built-in XGBoost algorithm. */
export async function createTraining(
  sagemaker: SageMakerClient,
  { bucket, role, images }: World,
  TrainingJobName: string,
): Promise<void> {
  const S3DataSource = {
    S3DataType: 'S3Prefix' as const,
    S3Uri: `s3://${bucket}/js/train/`,
    S3DataDistributionType: 'FullyReplicated' as const,
  };
  await sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: role,
      AlgorithmSpecification: { TrainingImage: images.XGBOOST, TrainingInputMode: 'File' },
      HyperParameters: { objective: 'binary:logistic', num_round: '5', eval_metric: 'auc' },
      InputDataConfig: [{ ChannelName: 'train', ContentType: 'text/csv', DataSource: { S3DataSource } }],
      OutputDataConfig: { S3OutputPath: `s3://${bucket}/js/models` },
      ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
    }),
  );
}

const trained = new WeakMap<World, Promise<string>>();

/** The S3 address of a trained model, the same one for all that ask. */
export function trainedModel(world: World): Promise<string> {
  const found = trained.get(world) ?? train(world);
  trained.set(world, found);
  return found;
}

async function train(world: World): Promise<string> {
  const s3 = new S3Client({ ...world.client, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: 'js/train/part.csv', Body: records }));
  const sagemaker = new SageMakerClient(world.client);
  const TrainingJobName = `js-${world.run}`;
  await createTraining(sagemaker, world, TrainingJobName);
  const job = await until(
    () => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress',
    900,
  );
  expect(job.TrainingJobStatus === 'Completed', job.FailureReason);
  return job.ModelArtifacts?.S3ModelArtifacts ?? '';
}
