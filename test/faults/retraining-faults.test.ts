import type { RetrainingEvent } from '../../lambda/start-retraining/trigger';
import { testFaultTable } from './fault-table';
import { retrainingFaults } from './retraining-faults';
import { type FaultAtCall, RetrainingWorld } from './retraining-world';

const at = '2013-12-02T12:00:00Z';
const drift: RetrainingEvent = {
  time: at,
  'detail-type': 'CloudWatch Alarm State Change',
  detail: { alarmName: 'Drift', state: { value: 'ALARM', timestamp: at, reason: 'one violation' } },
};
const daily = (time: string): RetrainingEvent => ({ time, 'detail-type': 'Scheduled Event' });

interface Scenario {
  readonly event: RetrainingEvent;
  readonly prepare?: (world: RetrainingWorld) => void;
  /** EventBridge delivers at least once. */
  readonly twiceAtOnce?: boolean;
  /** Executions that come of it in the end. @default 1 */
  readonly starts?: number;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'the drift alarm goes off': { event: drift },
  'the scheduled check finds a new month': { event: daily(at) },
  'the alarm within the cool-down': {
    event: drift,
    prepare: ({ executions, now }) =>
      executions.push({
        arn: 'arn:other',
        displayName: 'labels-0',
        description: '',
        startedAt: now,
        parameters: '',
        status: 'Failed',
      }),
    starts: 0,
  },
  'the alarm, delivered twice at once': { event: drift, twiceAtOnce: true },
  'the alarm, and new files arrive before its next delivery': {
    event: drift,
    prepare: (world) => (world.meanwhile = () => world.addMonth('LGA', '2013-08')),
  },
};

async function start(name: string, fault?: FaultAtCall) {
  const { event, prepare, twiceAtOnce = false, starts = 1 } = scenarios[name] as Scenario;
  const world = new RetrainingWorld();
  prepare?.(world);
  const before = world.executions.length;
  const [delivery] = await Promise.all(
    twiceAtOnce ? [world.deliver(event, fault), world.deliver(event, fault)] : [world.deliver(event, fault)],
  );
  return { world, event, delivery, starts, started: () => world.executions.length - before };
}
type Run = Awaited<ReturnType<typeof start>>;

/** What another delivery, or another event, changes. */
async function change({ world, event, started }: Run, other: RetrainingEvent): Promise<string> {
  const [were, was] = [started(), world.recordOf(event.time) !== undefined];
  await world.deliver(other);
  const parts = [
    ...(started() > were ? ['starts'] : []),
    ...(other === event && !was && world.recordOf(event.time) ? ['recorded'] : []),
  ];
  return parts.join(', ') || 'nothing';
}

/** Exactly one execution for an event, however it came to it, and a record that says so. */
function expectOne({ world, event, started, starts }: Run): void {
  expect(started()).toBe(starts);
  const record = world.recordOf(event.time);
  const execution = world.executions.find(({ arn }) => arn === record?.executionArn);
  expect({ said: record?.decision.start, named: execution !== undefined }).toEqual({
    said: starts > 0,
    named: starts > 0,
  });
  const digest = /Data (\w+)\./.exec(execution?.description ?? '')?.[1];
  if (execution) expect(world.artifacts.objects.has(`pipeline/data/${digest ?? ''}.json`)).toBe(true);
}

describe('the function that starts a retraining', () => {
  testFaultTable({
    table: retrainingFaults,
    calls: async () => [...new Set((await start('the drift alarm goes off')).world.calls)],
    jobs: [],
    page: 'failures-retraining.md',
    callsOf: async (scenario) => (await start(scenario)).world.calls,
    consequence: async (scenario, call, fault) => {
      const run = await start(scenario, { call, fault });
      const { world, event, delivery, started } = run;
      const notified = [
        ...(world.errors > 0 ? ['FunctionErrors'] : []),
        ...(world.deadLetters.length > 0 ? ['MonitoringDeadLetters'] : []),
      ];
      const parts = [
        `${started() > 0 ? 'starts' : 'starts nothing'}, ${world.recordOf(event.time) ? 'recorded' : 'no record'}${delivery === undefined ? '' : ` (delivery ${delivery})`}`,
        notified.join(', ') || 'not notified',
      ];
      // A person sends the event again some hours later.
      world.pass(6);
      parts.push(`sent again: ${await change(run, event)}`);
      expectOne(run);
      world.pass(1);
      expect(await change(run, event)).toBe('nothing');
      // Or nobody does, and the scheduled check of the next day comes first; whoever sends the event after it starts no
      // second one.
      const left = await start(scenario, { call, fault });
      left.world.pass(25);
      parts.push(`or the next daily check: ${await change(left, daily(left.world.now.toISOString()))}`);
      left.world.pass(1);
      expect(await change(left, event)).not.toContain('starts');
      return parts.join('; ');
    },
  });
});
