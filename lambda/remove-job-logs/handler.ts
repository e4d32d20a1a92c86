import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

import { onDelete, type TargetEvent } from '../cloudformation/respond';

const logs = new CloudWatchLogsClient({});

interface Target {
  /** Log groups of this workflow only. */
  readonly Groups?: string[];
  /** `<group>:<prefix>`: a group that all jobs of the account share, and the prefix of our jobs' names. */
  readonly Streams?: string[];
}

/**
 * SageMaker creates one log group per kind of job for the whole account. This deletes groups of this workflow, and in
 * shared groups only the streams of its jobs.
 */
export function handler(event: TargetEvent<Target>): Promise<void> {
  return onDelete(event, async ({ Groups = [], Streams = [] }) => {
    let groups = 0;
    let streams = 0;
    for (const logGroupName of Groups) {
      groups += await ifThere(async () => {
        await logs.send(new DeleteLogGroupCommand({ logGroupName }));
        return 1;
      });
    }
    for (const one of Streams) {
      const [logGroupName = '', logStreamNamePrefix = ''] = one.split(':');
      streams += await ifThere(() => removeStreams(logGroupName, logStreamNamePrefix));
    }
    return `${groups} log groups and ${streams} log streams removed`;
  });
}

async function removeStreams(logGroupName: string, logStreamNamePrefix: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix, limit: 50 }),
    );
    if (logStreams.length === 0) return removed;
    for (const { logStreamName } of logStreams) {
      await logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
      removed += 1;
    }
  }
}

async function ifThere(remove: () => Promise<number>): Promise<number> {
  try {
    return await remove();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return 0;
    throw error;
  }
}
