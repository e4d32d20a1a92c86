import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { streamLive } from '../../console/live';
import { Timeline } from '../../console/timeline';
import type { VirtualClock } from '../../events/clock';
import type { EventLogEntry, PlatformHost } from '../../gateway/platform-host';
import type { LoggedDecision } from '../../iam/authorizer';
import type { BusEvent } from '../../platform';

/** What a timeline reads of an account. */
class Happening {
  readonly decisions: LoggedDecision[] = [];
  private readonly records = new Set<(entry: EventLogEntry) => void>();
  private readonly events = new Set<(event: BusEvent) => void>();
  readonly host = {
    platform: { accountId: '123456789012', partition: 'aws', clock: { now: () => 5 } },
    eventLog: [{ at: 1, kind: 'job', summary: 'before' }],
    authorizer: this.authorizer(),
    onRecord: (listener: (entry: EventLogEntry) => void) => this.records.add(listener) && (() => undefined),
    onEvent: (listener: (event: BusEvent) => void) => this.events.add(listener) && (() => undefined),
  } as unknown as PlatformHost;

  private authorizer(): object {
    const { decisions } = this;
    return {
      decisions,
      get decisionCount() {
        return decisions.length;
      },
    };
  }

  record(summary: string, kind = 'job'): void {
    for (const listener of this.records) listener({ at: 2, kind, summary });
  }

  emit(event: Partial<BusEvent>): void {
    const whole = { source: 'aws.sagemaker', 'detail-type': 'A change', resources: [], detail: {}, ...event };
    for (const listener of this.events) listener(whole);
  }

  decide(principal: string, allowed: boolean): void {
    const statement = { policy: 'p', place: 'role reader', label: 'Read' };
    const common = { at: 2, principal, action: 's3:GetObject', resource: 'arn:aws:s3:::a/b', context: {} };
    this.decisions.push({ ...common, allowed, reason: 'because', ...(allowed ? { statement } : {}) });
  }
}

describe('browsers that go away in the middle of the stream', () => {
  const happening = new Happening();
  const timeline = new Timeline(happening.host);
  const listening = new Set<() => void>();
  const clock = { waits: { number: 0 }, now: () => 5, paused: false } as unknown as VirtualClock;
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    streamLive(request, response, { timeline: counted, clock });
  });
  const counted = {
    newest: 1,
    after: (number: number, limit: number) => timeline.after(number, limit),
    onChange: (listener: () => void) => {
      const stop = timeline.onChange(listener);
      listening.add(listener);
      return () => {
        listening.delete(listener);
        stop();
      };
    },
  } as unknown as Timeline;

  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(async () => {
    timeline.stop();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const until = async (met: () => boolean): Promise<void> => {
    for (const end = Date.now() + 5000; !met() && Date.now() < end; ) await new Promise((done) => setTimeout(done, 20));
  };

  test('leave no listener and no timer, however they go', async () => {
    const before = timers();
    const { port } = server.address() as AddressInfo;
    const sockets = Array.from({ length: 30 }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('GET /live HTTP/1.1\r\nhost: x\r\n\r\n');
    }
    await until(() => listening.size === 30);
    expect(listening.size).toBe(30);
    // Some close the connection, some reset it, some have stopped reading before.
    sockets.forEach((socket, at) => {
      if (at % 3 === 0) socket.end();
      else if (at % 3 === 1) socket.resetAndDestroy();
      else socket.pause().destroy();
    });
    for (let line = 0; line < 1000; line++) happening.record(`while they go ${'x'.repeat(1000)}`);
    await until(() => listening.size === 0);
    expect(listening.size).toBe(0);
    await until(() => timers() <= before);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describe('the timeline', () => {
  let happening: Happening;
  let timeline: Timeline;

  beforeEach(() => {
    happening = new Happening();
    timeline = new Timeline(happening.host, 20);
  });
  afterEach(() => timeline.stop());

  const texts = (after = 0): string[] => timeline.after(after, 1000).map(({ text }) => text);

  test('begins with what has happened before, and counts on', () => {
    happening.record('one');
    happening.record('two');
    expect(texts()).toEqual(['before', 'one', 'two']);
    expect(texts(2)).toEqual(['two']);
    expect(texts(3)).toEqual([]);
    expect(timeline.newest).toBe(3);
  });

  test('keeps the newest lines only, under their numbers', () => {
    for (let at = 0; at < 100; at++) happening.record(`line ${at}`);
    const kept = timeline.after(0, 1000);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.at(-1)).toMatchObject({ number: 101, text: 'line 99' });
    expect(timeline.after(99, 1000).map(({ number }) => number)).toEqual([100, 101]);
    expect(timeline.detail(1)).toBeUndefined();
    expect(timeline.detail(101)).toEqual({ content: undefined });
  });

  test('shows which statement allowed a call, before what the call caused', () => {
    happening.decide('arn:aws:sts::123456789012:assumed-role/reader/x', true);
    happening.record('caused');
    expect(timeline.after(1, 10)).toMatchObject([
      { kind: 'allowed', action: 's3:GetObject', statement: 'Read of role reader' },
      { kind: 'job', text: 'caused' },
    ]);
  });

  test('shows a denial once, with its decision, also where the account has recorded it in words', () => {
    happening.decide('arn:aws:sts::123456789012:assumed-role/reader/x', false);
    happening.record('the same in words', 'denied');
    const [denied, ...more] = timeline.after(1, 10);
    expect(denied).toMatchObject({ kind: 'denied', text: 'because' });
    expect(more).toEqual([]);
    expect(timeline.detail(denied?.number ?? 0)).toMatchObject({ decision: { allowed: false } });
  });

  test('leaves out what the administrator may do, and not what is denied to him', () => {
    happening.decide('arn:aws:iam::123456789012:user/administrator', true);
    happening.decide('arn:aws:iam::123456789012:user/administrator', false);
    happening.record('then');
    expect(timeline.after(1, 10).map(({ kind }) => kind)).toEqual(['denied', 'job']);
  });

  test('says what an event is about, and the new state', () => {
    happening.emit({ detail: { ProcessingJobName: 'prepare', ProcessingJobStatus: 'Completed', other: 1 } });
    happening.emit({ source: 'aws.cloudwatch', detail: { alarmName: 'hot', state: { value: 'ALARM' } } });
    happening.emit({ detail: {} });
    expect(texts(1)).toEqual([
      'A change (aws.sagemaker): prepare Completed',
      'A change (aws.cloudwatch): hot ALARM',
      'A change (aws.sagemaker)',
    ]);
  });

  test('says nothing after its end', () => {
    let heard = 0;
    timeline.onChange(() => heard++)();
    happening.record('unheard');
    expect(heard).toBe(0);
  });
});
