import './promise';

import { StateMachine } from 'aws-local-stepfunctions';
import { AwsError, type Platform } from '../../platform';
import type { ServiceModels } from '../../service-model';
import { type Definition, mapStates, onVirtualTime, type Retrier, type State } from './definition';
import { runTask } from './tasks';

export interface MachineReference {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: Definition;
}

export interface HistoryEntry {
  readonly at: number;
  readonly state: string;
  /** Kind of the state, where it was entered. */
  readonly type?: string;
  readonly event: 'entered' | 'succeeded' | 'failed' | 'retried' | 'redriven';
  readonly detail?: unknown;
}

/** "Quotas related to state executions" (Step Functions guide): input or result of a task, state or execution. */
const MOST_BYTES = 262_144;

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly error?: string; readonly cause?: string };

/** How long after its end an execution can be redriven: 14 days (RedriveExecution, API reference). */
const REDRIVABLE_MILLISECONDS = 14 * 24 * 60 * 60_000;

export type ExecutionState = Pick<
  Execution,
  | 'machine'
  | 'arn'
  | 'name'
  | 'input'
  | 'history'
  | 'startDate'
  | 'stopDate'
  | 'outcome'
  | 'redriveCount'
  | 'redriveDate'
>;

/** One execution of a state machine: the interpreter runs the states; tasks and waits run here. */
export class Execution {
  readonly history: HistoryEntry[] = [];
  readonly startDate: number;
  stopDate: number | undefined;
  outcome: Outcome | undefined;
  redriveCount = 0;
  redriveDate: number | undefined;
  private abort = new AbortController();
  private ended: Promise<Outcome> | undefined;
  private machineIsDeleted = false;
  private readonly attempts = new Map<string, number>();

  constructor(
    private readonly platform: Platform,
    private readonly models: ServiceModels,
    readonly machine: MachineReference,
    readonly arn: string,
    readonly name: string,
    readonly input: unknown,
  ) {
    this.startDate = platform.clock.now();
  }

  /** One of a snapshot. */
  static of(platform: Platform, models: ServiceModels, state: ExecutionState): Execution {
    const { machine, arn, name, input, history, ...rest } = state;
    const execution = new Execution(platform, models, machine, arn, name, input);
    execution.history.push(...history);
    return Object.assign(execution, rest);
  }

  state(): ExecutionState {
    const { machine, arn, name, input, history, startDate, stopDate, outcome, redriveCount, redriveDate } = this;
    return { machine, arn, name, input, history, startDate, stopDate, outcome, redriveCount, redriveDate };
  }

  get status(): string {
    return this.outcome?.status ?? 'RUNNING';
  }

  stop(error?: string, cause?: string): void {
    if (this.outcome) return;
    this.finish({ status: 'ABORTED', error, cause });
    this.abort.abort(new Error('the execution was stopped'));
  }

  /**
   * "On the next state transition, the state machine's executions are terminated" (API reference, DeleteStateMachine).
   */
  endAtNextState(): void {
    this.machineIsDeleted = true;
  }

  private endWithItsMachine(): void {
    if (!this.machineIsDeleted) return;
    this.stop();
    this.abort.signal.throwIfAborted();
  }

  run(): Promise<Outcome> {
    this.ended = this.attempt(this.machine.definition, this.input);
    return this.ended;
  }

  /** Why it cannot be redriven, in the words of DescribeExecution. */
  get notRedrivable(): string | undefined {
    if (this.status === 'RUNNING' || this.status === 'SUCCEEDED')
      return `Execution is ${this.status} and cannot be redriven`;
    if (this.machineIsDeleted) return 'State machine is in DELETING status';
    const since = this.platform.clock.now() - (this.stopDate ?? 0);
    return since > REDRIVABLE_MILLISECONDS ? 'Execution redrivable period exceeded' : undefined;
  }

  /**
   * Goes on with the state that did not succeed, with the input that it had. Retries count anew.
   *
   * AWS: step-functions/redrive-goes-on-with-the-failed-state
   */
  async redrive(): Promise<{ readonly at: number; readonly ended: Promise<Outcome> }> {
    const reason = this.notRedrivable;
    if (reason !== undefined) throw new AwsError('ExecutionNotRedrivable', reason);
    const { definition } = this.machine;
    const last = [...this.history]
      .reverse()
      .find(({ event, state }) => event === 'entered' && state in definition.States);
    if (last?.type === 'Map' || last?.type === 'Parallel')
      throw new AwsError(
        'UnsupportedOperation',
        `states:RedriveExecution of an execution that failed in a ${last.type} state is not supported by the local account`,
      );
    // What was stopped may still be unwinding.
    await this.ended;
    const at = this.platform.clock.now();
    Object.assign(this, { outcome: undefined, stopDate: undefined, abort: new AbortController() });
    this.attempts.clear();
    this.redriveCount += 1;
    this.redriveDate = at;
    this.note('', 'redriven', this.redriveCount);
    this.ended = this.attempt(
      last ? { ...definition, StartAt: last.state } : definition,
      last ? last.detail : this.input,
    );
    return { at, ended: this.ended };
  }

  private async attempt(definition: Definition, input: unknown): Promise<Outcome> {
    const { machine, platform } = this;
    const handlers: Record<string, (input: unknown) => Promise<unknown>> = {};
    const noWait: Record<string, number> = {};
    mapStates(definition, (name, state) => {
      if (state.Type === 'Task') handlers[name] = (input) => this.task(name, state, input as Record<string, unknown>);
      if (state.Type === 'Wait')
        handlers[name] = (input) => this.wait(input as { Seconds?: number; Timestamp?: string });
      if (state.Retry) noWait[name] = 0;
      return state;
    });
    const cancelTimeout = this.watchTimeout();
    try {
      // The definition was checked when the machine was made; the checks know nothing of the waits that became tasks.
      const interpreter = new StateMachine(onVirtualTime(definition) as never, {
        validationOptions: { noValidate: true } as never,
      });
      const running = interpreter.run(input as never, {
        overrides: { taskResourceLocalHandlers: handlers as never, retryIntervalOverrides: noWait },
        context: this.context() as never,
      });
      this.abort.signal.addEventListener('abort', () => running.abort(), { once: true });
      const followed = this.follow(running.eventLogs);
      const output = await running.result.finally(() => followed);
      this.finish({ status: 'SUCCEEDED', output });
    } catch (error) {
      this.finish(failureOf(error as Error));
    } finally {
      cancelTimeout();
    }
    platform.record({
      kind: 'execution',
      summary: `${machine.name} ${this.status}`,
      detail: { name: this.name, outcome: this.outcome, history: this.history },
    });
    return this.outcome ?? { status: 'FAILED' };
  }

  /** Every state that is entered, with its input, as the interpreter reports it. */
  private async follow(
    events: AsyncIterable<{ type: string; state?: { name: string; type: string; input: unknown } }>,
  ): Promise<void> {
    const types = new Map<string, string>();
    mapStates(this.machine.definition, (name, state) => {
      types.set(name, state.Type);
      return state;
    });
    for await (const { type, state } of events) {
      // Waits run as tasks here; the history shows what the definition says.
      if (type !== 'StateEntered' || !state) continue;
      this.note(state.name, 'entered', state.input, types.get(state.name));
      this.checkSize(state.name, state.input);
    }
  }

  /**
   * A state's input, a task's parameters and a result have at most 256 KiB each, even if only a part is passed on. A
   * Catch for all errors does not catch this one.
   *
   * AWS: step-functions/payloads-have-a-limit
   */
  private checkSize(state: string, payload: unknown): void {
    if (Buffer.byteLength(JSON.stringify(payload ?? {})) <= MOST_BYTES) return;
    const cause = `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    this.finish({ status: 'FAILED', error: 'States.DataLimitExceeded', cause });
    this.abort.abort(new Error(cause));
  }

  private async task(name: string, state: State, input: Record<string, unknown>): Promise<unknown> {
    const { platform, models, machine } = this;
    const runner = {
      platform,
      models,
      stateMachineArn: machine.arn,
      roleArn: machine.roleArn,
      signal: this.abort.signal,
    };
    this.endWithItsMachine();
    try {
      this.checkSize(name, input);
      const result = await this.within(state.TimeoutSeconds, runTask(runner, state.Resource ?? '', input));
      this.checkSize(state.Resource ?? name, result);
      this.attempts.delete(name);
      this.note(name, 'succeeded', result);
      return result;
    } catch (error) {
      const { name: errorName, message } = error as Error;
      this.note(name, 'failed', { error: errorName, cause: message });
      const delay = this.retryDelay(name, state.Retry ?? [], errorName);
      if (delay !== undefined) {
        // The interpreter retries at once; the interval passes here, on the virtual clock.
        await platform.clock.sleep(delay, this.abort.signal);
        this.note(name, 'retried');
      }
      throw error;
    }
  }

  private async wait({ Seconds, Timestamp }: { Seconds?: number; Timestamp?: string }): Promise<unknown> {
    this.endWithItsMachine();
    const { clock } = this.platform;
    const milliseconds = Timestamp === undefined ? Number(Seconds) * 1000 : new Date(Timestamp).getTime() - clock.now();
    await clock.sleep(milliseconds, this.abort.signal);
    return {};
  }

  private async within<T>(seconds: number | undefined, work: Promise<T>): Promise<T> {
    if (seconds === undefined) return work;
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.after(seconds, () => {
        const error = new Error(`the task did not end within ${seconds} seconds`);
        error.name = 'States.Timeout';
        reject(error);
      });
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }

  private watchTimeout(): () => void {
    const { TimeoutSeconds } = this.machine.definition;
    if (TimeoutSeconds === undefined) return () => undefined;
    return this.after(TimeoutSeconds, () => {
      this.finish({ status: 'TIMED_OUT', error: 'States.Timeout' });
      this.abort.abort(new Error('the execution timed out'));
    });
  }

  /** Scheduled, not slept: a timeout is no reason for the clock to jump. */
  private after(seconds: number, then: () => void): () => void {
    const due = this.platform.clock.now() + seconds * 1000;
    let planned = false;
    return this.platform.clock.schedule(
      () => {
        if (planned) return undefined;
        planned = true;
        return due;
        // What follows a timeout runs before the clock moves.
      },
      async () => then(),
    );
  }

  private retryDelay(name: string, retriers: readonly Retrier[], error: string): number | undefined {
    const index = retriers.findIndex(({ ErrorEquals }) =>
      ErrorEquals.some(
        (wanted) =>
          wanted === error || wanted === 'States.ALL' || (wanted === 'States.TaskFailed' && error !== 'States.Timeout'),
      ),
    );
    const retrier = retriers[index];
    if (!retrier) return undefined;
    const key = `${name}#${index}`;
    const attempt = this.attempts.get(key) ?? 0;
    if (attempt >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.attempts.set(key, attempt + 1);
    return (
      Math.min(
        (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** attempt,
        retrier.MaxDelaySeconds ?? Infinity,
      ) * 1000
    );
  }

  private context(): object {
    const { clock } = this.platform;
    const iso = (at: number) => new Date(at).toISOString();
    const { machine } = this;
    return {
      Execution: {
        Id: this.arn,
        Name: this.name,
        Input: this.input,
        RoleArn: machine.roleArn,
        StartTime: iso(this.startDate),
        RedriveCount: this.redriveCount,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
      // Read at each access, so that a state sees its own time.
      State: {
        get EnteredTime() {
          return iso(clock.now());
        },
      },
    };
  }

  private note(state: string, event: HistoryEntry['event'], detail?: unknown, type?: string): void {
    this.history.push({ at: this.platform.clock.now(), state, event, detail, ...(type === undefined ? {} : { type }) });
  }

  private finish(outcome: Outcome): void {
    this.outcome ??= outcome;
    this.stopDate ??= this.platform.clock.now();
  }
}

/** The interpreter wraps what a state failed with. */
function failureOf(error: Error): Outcome {
  const inner = (error.cause instanceof Error ? error.cause : error) as Error;
  return { status: 'FAILED', error: inner.name, cause: inner.message };
}
