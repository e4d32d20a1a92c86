import { reconcile } from '../../lambda/reconcile-release/reconcile';
import type { StateMachineDefinition } from '../../lib/foundation/states-language';
import { runMachine } from '../fixtures/run-machine';
import { faultAt, type Fault } from './fault';

export const group = 'arn:aws:sagemaker:eu-central-1:111122223333:model-package/flights/';
export const versionOf = (arn: string): string => (arn === 'none' ? 'none' : (arn.split('/')[2] ?? ''));

type Parameters = Record<string, unknown>;

/** What the release machine changes, small enough to be wrong in only the ways that matter. Its calls act on it as AWS's would. */
export class ReleaseWorld {
  parameter = `${group}2`;
  proven = `${group}2`;
  readonly stack = { deployed: `${group}2`, target: `${group}2`, status: 'UPDATE_COMPLETE', looksLeft: 0 };
  readonly approvals = new Map([['2', 'Approved'], ['3', 'Approved']]);
  readonly notices: string[] = [];
  readonly updatesAtOnce: number[] = [];
  /** The candidate's smoke test fails. */
  badCandidate = false;
  /** An alarm fires while it bakes. */
  alarmFires = false;
  /** What the package's verification finds, by the payload of its call. */
  verification: (payload: Parameters) => { readonly passed: boolean; readonly text: string } = () => ({ passed: true, text: 'the same artifact' });
  /** Executions that run, the newest first. */
  private readonly running: string[] = [];
  private started = 0;

  constructor(private readonly definition: StateMachineDefinition) {}

  /** Runs an execution; `fault` happens at one state of it. Answers how it ended. */
  async run(input: object, fault?: { readonly state: string; readonly fault: Fault }): Promise<{ end: string; states: readonly string[] }> {
    const answers: Record<string, (parameters: Parameters) => unknown> = {};
    let kill: () => void = () => undefined;
    const killed = new Promise<'killed'>((resolve) => (kill = () => resolve('killed')));
    for (const [name, state] of Object.entries(this.definition.States)) {
      if (state.Type !== 'Task') continue;
      const act = (parameters: Parameters) => this.act(String(state.Resource), parameters);
      answers[name] = fault?.state === name ? faultAt(fault.fault, String(state.Resource), act, kill) : act;
    }
    const execution = `arn:execution:${(this.started += 1)}`;
    this.running.unshift(execution);
    const states: string[] = [];
    for (const [name, answer] of Object.entries(answers)) answers[name] = (parameters) => (states.push(name), answer(parameters));
    const ended = runMachine(this.definition, input, answers, execution).then(
      (run) => run.error ?? (run.output?.outcome as { result?: string } | undefined)?.result ?? 'ended without an outcome',
    );
    const end = await Promise.race([ended, killed]);
    this.running.splice(this.running.indexOf(execution), 1);
    return { end, states };
  }

  /** One look of the reconciler, with its own decision; answers what it had to do. */
  async reconcileOnce(): Promise<string> {
    this.settle();
    const approved = [...this.approvals].filter(([, approval]) => approval === 'Approved').map(([version]) => Number(version));
    const newest = approved.length === 0 ? undefined : `${group}${Math.max(...approved)}`;
    const repair = reconcile({ running: 0, approved: newest, parameter: this.parameter, deployed: this.stack.deployed, proven: this.proven, stackStatus: this.stack.status, attempts: 0 });
    if (repair.parameter !== undefined) this.parameter = repair.parameter;
    if (repair.needsPerson) return 'calls a person';
    if (repair.release === undefined) return repair.parameter === undefined ? 'nothing' : 'puts the parameter right';
    const { end } = await this.run({ rollback: repair.release.rollback, detail: { ModelPackageArn: repair.release.packageArn } });
    return `releases version ${versionOf(repair.release.packageArn)}: ${end}`;
  }

  /** CloudFormation goes on whether or not anybody asks. */
  settle(): void {
    while (this.stack.status.endsWith('_IN_PROGRESS')) this.look();
  }

  private look(): void {
    const { stack } = this;
    if (!stack.status.endsWith('_IN_PROGRESS')) return;
    stack.looksLeft -= 1;
    if (stack.looksLeft > 0) return;
    if (this.alarmFires && stack.target === `${group}3`) {
      stack.status = 'UPDATE_ROLLBACK_COMPLETE';
    } else {
      stack.deployed = stack.target;
      stack.status = 'UPDATE_COMPLETE';
    }
  }

  private act(resource: string, parameters: Parameters): unknown {
    const operation = resource.split(':').slice(-2).join(':');
    switch (operation) {
      case 'sfn:listExecutions':
        return { Executions: this.running.map((ExecutionArn) => ({ ExecutionArn })) };
      case 'ssm:getParameter':
        return { Parameter: { Value: parameters.Name === '/proven' ? this.proven : this.parameter } };
      case 'ssm:putParameter':
        this[parameters.Name === '/proven' ? 'proven' : 'parameter'] = String(parameters.Value);
        return {};
      case 'sagemaker:describeModelPackage':
        return { ModelApprovalStatus: this.approvals.get(versionOf(String(parameters.ModelPackageName))), ModelPackageStatus: 'Completed', ApprovalDescription: 'looked at', LastModifiedTime: new Date().toISOString() };
      case 'sagemaker:updateModelPackage':
        this.approvals.set(versionOf(String(parameters.ModelPackageArn)), String(parameters.ModelApprovalStatus));
        return {};
      case 'cloudformation:describeStacks':
        this.look();
        return { Stacks: [{ StackStatus: this.stack.status }] };
      case 'cloudformation:updateStack':
        return this.update();
      case 'sns:publish':
        this.notices.push(String(parameters.Subject));
        return {};
      case 'lambda:invoke':
        return this.invoke(String(parameters.FunctionName), parameters.Payload as Parameters);
      default:
        throw new Error(`the world does not know ${resource}`);
    }
  }

  private update(): unknown {
    const { stack } = this;
    if (stack.status.endsWith('_IN_PROGRESS')) throw named('CloudFormation.CloudFormationException', `Stack is in ${stack.status} state and can not be updated.`);
    if (stack.deployed === this.parameter) throw named('CloudFormation.CloudFormationException', 'No updates are to be performed.');
    Object.assign(stack, { target: this.parameter, status: 'UPDATE_IN_PROGRESS', looksLeft: 3 });
    return { StackId: 'id' };
  }

  private invoke(name: string, payload: Parameters): unknown {
    if (name === 'arn:verify') return { Payload: this.verification(payload) };
    if (payload.mode === 'traffic') return { Payload: { sent: 10, answered: 10, fromCandidate: 5 } };
    return { Payload: { passed: !this.badCandidate, text: this.badCandidate ? 'it cannot tell clear cases apart' : 'answers as recorded' } };
  }
}

export function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
