import { maxTurns } from '../../lib/release/state-machine/steps';
import { releaseMachine } from '../fixtures/release-state-machine';
import { approval } from './approval';
import { ReleaseWorld, versionOf } from './release-world';

/**
 * A Serving stack, an endpoint, an alarm or a quota that stops a release (docs/reference/bad-input.md). Version 2 is live and
 * approved, 3 is approved.
 */
const definition = releaseMachine();
let world: ReleaseWorld;
beforeEach(() => {
  world = new ReleaseWorld(definition);
});
const serves = () => [versionOf(world.stack.deployed), versionOf(world.parameter)];
const approvalOf = (version: string) => world.approvals.get(version);

describe('a stack or an endpoint that is not ready', () => {
  it.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'])(
    'in %s when the release starts, is waited for',
    async (status) => {
      Object.assign(world.stack, { status, checksLeft: 3 });
      expect((await world.run(approval(3))).end).toBe('Released');
    },
  );

  it.each(['UPDATE_ROLLBACK_FAILED', 'UPDATE_FAILED', 'ROLLBACK_FAILED'])(
    'in %s is left alone: the release fails, people are notified, the approval stays, and the reconciler asks for a person',
    async (status) => {
      world.stack.status = status;
      const { end, states } = await world.run(approval(3));
      expect([end, states.includes('WriteParameter'), world.notices]).toEqual([
        'ReleaseFailed',
        false,
        ['A model release FAILED'],
      ]);
      expect([approvalOf('3'), serves(), await world.reconcileOnce()]).toEqual([
        'Approved',
        ['2', '2'],
        'asks for a person',
      ]);
    },
  );

  it.each(['Creating', 'Updating', 'SystemUpdating', 'RollingBack'])(
    'whose endpoint is %s, as a fleet that scales is, is waited for',
    async (status) => {
      world.endpointStatuses.push(status, status);
      const { end, states } = await world.run(approval(3));
      expect([end, states.filter((state) => state === 'DescribeEndpoint').length, serves()]).toEqual([
        'Released',
        3,
        ['3', '3'],
      ]);
    },
  );

  it('whose endpoint never becomes ready is not waited for forever: the approval stays', async () => {
    world.endpointStatuses.push(...Array<string>(maxTurns + 10).fill('Updating'));
    expect([(await world.run(approval(3))).end, world.notices, approvalOf('3'), serves()]).toEqual([
      'ReleaseFailed',
      ['A model release FAILED'],
      'Approved',
      ['2', '2'],
    ]);
  });

  it('whose alarm is still in ALARM because of the previous release is waited for', async () => {
    world.firingAlarms.push(['ServerErrors'], ['ServerErrors']);
    const { end, states } = await world.run(approval(3));
    expect([end, states.filter((state) => state === 'DescribeRollbackAlarms').length, serves()]).toEqual([
      'Released',
      3,
      ['3', '3'],
    ]);
  });

  it('whose alarm stays in ALARM is not waited for forever: nothing is updated, and the approval stays', async () => {
    world.firingAlarms.push(...Array<string[]>(maxTurns + 10).fill(['ServerErrors']));
    const { end, states } = await world.run(approval(3));
    expect([end, states.includes('WriteParameter'), world.notices, approvalOf('3'), serves()]).toEqual([
      'ReleaseFailed',
      false,
      ['A model release FAILED'],
      'Approved',
      ['2', '2'],
    ]);
  });

  it.each(['Failed', 'OutOfService', 'UpdateRollbackFailed'])(
    'whose endpoint is %s is left alone: the release fails, people are notified, and the approval stays',
    async (status) => {
      world.endpointStatuses.push(status);
      const { end, states } = await world.run(approval(3));
      expect([end, states.includes('WriteParameter'), world.notices, approvalOf('3')]).toEqual([
        'ReleaseFailed',
        false,
        ['A model release FAILED'],
        'Approved',
      ]);
      // Somebody repairs it.
      expect([await world.reconcileOnce(), serves()]).toEqual(['releases version 3: Released', ['3', '3']]);
    },
  );

  it('whose endpoint CloudFormation cannot update keeps the previous version, and the new one is rejected', async () => {
    world.alarmFires = true;
    expect((await world.run(approval(3))).end).toBe('RolledBack');
    expect([serves(), approvalOf('3'), await world.reconcileOnce()]).toEqual([['2', '2'], 'Rejected', 'nothing']);
  });
});

describe('a quota', () => {
  it('a quota that stops the new fleet makes CloudFormation roll back: the previous version serves, and the new one waits for another approval', async () => {
    // SageMaker's ResourceLimitExceeded fails the resource, like an alarm does.
    world.alarmFires = true;
    expect([(await world.run(approval(3))).end, approvalOf('3'), serves()]).toEqual([
      'RolledBack',
      'Rejected',
      ['2', '2'],
    ]);
    Object.assign(world, { alarmFires: false });
    world.approvals.set('3', 'Approved');
    expect([(await world.run(approval(3))).end, serves()]).toEqual(['Released', ['3', '3']]);
  });
});
