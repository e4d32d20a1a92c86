import {
  DescribeProcessingJobCommand,
  ListMonitoringExecutionsCommand,
  type MonitoringExecutionSummary,
} from '@aws-sdk/client-sagemaker';
import { type OperatorContext, waitFor } from './context';
import { followExecution, outcomeOf, startExecution } from './executions';
import type { Output } from './output';
import { parseS3Uri } from './storage';

/** The result of analyzing one hour. */
export interface HourAnalysis {
  readonly outcome: { readonly result: string; readonly detail: string };
  /** Key prefix of its files in the capture bucket; undefined when it wrote none. */
  readonly resultPrefix?: string;
  readonly succeeded: boolean;
}

/**
 * Starts the workflow's own analysis, which is possible at any time. Model Monitor runs on its schedule only, so there
 * this waits for its run of that hour.
 */
export async function analyzeHour(
  context: OperatorContext,
  hour: string,
  limitMinutes: number,
  output: Output,
): Promise<HourAnalysis> {
  const schedule = await context.optionalOutput('Monitoring', 'MonitoringScheduleName');
  return schedule === undefined
    ? ownAnalysis(context, hour, limitMinutes, output)
    : modelMonitorRun(context, schedule, hour, limitMinutes, output);
}

async function ownAnalysis(
  context: OperatorContext,
  hour: string,
  limitMinutes: number,
  output: Output,
): Promise<HourAnalysis> {
  const stateMachine = await context.output('Monitoring', 'MonitoringStateMachineArn');
  const execution = await startExecution(context, stateMachine, { hour });
  const run = await followExecution(context, execution, limitMinutes, output);
  const job = (run.output?.job as { name?: string } | undefined)?.name;
  return {
    outcome: outcomeOf(run),
    ...(job === undefined ? {} : { resultPrefix: `monitoring/${job}` }),
    succeeded: run.status === 'SUCCEEDED',
  };
}

const running: readonly (string | undefined)[] = ['Pending', 'InProgress', 'Stopping'];

/**
 * Runs start some minutes after the full hour ("Cron Expressions for Monitoring Schedule"): up to twenty, and then the
 * job takes its time.
 */
async function modelMonitorRun(
  context: OperatorContext,
  schedule: string,
  hour: string,
  limitMinutes: number,
  output: Output,
): Promise<HourAnalysis> {
  const due = Date.parse(`${hour}:00:00Z`) + 3_600_000;
  output.progress(`  waiting for Model Monitor's run of ${new Date(due).toISOString().slice(0, 16)} UTC`);
  const run = await waitFor(
    context,
    `a run of the schedule ${schedule} for ${hour}:00 UTC`,
    Math.max(limitMinutes, 90),
    async () => {
      const { MonitoringExecutionSummaries } = await context.clients.sagemaker.send(
        new ListMonitoringExecutionsCommand({
          MonitoringScheduleName: schedule,
          SortBy: 'ScheduledTime',
          SortOrder: 'Descending',
          MaxResults: 100,
        }),
      );
      return MonitoringExecutionSummaries?.find(
        (one) => isRunOf(one, due) && !running.includes(one.MonitoringExecutionStatus),
      );
    },
  );
  const status = run.MonitoringExecutionStatus ?? 'Unknown';
  const result = { CompletedWithViolations: 'Drift', Completed: 'NoDrift' }[status as string] ?? status;
  const prefix = run.ProcessingJobArn === undefined ? undefined : await outputPrefix(context, run.ProcessingJobArn);
  return {
    outcome: { result, detail: run.FailureReason ?? `Model Monitor's run ended as ${status}` },
    ...(prefix === undefined ? {} : { resultPrefix: prefix }),
    succeeded: result !== status,
  };
}

function isRunOf({ ScheduledTime }: MonitoringExecutionSummary, due: number): boolean {
  const at = ScheduledTime?.getTime() ?? 0;
  return at >= due && at < due + 3_600_000;
}

async function outputPrefix(context: OperatorContext, jobArn: string): Promise<string | undefined> {
  const ProcessingJobName = jobArn.slice(jobArn.lastIndexOf('/') + 1);
  const job = await context.clients.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
  const uri = job.ProcessingOutputConfig?.Outputs?.[0]?.S3Output?.S3Uri;
  return uri === undefined ? undefined : parseS3Uri(uri).key.replace(/\/$/, '');
}
