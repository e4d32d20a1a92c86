import { randomUUID } from 'node:crypto';
import aslValidator from 'asl-validator';
import { AwsError, type LocalService, type Platform, type ServiceCall } from '../../platform';
import type { ServiceModels } from '../../service-model';
import { structuredSnapshot } from '../../snapshot/snapshot';
import { ResourceTags } from '../resource-tags';
import type { Definition } from './definition';
import { Execution, type MachineReference } from './execution';
import { describeExecution, history } from './execution-descriptions';
import { authorizeMachine } from './machine-role';

interface Machine extends MachineReference {
  readonly text: string;
  readonly creationDate: number;
  /** When its definition or role last changed. */
  readonly changed: number;
  readonly loggingConfiguration?: Input['loggingConfiguration'];
  readonly tracingConfiguration?: Input['tracingConfiguration'];
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
  readonly error?: string;
  readonly cause?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
  readonly loggingConfiguration?: { readonly level?: string };
  readonly tracingConfiguration?: { readonly enabled?: boolean };
  readonly resourceArn?: string;
  readonly tags?: readonly { readonly key?: string; readonly value?: string }[];
  readonly tagKeys?: readonly string[];
  readonly type?: string;
  readonly publish?: boolean;
  readonly encryptionConfiguration?: { readonly type?: string };
}

function recordOf(tags: Input['tags'] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}

/** Express workflows, versions and keys of one's own would be accepted and not done. */
function refuseUndone({ type, publish, encryptionConfiguration }: Input): void {
  const asked =
    type === 'EXPRESS'
      ? 'type EXPRESS'
      : publish
        ? 'publish'
        : encryptionConfiguration?.type === 'CUSTOMER_MANAGED_KMS_KEY'
          ? 'encryptionConfiguration'
          : undefined;
  if (asked !== undefined)
    throw new AwsError('UnsupportedOperation', `states: ${asked} is not supported by the local account`);
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
    'UntagResource',
    'ValidateStateMachineDefinition',
    'ListStateMachineVersions',
    'ListStateMachineAliases',
    'DescribeStateMachineForExecution',
    'RedriveExecution',
  ]);
  private readonly tags = new ResourceTags();
  private readonly machines = new Map<string, Machine>();
  readonly snapshot = structuredSnapshot(
    this.name,
    () => ({
      tags: this.tags.state(),
      machines: [...this.machines.values()].map(({ executions, ...machine }) => ({
        // The execution has the machine as it was at its start, and of that only what it needs.
        ...machine,
        executions: executions.map((execution) => {
          const { arn, name, roleArn, definition } = execution.machine;
          return { ...execution.state(), machine: { arn, name, roleArn, definition } };
        }),
      })),
    }),
    ({ tags, machines }) => {
      this.tags.take(tags);
      for (const { executions, ...machine } of machines)
        this.machines.set(machine.arn, {
          ...machine,
          executions: executions.map((one) => Execution.of(this.platform, this.models, one)),
        });
    },
    { resume: () => this.endInterrupted() },
  );

  constructor(
    private readonly platform: Platform,
    private readonly models: ServiceModels,
  ) {}

  async handle(call: ServiceCall): Promise<unknown> {
    const input = call.input as Input;
    if (/^(Create|Update)StateMachine$/.test(call.operation)) refuseUndone(input);
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
          loggingConfiguration: input.loggingConfiguration ?? machine.loggingConfiguration,
          tracingConfiguration: input.tracingConfiguration ?? machine.tracingConfiguration,
          changed: this.platform.clock.now(),
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
      case 'RedriveExecution':
        return this.redrive(this.execution(input.executionArn));
      case 'GetExecutionHistory':
        return { events: history(this.execution(input.executionArn), input) };
      case 'ListTagsForResource':
        return { tags: Object.entries(this.tags.of(input.resourceArn ?? '')).map(([key, value]) => ({ key, value })) };
      case 'TagResource':
        this.tags.add(this.machine(input.resourceArn).arn, recordOf(input.tags));
        return {};
      case 'UntagResource':
        this.tags.remove(this.machine(input.resourceArn).arn, input.tagKeys ?? []);
        return {};
      case 'ValidateStateMachineDefinition':
        return diagnose(input.definition ?? '');
      case 'ListStateMachineVersions':
        // None can be published here.
        this.machine(input.stateMachineArn);
        return { stateMachineVersions: [] };
      case 'ListStateMachineAliases':
        this.machine(input.stateMachineArn);
        return { stateMachineAliases: [] };
      case 'DescribeStateMachineForExecution': {
        const { machine } = this.execution(input.executionArn);
        const { arn, name, text, roleArn, changed } = this.machine(machine.arn);
        return { stateMachineArn: arn, name, definition: text, roleArn, updateDate: new Date(changed) };
      }
      default:
        throw new Error(`Step Functions has no ${operation} here`);
    }
  }

  private create({ name = '', definition = '', roleArn = '', tags, ...more }: Input): Machine {
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
      changed: clock.now(),
      loggingConfiguration: more.loggingConfiguration,
      tracingConfiguration: more.tracingConfiguration,
      executions: [],
    };
    this.machines.set(arn, machine);
    this.tags.add(arn, recordOf(tags));
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
    if (!machine?.deleting || machine.executions.some(({ status }) => status === 'RUNNING')) return;
    this.machines.delete(arn);
    this.tags.forget(arn);
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
      this.follow(execution, execution.run());
    }
    return { executionArn: arn, startDate: new Date(execution.startDate) };
  }

  private async redrive(execution: Execution): Promise<unknown> {
    const running = await execution.redrive();
    this.follow(execution, running.ended);
    return { redriveDate: new Date(running.at) };
  }

  private follow(execution: Execution, ended: Promise<unknown>): void {
    this.emit(execution);
    void ended.then(() => {
      const names: Record<string, string> = {
        SUCCEEDED: 'ExecutionsSucceeded',
        FAILED: 'ExecutionsFailed',
        TIMED_OUT: 'ExecutionsTimedOut',
      };
      this.count(execution.machine, names[execution.status] ?? 'ExecutionsAborted');
      this.emit(execution);
      this.removeDeleted(execution.machine.arn);
    });
  }

  /** The interpreter cannot go on in the middle of a state. */
  private endInterrupted(): void {
    for (const machine of this.machines.values())
      for (const execution of machine.executions.filter(({ status }) => status === 'RUNNING')) {
        execution.stop('States.Runtime', 'The execution was interrupted by an internal error.');
        this.count(machine, 'ExecutionsAborted');
        this.emit(execution);
        this.removeDeleted(machine.arn);
      }
  }

  private list({ stateMachineArn, statusFilter }: Input): unknown {
    const found = this.machine(stateMachineArn).executions.filter(
      ({ status }) => !statusFilter || status === statusFilter,
    );
    return { executions: found.map((execution) => describeExecution(execution, false)) };
  }

  private describe({ arn, name, text, roleArn, creationDate, deleting, ...more }: Machine): unknown {
    return {
      stateMachineArn: arn,
      name,
      status: deleting ? 'DELETING' : 'ACTIVE',
      definition: text,
      roleArn,
      type: 'STANDARD',
      creationDate: new Date(creationDate),
      loggingConfiguration: more.loggingConfiguration,
      tracingConfiguration: more.tracingConfiguration,
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

  private count({ arn }: MachineReference, name: string): void {
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

/** What ValidateStateMachineDefinition finds; the words are those of the validator. */
function diagnose(text: string): unknown {
  try {
    parse(text);
    return { result: 'OK', diagnostics: [] };
  } catch (error) {
    const [, code = 'SCHEMA_VALIDATION_FAILED', message = (error as Error).message] =
      /'([A-Z_]+): (.*)'$/s.exec((error as Error).message) ?? [];
    return { result: 'FAIL', diagnostics: [{ severity: 'ERROR', code, message }] };
  }
}
