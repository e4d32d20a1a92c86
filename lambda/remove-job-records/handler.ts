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

import { onDelete, present, type TargetEvent } from '../cloudformation/respond';

const sagemaker = new SageMakerClient({});

/** Name prefixes of this workflow's jobs. Training jobs are named after the tuning job that started them. */
interface Target {
  readonly ProcessingPrefix: string;
  readonly TuningPrefix: string;
}

/**
 * SageMaker keeps a record of every job until somebody deletes it. Records of transform jobs stay, because AWS has no
 * API to delete them. Lineage entities that SageMaker creates for its jobs stay too: they belong to AWS.
 */
// AWS: sagemaker-jobs/records-of-jobs-stay
export function handler(event: TargetEvent<Target>): Promise<void> {
  return onDelete(event, async (target) => {
    const ProcessingPrefix = present(target.ProcessingPrefix, 'ProcessingPrefix');
    const TuningPrefix = present(target.TuningPrefix, 'TuningPrefix');
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
 * Lists all jobs first, because deletions would change the pages. `NameContains` also finds names with the text in the
 * middle.
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
      // The job still runs, or somebody else has removed it. Neither should fail the deletion of the stack.
      if (!(error instanceof ResourceInUse || error instanceof ResourceNotFound)) throw error;
    }
  }
  return removed;
}
