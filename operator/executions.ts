import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { OperatorContext } from './context';
import { waitFor } from './context';
import { withoutRepetition } from './errors';
import type { Output } from './output';

/** A finished run of a state machine. */
export interface ExecutionResult {
  readonly arn: string;
  readonly status: string;
  /** States in the order in which they were entered; repeats in a row are listed once. */
  readonly states: readonly string[];
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly cause?: string;
}

export async function executionArns(context: OperatorContext, stateMachineArn: string): Promise<Set<string>> {
  const { executions } = await context.clients.sfn.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }),
  );
  return new Set((executions ?? []).map((one) => one.executionArn ?? ''));
}

export async function startExecution(
  context: OperatorContext,
  stateMachineArn: string,
  input: unknown,
): Promise<string> {
  const { executionArn } = await context.clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn ?? '';
}

/** Follows an execution to its end and prints each state that it enters. */
export async function followExecution(
  context: OperatorContext,
  arn: string,
  limitMinutes: number,
  output: Output,
): Promise<ExecutionResult> {
  let printed = 0;
  const ended = await waitFor(context, `the execution ${arn} to end`, limitMinutes, async () => {
    const execution = await context.clients.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    const states = await statesOf(context, arn);
    for (const state of states.slice(printed)) output.progress(`  ${state}`);
    printed = states.length;
    return execution.status === 'RUNNING' ? undefined : { execution, states };
  });
  const { execution, states } = ended;
  const result = parse(execution.output) ?? (await lastInput(context, arn));
  return {
    arn,
    status: execution.status ?? 'UNKNOWN',
    states,
    ...(result === undefined ? {} : { output: result }),
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...(execution.cause === undefined ? {} : { cause: execution.cause }),
  };
}

/**
 * Reads the history without the states' data: a waiting loop makes hundreds of events, and this reads them repeatedly.
 */
async function history(context: OperatorContext, arn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let token: string | undefined;
  do {
    const page = await context.clients.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: arn,
        includeExecutionData: false,
        maxResults: 1000,
        nextToken: token,
      }),
    );
    events.push(...(page.events ?? []));
    token = page.nextToken;
  } while (token !== undefined);
  return events;
}

async function statesOf(context: OperatorContext, arn: string): Promise<string[]> {
  const names = (await history(context, arn)).flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
  // A waiting loop would fill the screen: list a state again only after a state outside its loop.
  return names.filter((name, at) => !names.slice(Math.max(0, at - 6), at).includes(name));
}

/** A failed execution has no output; its data are the input of its last state. */
async function lastInput(context: OperatorContext, arn: string): Promise<Record<string, unknown> | undefined> {
  const { events } = await context.clients.sfn.send(
    new GetExecutionHistoryCommand({
      executionArn: arn,
      includeExecutionData: true,
      reverseOrder: true,
      maxResults: 20,
    }),
  );
  return parse(events?.find((event) => event.stateEnteredEventDetails !== undefined)?.stateEnteredEventDetails?.input);
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `{ outcome: { result, detail } }`, the output of every state machine of the workflow. */
export function outcomeOf(run: ExecutionResult): { readonly result: string; readonly detail: string } {
  const outcome = run.output?.outcome as { result?: unknown; detail?: unknown } | undefined;
  return {
    result: typeof outcome?.result === 'string' ? outcome.result : run.status,
    detail: typeof outcome?.detail === 'string' ? outcome.detail : withoutRepetition(run.cause ?? run.error ?? ''),
  };
}
