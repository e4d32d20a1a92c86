import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

import { onDelete, present, type TargetEvent } from '../cloudformation/respond';

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
    // All of them first: nothing is deleted where one of them is wrong.
    for (const group of Groups) present(group, 'Groups');
    const shared = Streams.map((one) => {
      const [group, prefix] = one.split(':');
      return { group: present(group, 'Streams'), prefix: present(prefix, 'Streams') };
    });
    let groups = 0;
    let streams = 0;
    for (const logGroupName of Groups) {
      groups += await ifThere(async () => {
        await logs.send(new DeleteLogGroupCommand({ logGroupName }));
        return 1;
      });
    }
    for (const { group, prefix } of shared) streams += await ifThere(() => removeStreams(group, prefix));
    return `${groups} log groups and ${streams} log streams removed`;
  });
}

async function removeStreams(logGroupName: string, logStreamNamePrefix: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix, limit: 50 }),
    );
    if (logStreams === undefined) throw new Error(`CloudWatch Logs lists no streams of ${logGroupName}`);
    const foreign = logStreams.find(({ logStreamName }) => !logStreamName?.startsWith(logStreamNamePrefix));
    if (foreign !== undefined)
      throw new Error(`${foreign.logStreamName} does not begin with ${logStreamNamePrefix}: nothing more is deleted`);
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
