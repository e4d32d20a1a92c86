import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeProcessingJobCommand,
  DescribeTransformJobCommand,
  ListPipelineExecutionStepsCommand,
  ListProcessingJobsCommand,
  ListTransformJobsCommand,
  StopPipelineExecutionCommand,
  StopProcessingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { followPipeline, train } from '../../../operator/commands/train';
import { waitFor } from '../../../operator/context';
import { followExecution, startExecution } from '../../../operator/executions';
import { packages } from '../../../operator/registry';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';
import { currentHour } from '../time';

export const interrupted: Checkpoint = {
  id: 'stop',
  sentence:
    'A person stops the pipeline while it prepares data, and again while it tunes: it stops its job and registers nothing.',
  topics: ['SVC-04'],
  async run(stage) {
    const before = (await packages(stage.operator)).length;
    for (const step of ['PrepareData', 'TuneModel']) stage.note(step, await stopAt(stage, step));
    const after = (await packages(stage.operator)).length;
    expect(after === before, `${after - before} models were registered`);
  },
};

/** Starts the pipeline, stops it as soon as the step's job runs, and returns the step's status. */
async function stopAt({ operator, output }: CheckpointContext, step: string): Promise<string> {
  const { sagemaker } = operator.clients;
  const { executionArn } = await train(operator, { airports: ['JFK'], until: '2013-06', wait: false }, output);
  await waitFor(operator, `${step} to run`, 5, async () => {
    const { PipelineExecutionSteps } = await sagemaker.send(
      new ListPipelineExecutionStepsCommand({ PipelineExecutionArn: executionArn }),
    );
    const found = PipelineExecutionSteps?.find(({ StepName }) => StepName === step);
    return found?.StepStatus === 'Executing' &&
      (found.Metadata?.ProcessingJob ?? found.Metadata?.TuningJob) !== undefined
      ? true
      : undefined;
  });
  await sagemaker.send(
    new StopPipelineExecutionCommand({ PipelineExecutionArn: executionArn, ClientRequestToken: randomUUID() }),
  );
  const { status, steps } = await followPipeline(operator, executionArn, 5, output);
  expect(status === 'Stopped', `the execution is ${status}`);
  const ended = steps.find(({ name }) => name === step)?.status ?? 'missing';
  expect(ended === 'Stopped', `${step} is ${ended}`);
  return ended;
}

export const aborted: Checkpoint = {
  id: 'abort',
  sentence:
    'A person who stops an execution also stops its job; when the job of an analysis is stopped, the analysis fails and people are notified.',
  topics: ['SVC-13'],
  async run(stage) {
    const { operator, note, output } = stage;
    const { sagemaker, sfn } = operator.clients;
    const newest = async () =>
      (
        await sagemaker.send(
          new ListTransformJobsCommand({ SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 1 }),
        )
      ).TransformJobSummaries?.[0]?.TransformJobName;
    const before = await newest();
    const batch = await startExecution(operator, await operator.output('Serving', 'BatchStateMachineArn'), {
      input: 'batch/input/JFK-2013-07.csv',
    });
    const TransformJobName = await waitFor(operator, 'the transform job', 5, async () => {
      const name = await newest();
      return name === before ? undefined : name;
    });
    await sfn.send(new StopExecutionCommand({ executionArn: batch, error: 'Operator', cause: 'not needed' }));
    const transform = await waitFor(operator, 'the transform job to stop', 5, async () => {
      const { TransformJobStatus } = await sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }));
      return TransformJobStatus === 'InProgress' || TransformJobStatus === 'Stopping' ? undefined : TransformJobStatus;
    });
    expect(transform === 'Stopped', `the transform job is ${transform}`);
    note('transform job', transform);

    const first = await analysis(stage);
    await sfn.send(new StopExecutionCommand({ executionArn: first.execution, error: 'Operator', cause: 'not needed' }));
    note('analysis job', await stoppedJob(stage, first.job));

    const second = await analysis(stage);
    await sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: second.job }));
    const run = await followExecution(operator, second.execution, 5, output);
    expect(
      run.status === 'FAILED' && run.states.includes('Notify'),
      `the analysis ended ${run.status} by way of ${run.states.join(', ')}`,
    );
    note('analysis without its job', run.error ?? '');
  },
};

/** Starts an analysis of this hour's traffic and waits until its job runs. */
async function analysis(stage: CheckpointContext): Promise<{ execution: string; job: string }> {
  const { operator } = stage;
  const { sagemaker } = operator.clients;
  const newest = async () =>
    (
      await sagemaker.send(
        new ListProcessingJobsCommand({ SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 1 }),
      )
    ).ProcessingJobSummaries?.[0]?.ProcessingJobName;
  const before = await newest();
  const execution = await startExecution(operator, await operator.output('Monitoring', 'MonitoringStateMachineArn'), {
    hour: currentHour(stage),
  });
  const job = await waitFor(operator, 'the analysis job', 5, async () => {
    const name = await newest();
    return name === before ? undefined : name;
  });
  return { execution, job };
}

async function stoppedJob({ operator }: CheckpointContext, ProcessingJobName: string): Promise<string> {
  const status = await waitFor(operator, `${ProcessingJobName} to stop`, 5, async () => {
    const { ProcessingJobStatus } = await operator.clients.sagemaker.send(
      new DescribeProcessingJobCommand({ ProcessingJobName }),
    );
    return ProcessingJobStatus === 'InProgress' || ProcessingJobStatus === 'Stopping' ? undefined : ProcessingJobStatus;
  });
  expect(status === 'Stopped', `${ProcessingJobName} is ${status}`);
  return status;
}

export const buried: Checkpoint = {
  id: 'dead-letter',
  sentence:
    'The event of a file that no longer exists is tried three times, and then kept in the dead-letter queue for a person.',
  topics: ['SVC-14'],
  async run({ operator, rehearsal, note }) {
    const { platform } = rehearsal;
    const bucket = await operator.output('DataLake', 'RawBucketName');
    const key = 'raw/flights/JFK/2013-01-gone.csv';
    platform.emit({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: [`arn:${platform.partition}:s3:::${bucket}`],
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: { key, size: 1, etag: 'e', 'version-id': 'none', sequencer: '0' },
        reason: 'PutObject',
      },
    });
    const { endpoint, region, administrator: credentials } = platform;
    const sqs = new SQSClient({ endpoint, region, credentials });
    try {
      const [, queue] = expectSome(
        [...rehearsal.resourceNames()]
          .map(([id, name]) => [name, id])
          .find(([name, id]) => /DataLake\/BatchIngestDeadLetters/.test(name ?? '') && /^https?:/.test(id ?? '')),
        'the queue',
      );
      const message = await waitFor(
        operator,
        'the dead letter',
        5,
        async () =>
          (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MessageAttributeNames: ['All'] })))
            .Messages?.[0],
      );
      expect(message.Body?.includes(key) ?? false, 'the dead letter is about something else');
      const runbook = readFileSync(join(__dirname, '../../../docs/runbooks/dead-letters.md'), 'utf8');
      const attributes = Object.keys(message.MessageAttributes ?? {});
      const unnamed = attributes.filter((name) => !runbook.includes(`\`${name}\``));
      expect(
        attributes.length > 0 && unnamed.length === 0,
        `the runbook names other attributes than ${attributes.join(', ')}`,
      );
      note('kept', key);
    } finally {
      sqs.destroy();
    }
  },
};
