import {
  DeleteHyperParameterTuningJobCommand,
  DeleteProcessingJobCommand,
  DeleteTrainingJobCommand,
  ListHyperParameterTuningJobsCommand,
  ListProcessingJobsCommand,
  ListTrainingJobsCommand,
  ResourceInUse,
  ResourceNotFound,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';

import { onDelete, type TargetEvent } from '../cloudformation/respond';

const sagemaker = new SageMakerClient({});

/** Beginnings of the names of this workflow's jobs. Training jobs are named after the tuning job that started them. */
interface Target {
  readonly ProcessingPrefix: string;
  readonly TuningPrefix: string;
}

/**
 * SageMaker keeps a record of every job until somebody deletes it. Records of transform jobs, and the lineage entities
 * that SageMaker makes for its jobs, stay: AWS has no call for the former, and the latter are AWS's own.
 */
// AWS: sagemaker-jobs/records-of-jobs-stay
export function handler(event: TargetEvent<Target>): Promise<void> {
  return onDelete(event, async ({ ProcessingPrefix, TuningPrefix }) => {
    const processing = await removeAll(
      ProcessingPrefix,
      async (page) => {
        const { ProcessingJobSummaries = [], NextToken } = await sagemaker.send(
          new ListProcessingJobsCommand({ NameContains: ProcessingPrefix, ...page }),
        );
        return { names: ProcessingJobSummaries.map(({ ProcessingJobName = '' }) => ProcessingJobName), NextToken };
      },
      (ProcessingJobName) => sagemaker.send(new DeleteProcessingJobCommand({ ProcessingJobName })),
    );
    const tuning = await removeAll(
      TuningPrefix,
      async (page) => {
        const { HyperParameterTuningJobSummaries = [], NextToken } = await sagemaker.send(
          new ListHyperParameterTuningJobsCommand({ NameContains: TuningPrefix, ...page }),
        );
        return {
          names: HyperParameterTuningJobSummaries.map(
            ({ HyperParameterTuningJobName = '' }) => HyperParameterTuningJobName,
          ),
          NextToken,
        };
      },
      (HyperParameterTuningJobName) =>
        sagemaker.send(new DeleteHyperParameterTuningJobCommand({ HyperParameterTuningJobName })),
    );
    const training = await removeAll(
      TuningPrefix,
      async (page) => {
        const { TrainingJobSummaries = [], NextToken } = await sagemaker.send(
          new ListTrainingJobsCommand({ NameContains: TuningPrefix, ...page }),
        );
        return { names: TrainingJobSummaries.map(({ TrainingJobName = '' }) => TrainingJobName), NextToken };
      },
      (TrainingJobName) => sagemaker.send(new DeleteTrainingJobCommand({ TrainingJobName })),
    );
    return `records removed: ${processing} processing jobs, ${tuning} tuning jobs, ${training} training jobs`;
  });
}

interface Page {
  readonly MaxResults: number;
  readonly NextToken?: string;
}

/**
 * Lists all first: what is deleted meanwhile would change the pages. `NameContains` also finds names with the text in
 * their middle.
 */
async function removeAll(
  prefix: string,
  list: (page: Page) => Promise<{ names: string[]; NextToken?: string }>,
  remove: (name: string) => Promise<unknown>,
): Promise<number> {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await list({ MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) });
    found.push(...page.names.filter((name) => name.startsWith(prefix)));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  let removed = 0;
  for (const name of found) {
    try {
      await remove(name);
      removed += 1;
    } catch (error) {
      // A job that still runs, or one that somebody else has removed: neither is a reason to keep the stack.
      if (!(error instanceof ResourceInUse || error instanceof ResourceNotFound)) throw error;
    }
  }
  return removed;
}
