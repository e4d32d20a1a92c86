import { explain, type ResourceEvent } from '../../lambda/explain-update/explain';
import { reconcile } from '../../lambda/reconcile-release/reconcile';
import type { StateMachineDefinition } from '../../lib/shared/state-machine/states-language';
import { packageGroup as group } from '../fixtures/release-state-machine';
import { runStateMachine } from '../fixtures/run-state-machine';
import { type Fault, faultAt } from './fault';

export const versionOf = (arn: string): string => (arn === 'none' ? 'none' : (arn.split('/')[2] ?? ''));

export type Parameters = Record<string, unknown>;

/** The package that an UpdateStack call deploys. */
export function targetOf({ Parameters }: Parameters): string {
  const given = Parameters as readonly { readonly ParameterKey: string; readonly ParameterValue?: string }[];
  return given.find(({ ParameterKey }) => ParameterKey === 'ApprovedModelPackage')?.ParameterValue ?? 'none';
}

/** An execution of the state machine. */
export interface Execution {
  readonly arn: string;
  stopped: boolean;
}

/**
 * What the release state machine changes, reduced to what matters. Its calls act on this world as on AWS.
 */
export class ReleaseWorld {
  parameter = `${group}2`;
  proven = `${group}2`;
  readonly stack = { deployed: `${group}2`, target: `${group}2`, status: 'UPDATE_COMPLETE', checksLeft: 0 };
  readonly approvals = new Map([
    ['2', 'Approved'],
    ['3', 'Approved'],
  ]);
  readonly notices: string[] = [];
  /** Status of the endpoint, check by check; then it is in service. */
  readonly endpointStatuses: string[] = [];
  /** Rollback alarms in ALARM, check by check; then there are none. */
  readonly firingAlarms: string[][] = [];
  /** CloudFormation takes no update of the stack. */
  refusesUpdates = false;
  /** What is approved. */
  candidate = '3';
  /** The candidate's smoke test fails. */
  badCandidate = false;
  /** An alarm fires while it bakes. */
  alarmFires = false;
  /** The account has no instance for a second fleet. */
  lacksCapacity = false;
  /** SageMaker puts the old fleet back, and CloudFormation does not notice. */
  silentRollback = false;
  /** What the package's verification finds, by the payload of its call. */
  verification: (payload: Parameters) => { readonly passed: boolean; readonly text: string } = () => ({
    passed: true,
    text: 'the same artifact',
  });
  /** Those that run, the newest first. */
  protected readonly running: Execution[] = [];
  private started = 0;

  constructor(private readonly definition: StateMachineDefinition) {}

  /** Runs an execution; `fault` happens at one state of it. Returns how it ended. */
  async run(
    input: object,
    fault?: { readonly state: string; readonly fault: Fault },
  ): Promise<{ end: string; states: readonly string[] }> {
    const execution: Execution = { arn: `arn:execution:${(this.started += 1)}`, stopped: false };
    const states: string[] = [];
    const responses: Record<string, (parameters: Parameters) => unknown> = {};
    for (const [name, state] of Object.entries(this.definition.States)) {
      if (state.Type !== 'Task') continue;
      const act = (parameters: Parameters) => this.act(String(state.Resource), parameters);
      const response =
        fault?.state === name
          ? faultAt(fault.fault, String(state.Resource), act, () => this.stopExecution(execution))
          : act;
      responses[name] = (parameters) => {
        // What the interpreter does after the stop, to come to its end, is no part of the execution.
        if (execution.stopped) throw named('Stopped', 'the execution is gone');
        states.push(name);
        return this.take(execution, name, () => response(parameters));
      };
    }
    this.running.unshift(execution);
    const run = await runStateMachine(this.definition, input, responses, execution.arn);
    if (execution.stopped) return { end: 'stopped', states };
    this.remove(execution);
    return {
      end: run.error ?? (run.output?.outcome as { result?: string } | undefined)?.result ?? 'ended without an outcome',
      states,
    };
  }

  stopExecution(execution: Execution): void {
    execution.stopped = true;
    this.remove(execution);
  }

  private remove(execution: Execution): void {
    this.running.splice(this.running.indexOf(execution), 1);
  }

  /** Has a call carried out: here at once. */
  protected take(_execution: Execution, _state: string, carryOut: () => unknown): unknown {
    return carryOut();
  }

  /** One check by the reconciler, with its own decision; returns what it had to do. */
  async reconcileOnce(): Promise<string> {
    this.settle();
    const approved = [...this.approvals]
      .filter(([, approval]) => approval === 'Approved')
      .map(([version]) => Number(version));
    const newest = approved.length === 0 ? undefined : `${group}${Math.max(...approved)}`;
    const repair = reconcile({
      running: 0,
      approved: newest,
      parameter: this.parameter,
      deployed: this.stack.deployed,
      proven: this.proven,
      stackStatus: this.stack.status,
      attempts: 0,
    });
    if (repair.parameter !== undefined) this.parameter = repair.parameter;
    if (repair.needsPerson) return 'asks for a person';
    if (repair.release === undefined) return repair.parameter === undefined ? 'nothing' : 'puts the parameter right';
    const { end } = await this.run({
      rollback: repair.release.rollback,
      detail: { ModelPackageArn: repair.release.packageArn },
    });
    return `releases version ${versionOf(repair.release.packageArn)}: ${end}`;
  }

  /** CloudFormation goes on whether or not anybody asks. */
  settle(): void {
    while (this.stack.status.endsWith('_IN_PROGRESS')) this.advance();
  }

  /** Time has passed when somebody reads the stack's status. */
  protected advance(): void {
    const { stack } = this;
    if (!stack.status.endsWith('_IN_PROGRESS')) return;
    stack.checksLeft -= 1;
    if (stack.checksLeft > 0) return;
    if ((this.alarmFires || this.lacksCapacity) && stack.target === `${group}3`) {
      stack.status = 'UPDATE_ROLLBACK_COMPLETE';
    } else {
      stack.deployed = stack.target;
      stack.status = 'UPDATE_COMPLETE';
    }
  }

  protected act(resource: string, parameters: Parameters): unknown {
    const operation = resource.split(':').slice(-2).join(':');
    switch (operation) {
      case 'sfn:listExecutions':
        return { Executions: this.running.map(({ arn }) => ({ ExecutionArn: arn })) };
      case 'ssm:getParameter':
        return { Parameter: { Value: parameters.Name === '/proven' ? this.proven : this.parameter } };
      case 'ssm:putParameter':
        this[parameters.Name === '/proven' ? 'proven' : 'parameter'] = String(parameters.Value);
        return {};
      case 'sagemaker:describeModelPackage':
        return {
          ModelApprovalStatus: this.approvals.get(versionOf(String(parameters.ModelPackageName))),
          ModelPackageStatus: 'Completed',
          ApprovalDescription: 'reviewed',
          LastModifiedTime: new Date().toISOString(),
        };
      case 'sagemaker:updateModelPackage':
        this.approvals.set(versionOf(String(parameters.ModelPackageArn)), String(parameters.ModelApprovalStatus));
        return {};
      case 'cloudformation:describeStacks':
        this.advance();
        return { Stacks: [{ StackStatus: this.stack.status }] };
      case 'cloudformation:updateStack':
        return this.update(parameters);
      case 'sagemaker:describeEndpoint':
        return { EndpointStatus: this.endpointStatuses.shift() ?? 'InService' };
      case 'cloudwatch:describeAlarms':
        return { MetricAlarms: (this.firingAlarms.shift() ?? []).map((AlarmName) => ({ AlarmName })) };
      case 'sns:publish':
        this.notices.push(String(parameters.Subject));
        return {};
      case 'lambda:invoke':
        return this.invoke(String(parameters.FunctionName), parameters.Payload as Parameters);
      default:
        throw new Error(`the world does not know ${resource}`);
    }
  }

  protected update(parameters: Parameters): unknown {
    const { stack } = this;
    const target = targetOf(parameters);
    if (this.refusesUpdates)
      throw named('CloudFormation.CloudFormationException', 'Template error: it is not to be had.');
    if (stack.status.endsWith('_IN_PROGRESS'))
      throw named(
        'CloudFormation.CloudFormationException',
        `Stack is in ${stack.status} state and can not be updated.`,
      );
    if (stack.deployed === target)
      throw named('CloudFormation.CloudFormationException', 'No updates are to be performed.');
    Object.assign(stack, { target, status: 'UPDATE_IN_PROGRESS', checksLeft: 3 });
    return { StackId: 'id' };
  }

  private comparison(): object {
    return this.silentRollback && this.stack.deployed === `${group}3`
      ? { inPlace: false, text: 'the old configuration is back' }
      : { inPlace: true, text: 'as it must be' };
  }

  private failure(): ResourceEvent[] {
    const reason = this.lacksCapacity
      ? "The account-level service limit 'ml.m5.large for endpoint usage' is 2 Instances"
      : 'One or more alarms were in ALARM state';
    return [{ resource: 'LiveEndpoint', status: 'UPDATE_FAILED', reason }];
  }

  protected invoke(name: string, payload: Parameters): unknown {
    if (name === 'arn:verify') return { Payload: this.verification(payload) };
    if (name === 'arn:explain')
      return { Payload: payload.mode === 'updated' ? this.comparison() : explain(this.failure()) };
    if (payload.mode === 'traffic') return { Payload: { sent: 10, succeeded: 10, fromCandidate: 5 } };
    const bad = this.badCandidate || this.silentRollback;
    return { Payload: { passed: !bad, text: bad ? 'failed its smoke test' : 'passed its smoke test' } };
  }
}

export function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
