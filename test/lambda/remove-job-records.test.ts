import { ResourceInUse, SageMakerClient } from '@aws-sdk/client-sagemaker';

import type { TargetEvent } from '../../lambda/cloudformation/respond';
import { handler } from '../../lambda/remove-job-records/handler';

// What CloudFormation is told is the business of respond; here only what is removed counts.
jest.mock('../../lambda/cloudformation/respond', () => ({
  ...jest.requireActual<object>('../../lambda/cloudformation/respond'),
  onDelete: async (event: TargetEvent<unknown>, remove: (target: unknown) => Promise<string>) =>
    remove(event.ResourceProperties.Target),
}));

interface Sent {
  readonly name: string;
  readonly input: Record<string, string | undefined>;
}

test('removes the records of this workflow alone, page by page, and leaves what still runs', async () => {
  const sent: Sent[] = [];
  jest.spyOn(SageMakerClient.prototype, 'send').mockImplementation((async (command: {
    constructor: { name: string };
    input: Record<string, string>;
  }) => {
    const { input } = command;
    const { name } = command.constructor;
    sent.push({ name, input });
    switch (name) {
      case 'ListProcessingJobsCommand':
        return input.NextToken === undefined
          ? {
              ProcessingJobSummaries: ['flights-drift-1', 'other-flights-drift-2'].map((ProcessingJobName) => ({
                ProcessingJobName,
              })),
              NextToken: 'more',
            }
          : { ProcessingJobSummaries: [{ ProcessingJobName: 'flights-running' }] };
      case 'ListHyperParameterTuningJobsCommand':
        return { HyperParameterTuningJobSummaries: [{ HyperParameterTuningJobName: 'fly-abc' }] };
      case 'ListTrainingJobsCommand':
        return { TrainingJobSummaries: [{ TrainingJobName: 'fly-abc-001' }, { TrainingJobName: 'butterfly-abc-001' }] };
      case 'DeleteProcessingJobCommand':
        if (input.ProcessingJobName === 'flights-running')
          throw new ResourceInUse({ message: 'it runs', $metadata: {} });
        return {};
      default:
        return {};
    }
  }) as never);

  const event = {
    ResourceProperties: { Target: { ProcessingPrefix: 'flights-', TuningPrefix: 'fly-' } },
  } as TargetEvent<never>;
  expect(await (handler(event) as unknown as Promise<string>)).toBe(
    'records removed: 1 processing jobs, 1 tuning jobs, 1 training jobs',
  );

  const deleted = sent.filter(({ name }) => name.startsWith('Delete')).map(({ input }) => Object.values(input)[0]);
  expect(deleted).toEqual(['flights-drift-1', 'flights-running', 'fly-abc', 'fly-abc-001']);
});
