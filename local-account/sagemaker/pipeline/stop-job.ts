import {
  type SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopProcessingJobCommand,
  StopTrainingJobCommand,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker';

/** Stops a step's job with the client's permissions, by the operation for its kind. */
export async function stopJob(client: SageMakerClient, jobArn: string): Promise<void> {
  const [, kind, name] = /:([a-z-]+)\/([^/]+)$/.exec(jobArn) ?? [];
  switch (kind) {
    case 'processing-job':
      await client.send(new StopProcessingJobCommand({ ProcessingJobName: name }));
      return;
    case 'training-job':
      await client.send(new StopTrainingJobCommand({ TrainingJobName: name }));
      return;
    case 'hyper-parameter-tuning-job':
      await client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
      return;
    case 'transform-job':
      await client.send(new StopTransformJobCommand({ TransformJobName: name }));
      return;
    default:
      throw new Error(`${jobArn} is no job that a pipeline can stop`);
  }
}
