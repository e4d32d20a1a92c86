import { validation } from './failure';
import { type FailureHandling, ROLL_BACK } from './stack';

type Input = Readonly<Record<string, unknown>>;

/** What a call asks for in case that it fails: OnFailure and DisableRollback of a creation, DisableRollback of an update. */
// AWS: cloudformation/a-paused-operation-preserves
export function failureHandling(input: Input): FailureHandling {
  const { OnFailure, DisableRollback, RetainExceptOnCreate } = input;
  if (OnFailure !== undefined && DisableRollback !== undefined) {
    throw validation('You can specify either DisableRollback or OnFailure, but not both.');
  }
  const asked = OnFailure as FailureHandling['onFailure'] | undefined;
  return {
    onFailure: asked ?? (DisableRollback === true ? 'DO_NOTHING' : ROLL_BACK.onFailure),
    deleteCreated: RetainExceptOnCreate === true,
    final: asked === 'DO_NOTHING',
  };
}

/** The same of a change set: OnStackFailure when it was created, or DisableRollback when it is executed. */
// AWS: cloudformation/on-stack-failure-or-disable-rollback
export function changeSetFailureHandling(onStackFailure: string | undefined, input: Input): FailureHandling {
  if (onStackFailure !== undefined && input.DisableRollback !== undefined) {
    throw validation(
      'DisableRollback cannot be specified when OnStackFailure was specified when the change set was created.',
    );
  }
  const { DisableRollback, RetainExceptOnCreate } = input;
  const handling = failureHandling({ DisableRollback, RetainExceptOnCreate });
  return onStackFailure === undefined
    ? handling
    : { ...handling, onFailure: onStackFailure as FailureHandling['onFailure'] };
}
