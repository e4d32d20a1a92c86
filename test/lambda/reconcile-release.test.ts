import { mostAttempts, type ReleaseState, reconcile } from '../../lambda/reconcile-release/reconcile';

const version = (number: number) => `arn:aws:sagemaker:eu-central-1:123456789012:model-package/flights/${number}`;
const state = (change: Partial<ReleaseState>): ReleaseState => ({
  running: 0,
  approved: version(2),
  parameter: version(2),
  deployed: version(2),
  proven: version(2),
  stackStatus: 'UPDATE_COMPLETE',
  attempts: 0,
  ...change,
});

describe('the reconciler of releases', () => {
  it('changes nothing where the newest approved version serves', () => {
    expect(reconcile(state({}))).toEqual({ needsPerson: false, why: 'what is approved is what serves' });
  });

  it('changes nothing before anything is approved', () => {
    expect(
      reconcile(state({ approved: undefined, parameter: 'none', deployed: 'none', stackStatus: 'CREATE_COMPLETE' })),
    ).toEqual({
      needsPerson: false,
      why: 'what is approved is what serves',
    });
  });

  it('starts the release whose event was lost', () => {
    expect(reconcile(state({ approved: version(3) }))).toMatchObject({
      release: { packageArn: version(3), rollback: false },
      needsPerson: false,
    });
    expect(reconcile(state({ parameter: 'none', deployed: 'none' }))).toMatchObject({
      release: { packageArn: version(2), rollback: false },
    });
  });

  it('has a version tested that serves since a release of it died, and rolls back only where a newer version serves or served', () => {
    const untested = { approved: version(3), parameter: version(3), deployed: version(3) };
    expect(reconcile(state(untested))).toEqual({
      release: { packageArn: version(3), rollback: false },
      needsPerson: false,
      why: 'version 3 serves and was never tested',
    });
    expect(reconcile(state({ ...untested, parameter: version(2) }))).toMatchObject({
      parameter: version(3),
      release: { packageArn: version(3) },
    });
    expect(reconcile(state({ proven: version(3) })).release).toEqual({ packageArn: version(2), rollback: true });
    expect(reconcile(state({ proven: 'none' })).release).toEqual({ packageArn: version(2), rollback: false });
    expect(reconcile(state({ ...untested, attempts: mostAttempts }))).toMatchObject({
      needsPerson: true,
      why: expect.stringContaining('version 3 serves and was never tested') as string,
    });
  });

  it('replaces a version that was not tested and was rejected meanwhile', () => {
    expect(reconcile(state({ parameter: version(3), deployed: version(3) })).release).toEqual({
      packageArn: version(2),
      rollback: true,
    });
  });

  it('rolls back to the newest version that is still approved', () => {
    expect(reconcile(state({ approved: version(1) }))).toMatchObject({
      release: { packageArn: version(1), rollback: true },
    });
  });

  it('compares versions as numbers', () => {
    expect(
      reconcile(state({ approved: version(10), parameter: version(9), deployed: version(9) })).release?.rollback,
    ).toBe(false);
  });

  it.each([
    [
      'the parameter was written and the stack was not updated',
      { parameter: version(3), approved: version(3) },
      version(3),
    ],
    ['the stack went back and the parameter did not', { parameter: version(3), approved: version(2) }, undefined],
  ] as const)('corrects the parameter after a release that died: %s', (_, change, released) => {
    const repair = reconcile(state(change));
    expect(repair.parameter).toBe(version(2));
    expect(repair.release?.packageArn).toBe(released);
  });

  it.each([
    ['removing the endpoint', { parameter: 'removed', deployed: 'deployed' }],
    ['recreating it', { parameter: 'deployed', deployed: 'removed' }],
  ])("corrects the endpoint's state after %s that died before the update of the stack", (_, endpoint) => {
    expect(reconcile(state({ endpoint }))).toMatchObject({ endpointState: endpoint.deployed, needsPerson: false });
  });

  it('does not recreate an endpoint that was removed while idle, except for a newer approved version', () => {
    const endpoint = { parameter: 'removed', deployed: 'removed' };
    expect(reconcile(state({ endpoint }))).toEqual({ needsPerson: false, why: 'what is approved is what serves' });
    expect(reconcile(state({ endpoint, approved: version(3) })).release?.packageArn).toBe(version(3));
  });

  it.each([
    ['a release runs', { running: 1 }],
    ['the stack is being updated', { stackStatus: 'UPDATE_IN_PROGRESS' }],
    ['the stack is going back', { stackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS' }],
  ])('changes nothing while %s', (_, change) => {
    const repair = reconcile(state({ approved: version(3), parameter: version(3), ...change }));
    expect(repair).toEqual({ needsPerson: false, why: expect.any(String) });
  });

  it.each([
    ['the stack is stuck', { stackStatus: 'UPDATE_ROLLBACK_FAILED' }, /continue its rollback/],
    ['no version is approved any more', { approved: undefined }, /version 2 serves, but no version is approved/],
    [
      'releases of the version fail again and again',
      { approved: version(3), attempts: mostAttempts },
      /3 releases of it within a day/,
    ],
  ])('asks for a person, and releases nothing, when %s', (_, change, why) => {
    const repair = reconcile(state(change));
    expect(repair).toMatchObject({ needsPerson: true, why: expect.stringMatching(why) });
    expect(repair.release).toBeUndefined();
  });

  it('is idempotent: after its repair there is nothing to repair', () => {
    const broken = state({ parameter: version(3), approved: version(2) });
    const repaired = { ...broken, parameter: reconcile(broken).parameter ?? broken.parameter };
    expect(reconcile(repaired)).toEqual({ needsPerson: false, why: 'what is approved is what serves' });
  });
});
