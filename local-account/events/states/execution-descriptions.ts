import type { Execution } from './execution';

interface HistoryOptions {
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

/** As DescribeExecution gives it, or shorter as ListExecutions does. */
export function describeExecution(execution: Execution, whole: boolean): object {
  const { arn, machine, name, status, startDate, stopDate, outcome, input } = execution;
  const ended = stopDate === undefined ? {} : { stopDate: new Date(stopDate) };
  const short = {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: new Date(startDate),
    ...ended,
    redriveCount: execution.redriveCount,
    ...(execution.redriveDate === undefined ? {} : { redriveDate: new Date(execution.redriveDate) }),
  };
  if (!whole) return short;
  const result =
    outcome?.status === 'SUCCEEDED'
      ? { output: JSON.stringify(outcome.output ?? null) }
      : { error: outcome?.error, cause: outcome?.cause };
  const redriveStatusReason = execution.notRedrivable;
  const redriveStatus = redriveStatusReason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE';
  return { ...short, input: JSON.stringify(input), ...result, redriveStatus, redriveStatusReason };
}

/** History events for entered and exited states. AWS's other events (scheduling, Lambda starts) are left out. */
export function history(
  execution: Execution,
  { reverseOrder = false, includeExecutionData = true }: HistoryOptions,
): object[] {
  const data = (name: 'input' | 'output', detail: unknown) =>
    includeExecutionData ? { [name]: JSON.stringify(detail ?? {}) } : {};
  const types = {
    succeeded: 'TaskStateExited',
    failed: 'TaskFailed',
    retried: 'TaskScheduled',
    redriven: 'ExecutionRedriven',
  } as const;
  const events = execution.history.map(({ at, state, event, detail, type = 'Task' }, index) => {
    const { error, cause } = (detail ?? {}) as { error?: string; cause?: string };
    return {
      id: index + 1,
      previousEventId: index,
      timestamp: new Date(at),
      type: event === 'entered' ? `${type}StateEntered` : types[event],
      ...(event === 'entered' ? { stateEnteredEventDetails: { name: state, ...data('input', detail) } } : {}),
      ...(event === 'succeeded' ? { stateExitedEventDetails: { name: state, ...data('output', detail) } } : {}),
      ...(event === 'failed'
        ? { taskFailedEventDetails: { resourceType: 'task', resource: state, error, cause } }
        : {}),
      ...(event === 'redriven' ? { executionRedrivenEventDetails: { redriveCount: detail } } : {}),
      ...(event === 'retried'
        ? {
            taskScheduledEventDetails: {
              resourceType: 'task',
              resource: state,
              region: execution.arn.split(':')[3],
              parameters: '{}',
            },
          }
        : {}),
    };
  });
  return reverseOrder ? events.reverse() : events;
}
