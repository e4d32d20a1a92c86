import { type IncomingHttpHeaders, request } from 'node:http';
import { startConsole } from '../../console/console';
import { type OpenConsole, openConsole } from './open-console';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('who may use the console', () => {
  let open: OpenConsole;
  let cookie: string;

  beforeAll(async () => {
    open = await openConsole();
    cookie = `console-${open.port}=${open.key}`;
  });
  afterAll(() => open.close());

  const send = (path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const sent = request({ host: '127.0.0.1', port: open.port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const acting = (headers: Record<string, string> = {}): Record<string, string> => ({
    cookie,
    origin: open.origin,
    'content-type': 'application/json',
    'x-console': 'act',
    ...headers,
  });
  const without = (name: string): Record<string, string> => {
    const { [name]: _, ...rest } = acting();
    return rest;
  };
  const call = JSON.stringify({ service: 'sts', operation: 'GetCallerIdentity', input: {} });

  test('the printed address gives the browser a cookie that no other site can use, and leaves the key out of the address', async () => {
    const { status, headers } = await send(`/?key=${open.key}`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']).toEqual([`${cookie}; HttpOnly; SameSite=Strict; Path=/`]);
  });

  test.each(['/', '/content', '/live', '/pages/app.js', '/?key=wrong'])('refuses %s without the key', async (path) => {
    expect((await send(path)).status).toBe(401);
  });

  test('refuses a wrong cookie', async () => {
    expect((await send('/content', { cookie: `console-${open.port}=${'x'.repeat(open.key.length)}` })).status).toBe(
      401,
    );
  });

  test('refuses a foreign host name that resolves to this computer', async () => {
    expect((await send('/content', { cookie, host: 'attacker.example' })).status).toBe(421);
    expect((await send('/content', { cookie, host: `attacker.example:${open.port}` })).status).toBe(421);
    expect((await send(`/?key=${open.key}`, { host: 'attacker.example' })).status).toBe(421);
  });

  test('answers under the name localhost, too', async () => {
    expect((await send('/content', { cookie, host: `localhost:${open.port}` })).status).toBe(200);
  });

  test('refuses what other pages ask for, also pages of another port of this computer', async () => {
    expect((await send('/content', { cookie, origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await send('/live', { cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).status).toBe(403);
    expect(
      (await send('/content', { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status,
    ).toBe(403);
  });

  test('acts for its own page', async () => {
    const { status, body } = await send('/call', acting(), call);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ output: { Account: '123456789012' } });
  });

  test.each([
    ['a cookie', without.bind(undefined, 'cookie'), 401],
    ['an Origin', without.bind(undefined, 'origin'), 403],
    ['the header that no form can send', without.bind(undefined, 'x-console'), 403],
    ['JSON', () => acting({ 'content-type': 'text/plain' }), 415],
    ['its own origin', () => acting({ origin: 'http://attacker.example' }), 403],
    ['the origin null of a sandboxed frame', () => acting({ origin: 'null' }), 403],
  ])('does not act without %s', async (_, headers, status) => {
    expect((await send('/call', headers(), call)).status).toBe(status);
    expect((await send('/clock', headers(), '{"command":"pause"}')).status).toBe(status);
    expect(open.account.clock.paused).toBe(false);
  });

  test('does not answer a preflight, so that no other origin may send that header', async () => {
    const response = await fetch(`${open.origin}/call`, {
      method: 'OPTIONS',
      headers: { origin: 'http://attacker.example', 'access-control-request-headers': 'x-console' },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('lets no text become a script: the policy allows neither inline scripts nor eval, and the browser refuses innerHTML', async () => {
    for (const path of ['/', '/content', '/nothing', '/pages/app.js']) {
      const { headers } = await send(path, { cookie });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test.each([
    '/pages/../guard.ts',
    '/pages/%2e%2e/guard.ts',
    '/pages/..%2fguard.ts',
    '/library/../package.json',
    '/pages/',
  ])('gives no other file: %s', async (path) => {
    expect((await send(path, { cookie })).status).toBe(404);
  });

  test('calls only what its pages use, and says so', async () => {
    for (const [service, operation] of [
      ['iam', 'CreateUser'],
      ['sts', 'GetSessionToken'],
      ['sts', 'AssumeRole'],
      ['constructor', 'GetPrototype'],
      ['s3', 'GetNothing'],
    ]) {
      const { body } = await send('/call', acting(), JSON.stringify({ service, operation }));
      expect(JSON.parse(body)).toMatchObject({
        error: { message: expect.stringMatching(/does not call|no operation/) },
      });
    }
  });

  test.each(['', 'null', '[', '"text"'])('survives a body that is no object: %s', async (body) => {
    const { status } = await send('/call', acting(), body);
    expect(status).toBe(400);
  });

  test('shows a denial in the words of AWS', async () => {
    const { iam, role } = await deniedRole(open);
    const input = { service: 's3', operation: 'ListBuckets', input: {}, role };
    const { body } = await send('/call', acting(), JSON.stringify(input));
    expect(JSON.parse(body)).toEqual({
      error: {
        code: 'AccessDenied',
        message: expect.stringMatching(
          /assumed-role\/denied\/administrator is not authorized to perform: s3:ListAllMyBuckets .*because no identity-based policy allows/,
        ),
      },
    });
    iam.destroy();
  });

  test('takes another port where the one that it had is not free, and keeps its key', async () => {
    const project = { content: () => Promise.resolve({ title: '' }) };
    const second = await startConsole(open.account, { project, port: open.port, key: open.key });
    const { port, searchParams } = new URL(second.url);
    expect(Number(port)).not.toBe(open.port);
    expect(searchParams.get('key')).toBe(open.key);
    await second.close();
  });

  test('a browser that goes away in the middle of the stream is no fault', async () => {
    const controller = new AbortController();
    const response = await fetch(`${open.origin}/live`, { headers: { cookie }, signal: controller.signal });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('event: clock');
    controller.abort();
    open.account.platform.record({ kind: 'test', summary: 'after it has gone' });
    expect((await send('/content', { cookie })).status).toBe(200);
  });
});

/** A role without permissions. */
async function deniedRole({ account }: OpenConsole) {
  const { CreateRoleCommand, IAMClient } = await import('@aws-sdk/client-iam');
  const iam = new IAMClient(account.client);
  const trust = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'denied',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  return { iam, role: Role?.Arn };
}
