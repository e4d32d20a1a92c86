import {
  CreateHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DescribeHyperParameterTuningJobCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  type SageMakerClient,
  type Tag,
} from '@aws-sdk/client-sagemaker';
import type { ProcessingJobs } from '../jobs/processing';
import type { TrainingJobs } from '../jobs/training';
import type { TransformJobs } from '../jobs/transform';
import type { TuningJobs } from '../jobs/tuning';
import type { StepDefinition } from './definition';
import { entityToken, jobName } from './job-names';
import { invoked, OPERATION_OF } from './operations';
import { registerModel } from './register-model';
import type { StartedStep } from './started-step';

export interface JobKinds {
  readonly processing: ProcessingJobs;
  readonly training: TrainingJobs;
  readonly tuning: TuningJobs;
  readonly transform: TransformJobs;
}

/**
 * Makes the API call of a step, as the pipeline's role: PassRole and all other permissions are checked where AWS checks
 * them.
 */
export async function startStep(
  step: StepDefinition,
  args: Readonly<Record<string, unknown>>,
  context: {
    readonly client: SageMakerClient;
    readonly kinds: JobKinds;
    readonly executionId: string;
    /** How often the step was tried before. */
    readonly retries: number;
    readonly tags: readonly Tag[];
    /** Throws where the role may not tag the packages of a group. */
    readonly mayTagPackages: (groupName: string) => void;
  },
): Promise<StartedStep> {
  return step.Type === 'RegisterModel'
    ? registerModel(args, context)
    : invoked(OPERATION_OF[step.Type] ?? step.Type, () => startJob(step, args, context));
}

async function startJob(
  step: StepDefinition,
  args: Readonly<Record<string, unknown>>,
  context: Parameters<typeof startStep>[2],
): Promise<StartedStep> {
  const { client, kinds, executionId, retries } = context;
  const Tags = [...((args.Tags as Tag[] | undefined) ?? []), ...context.tags];
  const named = (type: 'Processing' | 'Training' | 'Tuning' | 'Transform' | 'Model', member: string): string =>
    jobName({ ...step, Type: type }, args[member] as string | undefined, {
      executionId,
      token: entityToken(type),
      retries,
    });
  switch (step.Type) {
    case 'Processing': {
      const ProcessingJobName = named('Processing', 'ProcessingJobName');
      const { ProcessingJobArn } = await client.send(
        new CreateProcessingJobCommand({ ...args, ProcessingJobName, Tags } as CreateProcessingJobCommandInput),
      );
      return {
        metadata: { ProcessingJob: { Arn: ProcessingJobArn } },
        job: kinds.processing.store.get(ProcessingJobName),
        properties: async () => ({ ...(await client.send(new DescribeProcessingJobCommand({ ProcessingJobName }))) }),
      };
    }
    case 'Training': {
      const TrainingJobName = named('Training', 'TrainingJobName');
      const { TrainingJobArn } = await client.send(
        new CreateTrainingJobCommand({ ...args, TrainingJobName, Tags } as CreateTrainingJobCommandInput),
      );
      return {
        metadata: { TrainingJob: { Arn: TrainingJobArn } },
        job: kinds.training.store.get(TrainingJobName),
        properties: async () => ({ ...(await client.send(new DescribeTrainingJobCommand({ TrainingJobName }))) }),
      };
    }
    case 'Tuning': {
      const HyperParameterTuningJobName = named('Tuning', 'HyperParameterTuningJobName');
      const { HyperParameterTuningJobArn } = await client.send(
        new CreateHyperParameterTuningJobCommand({
          ...args,
          HyperParameterTuningJobName,
          Tags,
        } as CreateHyperParameterTuningJobCommandInput),
      );
      return {
        metadata: { TuningJob: { Arn: HyperParameterTuningJobArn } },
        job: kinds.tuning.store.get(HyperParameterTuningJobName),
        properties: async () => {
          const described = await client.send(
            new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }),
          );
          const { TrainingJobSummaries } = await client.send(
            new ListTrainingJobsForHyperParameterTuningJobCommand({
              HyperParameterTuningJobName,
              SortBy: 'FinalObjectiveMetricValue',
              SortOrder: 'Descending',
              MaxResults: 50,
            }),
          );
          return { ...described, TrainingJobSummaries };
        },
      };
    }
    case 'Transform': {
      const TransformJobName = named('Transform', 'TransformJobName');
      const { TransformJobArn } = await client.send(
        new CreateTransformJobCommand({ ...args, TransformJobName, Tags } as CreateTransformJobCommandInput),
      );
      return {
        metadata: { TransformJob: { Arn: TransformJobArn } },
        job: kinds.transform.store.get(TransformJobName),
        properties: async () => ({ ...(await client.send(new DescribeTransformJobCommand({ TransformJobName }))) }),
      };
    }
    case 'Model': {
      const ModelName = named('Model', 'ModelName');
      const { ModelArn } = await client.send(new CreateModelCommand({ ...args, ModelName } as CreateModelCommandInput));
      return { metadata: { Model: { Arn: ModelArn } }, properties: async () => ({ ...args, ModelName, ModelArn }) };
    }
    default:
      throw new Error(`InternalServerError: a ${step.Type} step makes no API call`);
  }
}
