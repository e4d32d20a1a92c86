import { type Control, startControl } from '../control';
import { VirtualClock } from '../events/clock';

describe('the control of --keep', () => {
  let control: Control;
  const clock = new VirtualClock(Date.parse('2013-09-01T00:00:00Z'));
  beforeAll(async () => {
    control = await startControl(clock);
  });
  afterAll(async () => {
    await control.close();
    clock.stop();
  });
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${control.url}${path}`, init);
    return {
      status: answer.status,
      body: (await answer.json()) as { now?: string; error?: string; paused?: boolean; waiting?: number },
    };
  };

  it('moves the clock by a duration, firing what is due', async () => {
    let fired = 0;
    clock.schedule(
      (after) => (fired < 3 ? after + 1_800_000 : undefined),
      () => void (fired += 1),
    );
    const before = Date.parse((await ask('/clock')).body.now ?? '');
    const { status, body } = await ask('/clock?advance=PT1H', { method: 'POST' });
    expect(status).toBe(200);
    expect(Date.parse(body.now ?? '') - before).toBeGreaterThanOrEqual(3_600_000);
    expect(fired).toBe(2);
  });

  it('lets time stand still and flow again; advance moves it meanwhile', async () => {
    const { body } = await ask('/clock?pause', { method: 'POST' });
    expect(body.paused).toBe(true);
    const wait = clock.sleep(60_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask('/clock')).body).toMatchObject({ now: body.now, waiting: 1 });
    await ask('/clock?advance=PT1M', { method: 'POST' });
    await wait;
    const moved = (await ask('/clock?run', { method: 'POST' })).body;
    expect(moved).toMatchObject({ paused: false, waiting: 0 });
    expect(Date.parse(moved.now ?? '') - Date.parse(body.now ?? '')).toBeGreaterThanOrEqual(60_000);
  });

  it.each([
    ['/clock', 'POST', 400],
    ['/clock?advance=PT1H&pause', 'POST', 400],
    ['/clock?faster', 'POST', 400],
    ['/clock?advance=soon', 'POST', 400],
    ['/clock?advance=P400D', 'POST', 400],
    ['/clock', 'DELETE', 405],
    ['/other', 'GET', 404],
  ])('refuses %s %s', async (path, method, status) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.body.error).toBeTruthy();
  });

  it('refuses web pages', async () => {
    expect(
      (await ask('/clock?advance=PT1H', { method: 'POST', headers: { origin: 'http://example.com' } })).status,
    ).toBe(403);
  });
});
