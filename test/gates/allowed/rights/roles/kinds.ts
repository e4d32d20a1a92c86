import { logsAndTraces, starts, writesOwnLogs } from '../duties';
import type { Duty, RoleDuties } from '../duty';
import { stateMachine } from '../vocabulary';

type Duties = readonly (Duty | readonly Duty[])[];

/** The role of a function. Each function writes its logs. */
export function functionRole(role: string, ...duties: Duties): RoleDuties {
  return { role, assumedBy: 'lambda', duties: [...duties.flat(), writesOwnLogs(role)] };
}

/** The role of a SageMaker job, model, pipeline or feature group. */
export function sagemakerRole(role: string, ...duties: Duties): RoleDuties {
  return { role, assumedBy: 'sagemaker', duties: duties.flat() };
}

/** The role of one state machine, which no other state machine can assume. Each delivers its logs and traces. */
export function stateMachineRole(role: string, name: string, ...duties: Duties): RoleDuties {
  return { role, assumedBy: 'states', as: stateMachine(name), duties: [...duties.flat(), ...logsAndTraces] };
}

/** The role of a rule that starts a state machine. */
export function ruleRole(role: string, machine: string): RoleDuties {
  return { role, assumedBy: 'events', duties: [starts(machine)] };
}

export function roleOf(service: string, role: string, ...duties: Duties): RoleDuties {
  return { role, assumedBy: service, duties: duties.flat() };
}
