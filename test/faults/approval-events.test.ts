import { ExecutionAlreadyExists, SFNClient, type StartExecutionCommand } from '@aws-sdk/client-sfn';
import { EventBus } from 'local-account/events/event-bus';
import { matches } from 'local-account/events/event-pattern';
import type { Platform, ServiceCall } from 'local-account/platform';
import { Account } from '../../lambda/reconcile-release/account';
import { packageGroup as group, releaseMachine } from '../fixtures/release-state-machine';
import { resolve } from '../fixtures/resolve';
import { templateOf } from '../fixtures/workflow-app';
import { approval } from './approval';
import { ReleaseWorld, versionOf } from './release-world';

/**
 * Approval events that come twice, late, forged or malformed (docs/reference/bad-input.md). Version 2 is live and
 * approved, 3 is approved.
 */
const definition = releaseMachine();

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

  it('no state machine waits for a task token that could come late or twice', () => {
    const stateMachines = (['serving', 'release', 'monitoring'] as const).flatMap((stack) =>
      Object.values(templateOf(stack).findResources('AWS::StepFunctions::StateMachine')),
    );
    expect(stateMachines.length).toBeGreaterThan(3);
    for (const { Properties } of stateMachines)
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

describe('malformed messages and duplicates', () => {
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
