/** The parts of Amazon States Language that the local account reads. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Branches?: readonly Definition[];
  readonly Iterator?: Definition;
  readonly ItemProcessor?: Definition;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Comment?: string;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

/** Calls `change` for every state, also those within branches and maps, and returns the definition that results. */
export function mapStates(definition: Definition, change: (name: string, state: State) => State): Definition {
  const inner = (one: Definition | undefined) => one && mapStates(one, change);
  return {
    ...definition,
    States: Object.fromEntries(
      Object.entries(definition.States).map(([name, state]) => [
        name,
        {
          ...change(name, state),
          ...(state.Branches ? { Branches: state.Branches.map((branch) => mapStates(branch, change)) } : {}),
          ...(state.Iterator ? { Iterator: inner(state.Iterator) } : {}),
          ...(state.ItemProcessor ? { ItemProcessor: inner(state.ItemProcessor) } : {}),
        },
      ]),
    ),
  };
}

export const WAIT = 'local-account:wait';

/**
 * In seconds, the longest that a timer of Node takes. Without a timeout of its own, the interpreter ends a task after
 * 60 seconds of real time, also a wait while the clock stands still. AWS's own default is three years.
 */
const NO_TIMEOUT = 2_147_483;

/**
 * A Wait becomes a Task whose handler sleeps on the virtual clock: the interpreter itself only knows real time.
 * Timeouts of tasks are left out for the same reason; the execution watches them.
 */
export function onVirtualTime(definition: Definition): Definition {
  return mapStates(definition, (_, state) => {
    if (state.Type !== 'Wait') {
      const { TimeoutSeconds: _timeout, ...rest } = state;
      return state.Type === 'Task' ? { ...rest, TimeoutSeconds: NO_TIMEOUT } : rest;
    }
    const { Seconds, SecondsPath, Timestamp, TimestampPath, Type: _type, ...rest } = state;
    const parameters = {
      ...(Seconds === undefined ? {} : { Seconds }),
      ...(Timestamp === undefined ? {} : { Timestamp }),
      ...(SecondsPath === undefined ? {} : { 'Seconds.$': SecondsPath }),
      ...(TimestampPath === undefined ? {} : { 'Timestamp.$': TimestampPath }),
    };
    return {
      ...{ ...rest, Type: 'Task', Resource: WAIT, Parameters: parameters, ResultPath: null },
      TimeoutSeconds: NO_TIMEOUT,
    } as State;
  });
}
