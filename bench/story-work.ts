import { DescribeTrainingJobCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { packageLineage } from '../operator/lineage/package-lineage';
import { packageOf } from '../operator/registry';
import { type Checkpoint, expectSome } from '../rehearsal/story/checkpoint';

/** A step of the bench between those of the story; its time is not the story's. */
export function benchCheckpoint(id: `bench-${string}`, run: Checkpoint['run']): Checkpoint {
  return { id, sentence: '', topics: [], run };
}

/** What the story's jobs and its endpoint had to do, so that the bare work is the same. */
export interface StoryWork {
  requests: number;
  trials: Record<string, number>[];
  /** Data of the first training and of the retraining. */
  windows: { readonly airports: string; readonly from: string; readonly until: string }[];
  /** Rows of each month that they read, by airport and month such as JFK/2013-01. */
  curated: Record<string, number>;
}

/** First of all: counts responses from then on. */
export function counting(work: StoryWork): Checkpoint {
  return benchCheckpoint('bench-counting', async ({ rehearsal }) => {
    rehearsal.host.onAnswered(({ operation, error }) => {
      if (operation === 'InvokeEndpoint' && error === undefined) work.requests += 1;
    });
  });
}

/**
 * Last before the end: the trials that the tuning jobs drew. Each tuning job draws the same, since its seed is the
 * same.
 */
export function trials(work: StoryWork): Checkpoint {
  return benchCheckpoint('bench-trials', async ({ operator }) => {
    const { sagemaker } = operator.clients;
    const { TrainingJobSummaries = [] } = await sagemaker.send(
      new ListTrainingJobsCommand({ StatusEquals: 'Completed', MaxResults: 100 }),
    );
    const drawn = new Map<string, Record<string, number>>();
    for (const { TrainingJobName } of TrainingJobSummaries) {
      const { HyperParameters = {} } = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
      const numbers = Object.entries(HyperParameters).filter(([, value]) => Number.isFinite(Number(value)));
      drawn.set(
        JSON.stringify(numbers.sort()),
        Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])),
      );
    }
    work.trials = [...drawn.values()];
  });
}

/** The data behind the two versions that the pipeline registered. */
export function dataRead(work: StoryWork): Checkpoint {
  return benchCheckpoint('bench-data', async ({ operator }) => {
    for (const { arn } of [await packageOf(operator, 1), await packageOf(operator, 2)]) {
      const { execution, data } = await packageLineage(operator, arn);
      const { Airports = '', From = '', Until = '' } = execution.parameters;
      work.windows.push({ airports: Airports, from: From, until: Until });
      for (const { key, rows } of data.objects) {
        const [, airport, month] = /airport=(\w+)\/month=([\d-]+)\//.exec(key) ?? [];
        work.curated[`${airport}/${month}`] = expectSome(rows, `the number of rows of ${key}`);
      }
    }
  });
}
