import { parseSchedule } from 'local-account/events/schedule-expression';
import { type ApprovedPackage, refusedApproval } from '../../lambda/verify-package/approval';
import { releaseMachine } from '../fixtures/release-state-machine';
import { templateOf } from '../fixtures/workflow-app';
import { approval } from './approval';
import { ReleaseWorld, versionOf } from './release-world';

/**
 * Approvals that are too old, of the wrong identity, or near a change of the clock (docs/reference/bad-input.md). Version 2
 * is live and approved, 3 is approved.
 */
const definition = releaseMachine();
let world: ReleaseWorld;
beforeEach(() => {
  world = new ReleaseWorld(definition);
});
const serves = () => [versionOf(world.stack.deployed), versionOf(world.parameter)];

/** The verification's own decision over a package as SageMaker describes it. */
function verifiedAs(description: ApprovedPackage, at: string): void {
  const rules = { approverRoleArn: 'arn:aws:iam::111122223333:role/mla-blueprint-approver', validDays: 14 };
  world.verification = () => {
    const refused = refusedApproval(description, rules, { at: new Date(at), wasLive: false });
    return { passed: refused === undefined, text: refused ?? 'approved as it must be' };
  };
}
const by = (role: string) => ({ IamIdentity: { Arn: `arn:aws:sts::111122223333:assumed-role/${role}/somebody` } });
const approved: ApprovedPackage = {
  CreatedBy: by('PipelineRole'),
  LastModifiedBy: by('mla-blueprint-approver'),
  LastModifiedTime: new Date('2026-11-01T10:00:00Z'),
  ApprovalDescription: 'cheaper on October',
  SkipModelValidation: 'None',
};
const soon = '2026-11-01T10:05:00Z';
const approvalOf = (version: string) => world.approvals.get(version);

describe('a stale approval', () => {
  it('of a version older than the live one is refused, people are notified, and a rollback to it stays possible', async () => {
    world.approvals.set('1', 'Approved');
    expect((await world.run(approval(1))).end).toBe('Refused');
    expect([serves(), approvalOf('1'), world.notices]).toEqual([
      ['2', '2'],
      'Approved',
      ['An approval of an older model was REFUSED'],
    ]);
  });

  it('of too many days ago is refused and withdrawn, and people are notified', async () => {
    verifiedAs(approved, '2026-11-16T10:00:00Z');
    expect((await world.run(approval(3))).end).toBe('ReleaseRefused');
    expect([serves(), approvalOf('3'), world.notices]).toEqual([
      ['2', '2'],
      'Rejected',
      ['A model release was REFUSED'],
    ]);
    expect(await world.reconcileOnce()).toBe('nothing');
  });
});

describe('an approval by the wrong identity, or without a reason', () => {
  it.each<[string, Partial<ApprovedPackage>]>([
    ['by the role that registered it', { LastModifiedBy: by('PipelineRole') }],
    ['by the role of the training job', { LastModifiedBy: by('TrainingRole') }],
    ['at registration', { LastModifiedBy: undefined }],
    ['without ApprovalDescription', { ApprovalDescription: undefined }],
    ['of a package with SkipModelValidation: All', { SkipModelValidation: 'All' }],
  ])('%s is refused and withdrawn, and people are notified', async (_, change) => {
    verifiedAs({ ...approved, ...change }, soon);
    expect((await world.run(approval(3))).end).toBe('ReleaseRefused');
    expect([serves(), approvalOf('3'), world.notices]).toEqual([
      ['2', '2'],
      'Rejected',
      ['A model release was REFUSED'],
    ]);
    expect(await world.reconcileOnce()).toBe('nothing');
  });

  it('but an approval by the approver is released', async () => {
    verifiedAs(approved, soon);
    expect((await world.run(approval(3))).end).toBe('Released');
  });
});

describe('clocks', () => {
  it.each(['2026-11-01T09:55:00Z', '2026-11-01T10:05:00Z'])(
    'that are five minutes apart (%s) refuse no approval',
    async (at) => {
      verifiedAs(approved, at);
      expect((await world.run(approval(3, { time: '2026-11-01T10:10:00Z' }))).end).toBe('Released');
    },
  );

  it('an approval is valid for its days of 24 hours, also over a change to summer time', () => {
    const rules = { approverRoleArn: 'arn:aws:iam::111122223333:role/mla-blueprint-approver', validDays: 14 };
    const description = { ...approved, LastModifiedTime: new Date('2026-03-28T01:30:00+01:00') };
    const at = (text: string) => refusedApproval(description, rules, { at: new Date(text), wasLive: false });
    expect(at('2026-04-11T02:30:00+02:00')).toBeUndefined();
    expect(at('2026-04-11T02:30:01+02:00')).toContain('14 days ago');
  });

  it.each(['2026-03-29', '2026-10-25'])(
    'schedules are in UTC: on %s, too, a day has 24 hours and no run is left out or made twice',
    (day) => {
      const next = parseSchedule('cron(30 1 * * ? *)');
      const before = Date.parse(`${day}T01:30:00Z`) - 86_400_000;
      const times = [next(before), next(before + 86_400_000)];
      expect(times).toEqual([before + 86_400_000, before + 2 * 86_400_000]);
      for (const stack of ['serving', 'release', 'monitoring'] as const)
        expect(JSON.stringify(templateOf(stack).toJSON())).not.toContain('ScheduleExpressionTimezone');
    },
  );
});
