import type { StateMachineDefinition } from '../../lib/shared/state-machine/states-language';
import { runStateMachine } from '../fixtures/run-state-machine';
import { type Fault, faultAt } from './fault';
import { named } from './release-world';

export type Parameters = Record<string, unknown>;

export interface FaultAt {
  readonly state: string;
  readonly fault: Fault;
}

export interface Ended {
  /** The outcome's result, the Fail state's error, or `stopped`. */
  readonly end: string;
  readonly failed: boolean;
  /** Tasks, in order. */
  readonly states: readonly string[];
}

/** What the calls of a state machine act on. */
export interface World {
  /** A call that is carried out, with a response. */
  act(resource: string, parameters: Parameters): unknown;
  /** The effect of a call (.sync) whose response is lost: the job was started, and runs. */
  startOnly(resource: string, parameters: Parameters): void;
}

/** Runs an execution; faults happen at some of its states. */
export async function runWithFaults(
  definition: StateMachineDefinition,
  world: World,
  input: object,
  faults: readonly FaultAt[],
): Promise<Ended> {
  const states: string[] = [];
  let stopped = false;
  const responses: Record<string, (parameters: Parameters) => unknown> = {};
  for (const [name, { Type, Resource }] of Object.entries(definition.States)) {
    if (Type !== 'Task') continue;
    const resource = String(Resource);
    const waits = resource.endsWith('.sync');
    const asked = faults.find((one) => one.state === name)?.fault;
    const fault = waits && asked === 'timed out' ? 'response lost' : asked;
    const act = (parameters: Parameters) =>
      waits && fault === 'response lost' ? world.startOnly(resource, parameters) : world.act(resource, parameters);
    const response = fault === undefined ? act : faultAt(fault, resource, act, () => undefined);
    responses[name] = (parameters) => {
      // What the interpreter does after the stop, to come to its end, is no part of the execution.
      if (stopped) throw named('Stopped', 'the execution is gone');
      states.push(name);
      if (fault !== 'stopped') return response(parameters);
      if (waits) world.startOnly(resource, parameters);
      stopped = true;
      throw named('Stopped', 'the execution is gone');
    };
  }
  const run = await runStateMachine(definition, input, responses);
  if (stopped) return { end: 'stopped', failed: true, states };
  if (run.error !== undefined) return { end: run.error, failed: true, states };
  return {
    end: (run.output?.outcome as { result?: string } | undefined)?.result ?? 'ended without an outcome',
    failed: false,
    states,
  };
}
