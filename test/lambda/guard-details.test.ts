import { type ReleaseState, reconcile } from '../../lambda/reconcile-release/reconcile';
import { reasonToStay } from '../../lambda/watch-idle-endpoint/removal';

const ready = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'];
const stuck = ['ROLLBACK_COMPLETE', 'UPDATE_FAILED', 'DELETE_COMPLETE', 'unknown', ''];

const version = (number: number) => `arn:aws:sagemaker:eu-central-1:123456789012:model-package/flights/${number}`;
const waiting: ReleaseState = {
  running: 0,
  approved: version(3),
  parameter: version(2),
  deployed: version(2),
  proven: version(2),
  stackStatus: 'UPDATE_COMPLETE',
  attempts: 0,
};
const why = (change: Partial<ReleaseState>) => reconcile({ ...waiting, ...change }).why;

describe('the state of the Serving stack', () => {
  test.each(ready)('%s lets a release start, and an idle endpoint be removed', (stackStatus) => {
    expect(reconcile({ ...waiting, stackStatus }).release).toEqual({ packageArn: version(3), rollback: false });
    expect(reasonToStay({ idleHours: 48, limitHours: 48, stackStatus, releases: 0 })).toBeUndefined();
  });

  test.each(stuck)('"%s" lets nothing start or be removed, and asks for a person', (stackStatus) => {
    expect(reconcile({ ...waiting, stackStatus })).toMatchObject({ needsPerson: true });
    expect(reconcile({ ...waiting, stackStatus }).release).toBeUndefined();
    expect(reasonToStay({ idleHours: 48, limitHours: 48, stackStatus, releases: 0 })).toBeDefined();
  });
});

describe('an idle endpoint stays', () => {
  const idle = { idleHours: 48, limitHours: 48, stackStatus: 'UPDATE_COMPLETE', releases: 0 };

  test.each([
    ['no number of idle hours', { idleHours: Number.NaN }],
    ['no limit', { limitHours: Number.NaN }],
    ['no number of releases', { releases: Number.NaN }],
  ])('when there is %s', (_, change) => {
    expect(reasonToStay({ ...idle, ...change })).toBeDefined();
  });
});

describe('the reconciler says why', () => {
  test.each<[string, Partial<ReleaseState>]>([
    ['a release is running', { running: 1 }],
    ['the Serving stack is in UPDATE_IN_PROGRESS', { stackStatus: 'UPDATE_IN_PROGRESS' }],
    ['version 3 is approved, version 2 serves', {}],
    ['version 3 is approved, no model serves', { parameter: 'none', deployed: 'none', proven: 'none' }],
    [
      'the parameter said version 1, the stack serves version 2; version 3 is approved, version 2 serves',
      { parameter: version(1) },
    ],
    [
      'the parameter said that the endpoint is removed, but it is deployed; version 3 is approved, version 2 serves',
      { endpoint: { parameter: 'removed', deployed: 'deployed' } },
    ],
    ['version 3 is approved, version 2 serves', { endpoint: { parameter: 'deployed', deployed: 'deployed' } }],
  ])('%s', (text, change) => {
    expect(why(change)).toBe(text);
  });
});
