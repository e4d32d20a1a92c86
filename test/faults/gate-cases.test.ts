import { ExecutionAlreadyExists, SFNClient, type StartExecutionCommand } from '@aws-sdk/client-sfn';
import { EventBus } from 'local-account/events/event-bus';
import { matches } from 'local-account/events/event-pattern';
import { parseSchedule } from 'local-account/events/schedule-expression';
import type { Platform, ServiceCall } from 'local-account/platform';
import { Account } from '../../lambda/reconcile-release/account';
import { type ApprovedPackage, refusedApproval } from '../../lambda/verify-package/approval';
import { maxTurns } from '../../lib/release/state-machine/steps';
import { packageGroup as group, releaseMachine } from '../fixtures/release-state-machine';
import { resolve } from '../fixtures/resolve';
import { templateOf } from '../fixtures/workflow-app';
import { ReleaseWorld, versionOf } from './release-world';

/**
 * What reaches the approval gate and should not, or not so (docs/reference/bad-input.md). Version 2 is live and approved, 3 is
 * approved.
 */
const definition = releaseMachine();
const approval = (version: number | string, more: object = {}) => ({
  detail: { ModelPackageArn: `${group}${version}` },
  ...more,
});

/** The event as SageMaker sends it. */
const event = (change: object = {}) => ({
  source: 'aws.sagemaker',
  'detail-type': 'SageMaker Model Package State Change',
  account: '111122223333',
  detail: {
    ModelPackageGroupName: 'mla-blueprint-flight-disruption',
    ModelApprovalStatus: 'Approved',
    ModelPackageArn: `${group}3`,
    ...change,
  },
});
const release = templateOf('release');
const approvalRule = Object.values(release.findResources('AWS::Events::Rule'))
  .map(({ Properties }) => Properties as { EventPattern?: Record<string, unknown>; EventBusName?: unknown })
  .find(({ EventPattern }) => EventPattern !== undefined);
const heard = (one: object) => matches(resolve(approvalRule?.EventPattern) as Record<string, unknown>, one);

let world: ReleaseWorld;
beforeEach(() => {
  world = new ReleaseWorld(definition);
});
const serves = () => [versionOf(world.stack.deployed), versionOf(world.parameter)];
const approvalOf = (version: string) => world.approvals.get(version);
const countUpdates = (runs: readonly { readonly states: readonly string[] }[]) =>
  runs.flatMap(({ states }) => states).filter((state) => state === 'UpdateServing').length;

describe('the event of an approval twice', () => {
  it('changes nothing the second time', async () => {
    const runs = [await world.run(approval(3)), await world.run(approval(3))];
    expect(runs.map(({ end }) => end)).toEqual(['Released', 'NothingToDo']);
    expect([countUpdates(runs), world.notices, serves()]).toEqual([1, ['A model was released'], ['3', '3']]);
  });

  it('releases once when both arrive together', async () => {
    const runs = await Promise.all([world.run(approval(3)), world.run(approval(3))]);
    expect(runs.map(({ end }) => end)).toEqual(['Released', 'NothingToDo']);
    expect([countUpdates(runs), serves()]).toEqual([1, ['3', '3']]);
  });
});

describe('approved, then rejected', () => {
  it('is not released when the approval arrives last: the registry decides, not the order of events', async () => {
    expect(heard(event({ ModelApprovalStatus: 'Rejected' }))).toBe(false);
    world.approvals.set('3', 'Rejected');
    expect((await world.run(approval(3))).end).toBe('NothingToDo');
    expect(serves()).toEqual(['2', '2']);
  });

  it('is rolled back by the reconciler when the rejection comes while the canary bakes', async () => {
    const running = world.run(approval(3));
    world.verification = () => (world.approvals.set('3', 'Rejected'), { passed: true, text: 'approved a moment ago' });
    expect((await running).end).toBe('Released');
    expect(await world.reconcileOnce()).toBe('releases version 2: Released');
    expect(serves()).toEqual(['2', '2']);
  });
});

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

describe("an event that is not SageMaker's, or not of this account", () => {
  it('does not pass the rule with another source or group', () => {
    expect(heard(event())).toBe(true);
    expect([
      heard({ ...event(), source: 'my.sagemaker' }),
      heard({ ...event(), 'detail-type': 'Approved' }),
      heard(event({ ModelPackageGroupName: 'another' })),
    ]).toEqual([false, false, false]);
  });

  it('reaches no bus that the rule listens to: it is the default one, no policy lets other accounts in, and nobody may put events as aws.*', async () => {
    expect(approvalRule?.EventBusName).toBeUndefined();
    for (const stack of ['foundation', 'lake', 'training', 'serving', 'release', 'monitoring'] as const) {
      for (const type of ['AWS::Events::EventBusPolicy', 'AWS::Events::EventBus'])
        expect(templateOf(stack).findResources(type)).toEqual({});
    }
    const bus = new EventBus({} as Platform, { invokeAsync: () => Promise.resolve() });
    const forged = {
      operation: 'PutEvents',
      input: {
        Entries: [
          {
            Source: 'aws.sagemaker',
            DetailType: 'SageMaker Model Package State Change',
            Detail: JSON.stringify(event().detail),
          },
        ],
      },
    };
    expect(await bus.handle(forged as unknown as ServiceCall)).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    });
  });

  it('is no approval by itself: the registry decides, and packages of other accounts and regions are ignored', async () => {
    world.approvals.set('3', 'PendingManualApproval');
    expect((await world.run(approval(3))).end).toBe('NothingToDo');
    for (const elsewhere of ['eu-central-1:999999999999', 'us-east-1:111122223333']) {
      const { end, states } = await world.run({
        detail: { ModelPackageArn: `arn:aws:sagemaker:${elsewhere}:model-package/flights/9` },
      });
      expect([end, states]).toEqual(['NothingToDo', []]);
    }
    expect(serves()).toEqual(['2', '2']);
  });
});

describe('an event that is lost or late', () => {
  it('the reconciler releases a version whose event was lost, once', async () => {
    expect([await world.reconcileOnce(), await world.reconcileOnce()]).toEqual([
      'releases version 3: Released',
      'nothing',
    ]);
  });

  it('the event itself, when it comes after all, changes nothing', async () => {
    await world.reconcileOnce();
    expect((await world.run(approval(3))).end).toBe('NothingToDo');
  });

  it('no machine waits for a task token that could come late or twice', () => {
    const machines = (['serving', 'release', 'monitoring'] as const).flatMap((stack) =>
      Object.values(templateOf(stack).findResources('AWS::StepFunctions::StateMachine')),
    );
    expect(machines.length).toBeGreaterThan(3);
    for (const { Properties } of machines)
      expect(JSON.stringify(Properties)).not.toMatch(/waitForTaskToken|:activity:/);
  });
});

describe('two approvals at once', () => {
  it.each([
    [
      [3, 4],
      ['Released', 'Released'],
    ],
    [
      [4, 3],
      ['Released', 'Refused'],
    ],
  ])('%j: one waits for the other, and the newest serves', async (versions, ends) => {
    world.approvals.set('4', 'Approved');
    const runs = await Promise.all(versions.map((version) => world.run(approval(version))));
    expect(runs.map(({ end }) => end)).toEqual(ends);
    // An update while another runs is refused by CloudFormation, and would have failed the release.
    expect(serves()).toEqual(['4', '4']);
    expect(await world.reconcileOnce()).toBe('nothing');
  });
});

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

describe('quotas, malformed messages and duplicates', () => {
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

  it.each([
    {},
    { detail: {} },
    { detail: { ModelPackageArn: 5 } },
    { detail: { ModelPackageArn: `x${group}3` } },
    { detail: 'approved' },
  ])('the message %j changes nothing, and ends', async (message) => {
    const { end, states } = await world.run(message);
    expect([end, states]).toEqual(['NothingToDo', []]);
  });

  it('a package of our group without a number, which SageMaker never makes, fails before anything is changed', async () => {
    const { end, states } = await world.run(approval('three'));
    expect([/^(Released|NothingToDo)$/.test(end), states, serves()]).toEqual([false, [], ['2', '2']]);
  });

  it('a dead letter that is sent again twice is a duplicate', async () => {
    const runs = [await world.reconcileOnce(), (await world.run(approval(3))).end, (await world.run(approval(3))).end];
    expect([runs, serves()]).toEqual([
      ['releases version 3: Released', 'NothingToDo', 'NothingToDo'],
      ['3', '3'],
    ]);
  });

  it('the reconciler, called again because its response was lost, uses the same execution name and accepts "already exists"', async () => {
    const names: unknown[] = [];
    const send = jest.spyOn(SFNClient.prototype, 'send').mockImplementation((command: unknown) => {
      const { name } = (command as StartExecutionCommand).input;
      const known = names.includes(name);
      names.push(name);
      return known
        ? Promise.reject(new ExecutionAlreadyExists({ message: 'Execution Already Exists', $metadata: {} }))
        : Promise.resolve({});
    });
    try {
      const account = new Account({
        modelPackageGroupName: 'flights',
        parameterName: '/approved',
        provenParameterName: '/proven',
        approvedKey: 'ApprovedModelPackage',
        servingStackName: 'Serving',
        stateMachineArn: 'arn:machine',
        metricNamespace: 'Release',
      });
      for (let call = 0; call < 2; call += 1)
        await account.startRelease(`${group}3`, false, new Date('2026-11-01T10:00:00Z'));
      await account.startRelease(`${group}3`, false, new Date('2026-11-01T10:15:00Z'));
      expect([names[0] === names[1], names[1] === names[2]]).toEqual([true, false]);
    } finally {
      send.mockRestore();
    }
  });
});
