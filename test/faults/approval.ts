import { packageGroup as group } from '../fixtures/release-state-machine';

/** Input of the release state machine for an approved version. */
export const approval = (version: number | string, more: object = {}) => ({
  detail: { ModelPackageArn: `${group}${version}` },
  ...more,
});
