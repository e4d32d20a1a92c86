import type { Platform, ServiceCall } from '../platform';
import { validation } from './failure';
import { Journal } from './journal';
import type { EngineServices } from './operation';
import { ROLL_BACK, type Stack } from './stack';
import type { StackList } from './stack-list';
import type { StackRequests } from './stack-requests';
import { refuseUnsupported } from './unsupported';

/** Rollbacks that a person starts: of an operation that was left as it failed, and of a rollback that failed. */
export class Rollbacks {
  readonly handlers: Readonly<Record<string, (call: ServiceCall) => unknown>> = {
    ContinueUpdateRollback: (call) => this.continueUpdateRollback(call),
    RollbackStack: (call) => this.rollbackStack(call),
  };

  constructor(
    private readonly platform: Platform,
    private readonly engine: EngineServices,
    private readonly stacks: StackList,
    private readonly requests: StackRequests,
  ) {}

  /** The page gives the states that it starts from, not the words of the refusals. */
  // AWS: cloudformation/rollback-of-a-paused-operation
  private async rollbackStack(call: ServiceCall): Promise<unknown> {
    const stack = this.stacks.require(String(call.input.StackName));
    const refuse = (): void => {
      if (!stack.leftFailed)
        throw validation(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
    };
    refuse();
    const actor = await this.requests.actor(call.principal, call.input, stack);
    refuse();
    const status = stack.leftFailed?.stable ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS';
    new Journal(stack, this.platform, actor.token).stackStatus(status, 'User Initiated');
    const handling = { ...ROLL_BACK, deleteCreated: call.input.RetainExceptOnCreate === true };
    void this.stacks.run(stack, actor, this.engine, (operation) => operation.rollback(), handling);
    return { StackId: stack.id };
  }

  /** The page gives the state that it starts from, not the words of the refusals. */
  // AWS: cloudformation/a-failed-rollback-is-continued
  private async continueUpdateRollback(call: ServiceCall): Promise<unknown> {
    refuseUnsupported(call.input);
    const stack = this.stacks.require(String(call.input.StackName));
    refuseUnlessStuck(stack);
    const named = (call.input.ResourcesToSkip ?? []) as readonly string[];
    const stuck = stack.unfinishedRollback?.failed ?? [];
    const forced = call.input.ForceRollback === true;
    // AWS: cloudformation/a-failed-rollback-is-continued
    if (forced && named.length > 0) throw validation('ForceRollback and ResourcesToSkip are mutually exclusive');
    const skipped = new Set(forced ? stuck : named);
    const others = [...skipped].filter((logicalId) => !stuck.includes(logicalId));
    // AWS: cloudformation/a-failed-rollback-is-continued
    if (others.length > 0)
      throw validation(
        `The resources to skip [${others.join(', ')}] are not in UPDATE_FAILED state because of a failed rollback.`,
      );
    const actor = await this.requests.actor(call.principal, call.input, stack);
    refuseUnlessStuck(stack);
    new Journal(stack, this.platform, actor.token).stackStatus('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    void this.stacks.run(stack, actor, this.engine, (operation) => operation.continueRollback(skipped));
    return {};
  }
}

// AWS: cloudformation/a-failed-rollback-is-continued
function refuseUnlessStuck(stack: Stack): void {
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
    throw validation(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`);
  }
}
