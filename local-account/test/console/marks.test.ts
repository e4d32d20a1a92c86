import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenConsole, openConsole } from './open-console';

const topics = ['T-1', 'T-2'].map((id) => ({ id, section: 'One', label: id, question: id, answer: id, shownBy: [] }));

describe('what the owner of an account has marked', () => {
  const state = join(mkdtempSync(join(tmpdir(), 'marks-')), 'state');
  let open: OpenConsole;

  beforeAll(async () => {
    open = await openConsole({ topics }, { state });
  }, 60_000);
  afterAll(async () => {
    await open.close();
    rmSync(join(state, '..'), { recursive: true });
  });

  const headers = () => ({
    cookie: `console-${open.port}=${open.key}`,
    origin: open.origin,
    'content-type': 'application/json',
    'x-console': 'act',
  });
  const set = async (body: object, left: Partial<ReturnType<typeof headers>> = headers()) => {
    const answer = await fetch(`${open.origin}/marks`, { method: 'POST', headers: left, body: JSON.stringify(body) });
    return [answer.status, answer.ok ? await answer.json() : undefined];
  };
  const marked = async () => (await fetch(`${open.origin}/marks`, { headers: headers() })).json();

  it('is nothing by itself, and what he says', async () => {
    expect(await marked()).toEqual({});
    expect(await set({ id: 'T-1', mark: 'can explain' })).toEqual([200, { output: { 'T-1': 'can explain' } }]);
    await set({ id: 'T-2', mark: 'seen' });
    await set({ id: 'T-2', mark: 'not yet' });
    expect(await marked()).toEqual({ 'T-1': 'can explain' });
  });

  it('is a topic of the project with one of three marks', async () => {
    expect(await set({ id: 'T-9', mark: 'seen' })).toEqual([
      200,
      { error: { code: 'Refused', message: 'The project has no topic T-9.' } },
    ]);
    expect(await set({ id: 'T-1', mark: 'knows' })).toEqual([
      200,
      { error: { code: 'Refused', message: 'A mark is one of: not yet, seen, can explain.' } },
    ]);
    expect(await marked()).toEqual({ 'T-1': 'can explain' });
  });

  it('is his own: another page or program can neither read nor change it', async () => {
    const { cookie: _, ...strange } = headers();
    const { 'x-console': __, ...foreign } = headers();
    expect((await set({ id: 'T-1', mark: 'seen' }, strange))[0]).toBe(401);
    expect((await set({ id: 'T-1', mark: 'seen' }, foreign))[0]).toBe(403);
    expect((await fetch(`${open.origin}/marks`)).status).toBe(401);
  });

  it('is still there when the account starts again', async () => {
    await open.account.keepState();
    await open.close();
    open = await openConsole({ topics }, { state });
    expect(await marked()).toEqual({ 'T-1': 'can explain' });
  }, 60_000);
});
