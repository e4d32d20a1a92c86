import type { Platform } from '../platform';
import { Journal } from './journal';
import type { Stack } from './stack';

const REASON = 'Resource operation cancelled';
const STACK_REASON = 'The operation was interrupted by an internal error.';

/** Where an operation that nobody goes on with leaves its stack: in a state from which AWS lets it be deleted. */
const ends: Readonly<Record<string, string>> = {
  CREATE_IN_PROGRESS: 'CREATE_FAILED',
  ROLLBACK_IN_PROGRESS: 'ROLLBACK_FAILED',
  DELETE_IN_PROGRESS: 'DELETE_FAILED',
  // Not UPDATE_FAILED: from here, continuing the rollback puts the resources back to what they were.
  UPDATE_IN_PROGRESS: 'UPDATE_ROLLBACK_FAILED',
  UPDATE_ROLLBACK_IN_PROGRESS: 'UPDATE_ROLLBACK_FAILED',
  // What a cleanup did not delete stays behind, out of the stack, as after a cleanup that failed.
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_COMPLETE',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_ROLLBACK_COMPLETE',
};

/** Ends an operation of which only the state is left, as in an account that was restored or killed. */
export function endInterrupted(stack: Stack, platform: Pick<Platform, 'clock' | 'emit' | 'record'>): void {
  const end = ends[stack.status];
  if (end === undefined) return;
  const journal = new Journal(stack, platform);
  const stuck = [...stack.statuses.values()].filter(({ status }) => status.endsWith('_IN_PROGRESS'));
  for (const { logicalId, type, physicalId, status } of stuck) {
    const properties = stack.resources.get(logicalId)?.properties ?? {};
    journal.resourceStatus(
      { logicalId, type, physicalId, properties },
      status.replace('IN_PROGRESS', 'FAILED'),
      REASON,
    );
  }
  if (end === 'UPDATE_ROLLBACK_FAILED') keepWayBack(stack);
  if (end === 'UPDATE_COMPLETE') forgetAllBut(stack, Object.keys(stack.design.template.resources));
  if (end === 'UPDATE_ROLLBACK_COMPLETE' && stack.before) forgetAllBut(stack, [...stack.before.keys()]);
  stack.before = undefined;
  journal.stackStatus(end, end.endsWith('_FAILED') ? STACK_REASON : undefined);
}

/** What is left to do when the rollback is continued. */
function keepWayBack(stack: Stack): void {
  if (stack.before === undefined) return;
  const { before, resources, unfinishedRollback } = stack;
  const touched = [...before.values()]
    .filter((old) => resources.get(old.logicalId) !== old)
    .map(({ logicalId }) => logicalId);
  const failed = [...stack.statuses.values()]
    .filter(({ logicalId, status }) => status.endsWith('_FAILED') && before.has(logicalId))
    .map(({ logicalId }) => logicalId);
  stack.unfinishedRollback = {
    before,
    created: [...resources.values()].filter(
      ({ logicalId, physicalId }) => before.get(logicalId)?.physicalId !== physicalId,
    ),
    touched: new Set([...touched, ...failed, ...(unfinishedRollback?.touched ?? [])]),
    failed,
  };
}

function forgetAllBut(stack: Stack, logicalIds: readonly string[]): void {
  for (const logicalId of [...stack.resources.keys()]) {
    if (!logicalIds.includes(logicalId)) stack.resources.delete(logicalId);
  }
}
