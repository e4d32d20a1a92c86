import { randomUUID } from 'node:crypto';
import type { Platform } from '../platform';
import { validation } from './failure';
import { type EngineServices, StackOperation } from './operation';
import { type Actor, type FailureHandling, Stack, type StackDesign } from './stack';

/** From these a stack can be updated; in any other state CloudFormation refuses. */
const UPDATABLE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/** The stacks of the account, and the operations that are under way on them. */
export class StackList {
  readonly all: Stack[] = [];
  private readonly running = new Set<Promise<void>>();

  /** A stack by its id, or the living one of a name. */
  find(name: string): Stack | undefined {
    return this.all.find((one) => one.id === name || (!one.deleted && one.name === name));
  }

  require(name: string, missing = (given: string): string => `Stack with id ${given} does not exist`): Stack {
    const stack = this.find(name);
    if (!stack) {
      // AWS: cloudformation/missing-by-their-words
      throw validation(missing(name));
    }
    return stack;
  }

  add(identity: StackIdentity, now: number, design: StackDesign): Stack {
    const stack = new Stack(identity.id, identity.name, now, design);
    this.all.push(stack);
    return stack;
  }

  /** Runs an operation to its end, in the background. The result resolves then, and never rejects. */
  run(
    stack: Stack,
    actor: Actor,
    engine: EngineServices,
    start: (operation: StackOperation) => Promise<void>,
    handling?: FailureHandling,
  ): Promise<void> {
    stack.roleArn = actor.roleArn;
    stack.disableRollback = handling?.onFailure === 'DO_NOTHING';
    stack.drifts.clear();
    stack.driftCheck = undefined;
    const work = start(new StackOperation(stack, actor, engine, handling)).finally(() => this.running.delete(work));
    this.running.add(work);
    return work;
  }

  /** Resolves when no operation is under way. */
  async settled(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running);
    }
  }
}

export interface StackIdentity {
  readonly id: string;
  readonly name: string;
}

/** The id of a new stack. */
export function newIdentity(name: string, platform: Platform): StackIdentity {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    const constraint =
      name.length > 128
        ? 'have length less than or equal to 128'
        : 'satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*';
    // AWS: cloudformation/stack-names
    throw validation(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must ${constraint}`,
    );
  }
  const { partition, region, accountId } = platform;
  return { name, id: `arn:${partition}:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}` };
}

/**
 * Refuses an update that the stack's state does not allow. One that was left as it failed goes on only without rollback.
 *
 * @param disableRollback of this update; undefined for a change set, which may be made in any case
 */
// AWS: cloudformation/a-paused-operation-is-retried
// AWS: cloudformation/one-operation-at-a-time
export function refuseUnlessUpdatable(stack: Stack, disableRollback?: boolean): void {
  if (stack.leftFailed) {
    if (stack.leftFailed.final)
      throw validation(
        `This stack cannot be updated from [${stack.status}] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.`,
      );
    if (disableRollback === false)
      throw validation(
        `This stack is currently in a non-terminal [${stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
      );
    return;
  }
  if (!UPDATABLE.has(stack.status)) {
    throw validation(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
}
