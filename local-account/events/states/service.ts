import { randomUUID } from 'node:crypto';
import aslValidator from 'asl-validator';
import { AwsError, type LocalService, type Platform, type ServiceCall } from '../../platform';
import type { ServiceModels } from '../../service-model';
import type { Definition } from './definition';
import { Execution, type MachineReference } from './execution';
import { authorizeMachine } from './machine-role';

interface Machine extends MachineReference {
  readonly text: string;
  readonly creationDate: number;
  readonly executions: Execution[];
  /** DELETING: it exists until its executions have ended. */
  readonly deleting?: boolean;
}

interface Input {
  readonly stateMachineArn?: string;
  readonly name?: string;
  readonly definition?: string;
  readonly roleArn?: string;
  readonly executionArn?: string;
  readonly input?: string;
  readonly statusFilter?: string;
  readonly maxResults?: number;
  readonly error?: string;
  readonly cause?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
  readonly nextToken?: string;
  readonly loggingConfiguration?: { readonly level?: string };
  readonly tracingConfiguration?: { readonly enabled?: boolean };
}

/** AWS Step Functions, standard workflows. */
export class StatesService implements LocalService {
  readonly name = 'states';
  readonly operations = new Set([
    'CreateStateMachine',
    'UpdateStateMachine',
    'DeleteStateMachine',
    'DescribeStateMachine',
    'ListStateMachines',
    'StartExecution',
    'DescribeExecution',
    'ListExecutions',
    'StopExecution',
    'GetExecutionHistory',
    'ListTagsForResource',
    'TagResource',
  ]);
  private readonly machines = new Map<string, Machine>();

  constructor(
    private readonly platform: Platform,
    private readonly models: ServiceModels,
  ) {}

  async handle(call: ServiceCall): Promise<unknown> {
    const input = call.input as Input;
    if (call.operation === 'CreateStateMachine') await authorizeMachine(this.platform, input);
    if (call.operation === 'UpdateStateMachine') {
      const { name, roleArn, text } = this.machine(input.stateMachineArn);
      await authorizeMachine(this.platform, { roleArn, definition: text, ...input, name });
    }
    return this.answer(call.operation, input);
  }

  stop(): void {
    for (const { executions } of this.machines.values())
      for (const execution of executions) execution.stop('LocalAccount.Stopped');
  }

  private answer(operation: string, input: Input): unknown {
    const now = new Date(this.platform.clock.now());
    switch (operation) {
      case 'CreateStateMachine':
        return { stateMachineArn: this.create(input).arn, creationDate: now };
      case 'UpdateStateMachine': {
        const machine = this.machine(input.stateMachineArn);
        refuseDeleting(machine);
        const text = input.definition ?? machine.text;
        this.machines.set(machine.arn, {
          ...machine,
          text,
          definition: parse(text),
          roleArn: input.roleArn ?? machine.roleArn,
        });
        return { updateDate: now };
      }
      case 'DeleteStateMachine':
        this.delete(input.stateMachineArn ?? '');
        return {};
      case 'DescribeStateMachine':
        return this.describe(this.machine(input.stateMachineArn));
      case 'ListStateMachines':
        return {
          stateMachines: [...this.machines.values()].map(({ arn, name, creationDate }) => ({
            stateMachineArn: arn,
            name,
            type: 'STANDARD',
            creationDate: new Date(creationDate),
          })),
        };
      case 'StartExecution':
        return this.start(input);
      case 'DescribeExecution':
        return describeExecution(this.execution(input.executionArn), true);
      case 'ListExecutions':
        return this.list(input);
      case 'StopExecution':
        this.execution(input.executionArn).stop(input.error, input.cause);
        return { stopDate: now };
      case 'GetExecutionHistory':
        return page(history(this.execution(input.executionArn), input), input);
      case 'ListTagsForResource':
        return { tags: [] };
      default:
        return {};
    }
  }

  private create({ name = '', definition = '', roleArn = '' }: Input): Machine {
    const { partition, region, accountId, clock } = this.platform;
    const arn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`;
    const before = this.machines.get(arn);
    if (before) {
      refuseDeleting(before);
      throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const machine: Machine = {
      arn,
      name,
      roleArn,
      text: definition,
      definition: parse(definition),
      creationDate: clock.now(),
      executions: [],
    };
    this.machines.set(arn, machine);
    return machine;
  }

  /** AWS: step-functions/machines-are-deleted-with-their-last-execution */
  private delete(arn: string): void {
    const machine = this.machines.get(arn);
    if (!machine) return;
    this.machines.set(arn, { ...machine, deleting: true });
    for (const execution of machine.executions) execution.endAtNextState();
    this.removeDeleted(arn);
  }

  private removeDeleted(arn: string): void {
    const machine = this.machines.get(arn);
    if (machine?.deleting && machine.executions.every(({ status }) => status !== 'RUNNING')) this.machines.delete(arn);
  }

  private start({ stateMachineArn, name = randomUUID(), input = '{}' }: Input): unknown {
    const machine = this.machine(stateMachineArn);
    refuseDeleting(machine);
    let parsed: unknown;
    try {
      parsed = JSON.parse(input);
    } catch (error) {
      // AWS: step-functions/reads-definitions-and-inputs-at-once
      throw new AwsError(
        'InvalidExecutionInput',
        `Invalid State Machine Execution Input: '${(error as Error).message}'`,
      );
    }
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const before = machine.executions.find((one) => one.arn === arn);
    if (before && (before.status !== 'RUNNING' || JSON.stringify(before.input) !== JSON.stringify(parsed))) {
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = before ?? new Execution(this.platform, this.models, machine, arn, name, parsed);
    if (!before) {
      machine.executions.unshift(execution);
      this.count(machine, 'ExecutionsStarted');
      this.emit(execution);
      void execution.run().then(() => {
        this.count(
          machine,
          { SUCCEEDED: 'ExecutionsSucceeded', FAILED: 'ExecutionsFailed', TIMED_OUT: 'ExecutionsTimedOut' }[
            execution.status
          ] ?? 'ExecutionsAborted',
        );
        this.emit(execution);
        this.removeDeleted(machine.arn);
      });
    }
    return { executionArn: arn, startDate: new Date(execution.startDate) };
  }

  private list({ stateMachineArn, statusFilter, maxResults = 1000 }: Input): unknown {
    const found = this.machine(stateMachineArn).executions.filter(
      ({ status }) => !statusFilter || status === statusFilter,
    );
    return { executions: found.slice(0, maxResults || 1000).map((execution) => describeExecution(execution, false)) };
  }

  private describe({ arn, name, text, roleArn, creationDate, deleting }: Machine): unknown {
    return {
      stateMachineArn: arn,
      name,
      status: deleting ? 'DELETING' : 'ACTIVE',
      definition: text,
      roleArn,
      type: 'STANDARD',
      creationDate: new Date(creationDate),
    };
  }

  private machine(arn: string | undefined): Machine {
    const machine = this.machines.get(arn ?? '');
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
    return machine;
  }

  private execution(arn: string | undefined): Execution {
    for (const { executions } of this.machines.values()) {
      const execution = executions.find((one) => one.arn === arn);
      if (execution) return execution;
    }
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn ?? ''}'`);
  }

  private count({ arn }: Machine, name: string): void {
    this.platform.putMetric({
      namespace: 'AWS/States',
      name,
      dimensions: { StateMachineArn: arn },
      value: 1,
      unit: 'Count',
    });
  }

  private emit(execution: Execution): void {
    const { arn, name, machine, status, startDate, stopDate } = execution;
    this.platform.emit({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [arn],
      detail: { executionArn: arn, stateMachineArn: machine.arn, name, status, startDate, stopDate: stopDate ?? null },
    });
  }
}

/** AWS: step-functions/machines-are-deleted-with-their-last-execution */
function refuseDeleting({ arn, deleting }: Machine): void {
  if (deleting) throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);
}

/** AWS: step-functions/reads-definitions-and-inputs-at-once */
function parse(text: string): Definition {
  let definition: Definition;
  try {
    definition = JSON.parse(text) as Definition;
  } catch (error) {
    throw new AwsError(
      'InvalidDefinition',
      `Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ${(error as Error).message}'`,
    );
  }
  const { isValid, errorsText } = aslValidator(definition);
  if (!isValid)
    throw new AwsError(
      'InvalidDefinition',
      `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${errorsText()}'`,
    );
  return definition;
}

function describeExecution(execution: Execution, whole: boolean): object {
  const { arn, machine, name, status, startDate, stopDate, outcome, input } = execution;
  const ended = stopDate === undefined ? {} : { stopDate: new Date(stopDate) };
  const short = {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: new Date(startDate),
    ...ended,
  };
  if (!whole) return short;
  const result =
    outcome?.status === 'SUCCEEDED'
      ? { output: JSON.stringify(outcome.output ?? null) }
      : { error: outcome?.error, cause: outcome?.cause };
  return { ...short, input: JSON.stringify(input), ...result };
}

/** A page of a history: 100 events by default, at most 1000 ("GetExecutionHistory"). */
// AWS: step-functions/histories-come-in-pages
function page(
  events: readonly object[],
  { maxResults = 0, nextToken = '0' }: Input,
): { events: readonly object[]; nextToken?: string } {
  const from = Number(nextToken);
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const until = from + (maxResults === 0 ? 100 : maxResults);
  return { events: events.slice(from, until), ...(until < events.length ? { nextToken: String(until) } : {}) };
}

/** History events for entered and exited states. AWS's other events (scheduling, Lambda starts) are left out. */
function history(execution: Execution, { reverseOrder = false, includeExecutionData = true }: Input): object[] {
  const data = (name: 'input' | 'output', detail: unknown) =>
    includeExecutionData ? { [name]: JSON.stringify(detail ?? {}) } : {};
  const types = { succeeded: 'TaskStateExited', failed: 'TaskFailed', retried: 'TaskScheduled' } as const;
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
