import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { OperatorContext } from './context';
import { isNotFound } from './errors';

export interface LogTail {
  readonly group: string;
  readonly stream: string;
  readonly lines: readonly string[];
}

const groups: Readonly<Record<string, string>> = {
  'processing-job': '/aws/sagemaker/ProcessingJobs',
  'training-job': '/aws/sagemaker/TrainingJobs',
  'transform-job': '/aws/sagemaker/TransformJobs',
};

/** The last log lines of a job, and where the rest is. Undefined when the job has written nothing. */
export async function lastLines(context: OperatorContext, jobArn: string, count = 15): Promise<LogTail | undefined> {
  const [kind = '', name = ''] = jobArn.slice(jobArn.lastIndexOf(':') + 1).split('/');
  const group = groups[kind];
  if (group === undefined) return undefined;
  try {
    const { logStreams } = await context.clients.logs.send(
      new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: `${name}/` }),
    );
    const stream = logStreams?.[0]?.logStreamName;
    if (stream === undefined) return undefined;
    const { events } = await context.clients.logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: count, startFromHead: false }),
    );
    return { group, stream, lines: (events ?? []).map((event) => event.message ?? '').slice(-count) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
