import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { isRunning } from 'local-account/python/environment';
import { folderOf, freshName, run, Started, until } from './process';

const administrator = 'arn:aws:iam::123456789012:user/administrator';

/** Runs `task` with these variables alone, as a client in a shell has them. */
async function withEnvironment<T>(variables: NodeJS.ProcessEnv, task: () => Promise<T>): Promise<T> {
  const before = process.env;
  process.env = { PATH: before.PATH, HOME: before.HOME, ...variables };
  try {
    return await task();
  } finally {
    process.env = before;
  }
}

/** What a shell has in its environment after it has read `text`. */
function afterReading(text: string, before: NodeJS.ProcessEnv): Record<string, string> {
  const printed = execFileSync('sh', ['-c', `eval "$1"; env -0`, 'sh', text], {
    env: { ...before, PATH: process.env.PATH },
  });
  const entries = printed.toString('utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

async function caller(): Promise<string | undefined> {
  return (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn;
}

async function buckets(): Promise<(string | undefined)[]> {
  return ((await new S3Client({}).send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name);
}

describe('an account that is up', () => {
  let first: Started;
  const name = freshName('first');
  beforeAll(async () => {
    first = await Started.start(name);
  }, 120_000);
  afterAll(() => first.remove());

  test('env points every client at it, whatever the shell had before', async () => {
    const { code, out } = await run('env', '--name', name);
    expect(code).toBe(0);
    const mine = {
      AWS_PROFILE: 'work',
      AWS_SESSION_TOKEN: 'token',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
      AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    };
    const after = afterReading(out, mine);
    for (const variable of Object.keys(mine)) expect(after).not.toHaveProperty(variable);
    expect(after.AWS_DISABLE_HOST_PREFIX_INJECTION).toBe('true');
    for (const variable of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'SAGEMAKER_USER_CONFIG_OVERRIDE'])
      expect(existsSync(after[variable] ?? '')).toBe(true);
    expect(await withEnvironment(after, caller)).toBe(administrator);
    expect(await withEnvironment(after, buckets)).toEqual([]);
  });

  test('its console opens with the printed address, and only with it', async () => {
    const { code, out } = await run('console', '--name', name);
    expect(code).toBe(0);
    const url = new URL(out.trim());
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(url.origin)).status).toBe(401);
    expect(statSync(join(folderOf(name), 'console')).mode & 0o77).toBe(0);
  });

  test('env --profile is a file for AWS_CONFIG_FILE that is enough by itself', async () => {
    const { out } = await run('env', '--profile', '--name', name);
    const file = join(folderOf(name), 'written-by-the-test');
    writeFileSync(file, out);
    const variables = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    expect(await withEnvironment(variables, caller)).toBe(administrator);
    expect(await withEnvironment({ ...variables, AWS_PROFILE: 'local-account' }, caller)).toBe(administrator);
  });

  test('a second start is refused, and list shows the first', async () => {
    const { code, err } = await run('start', '--name', name);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`The account "${name}" is already running (process ${first.pid})`),
    ]);
    expect((await run('list')).out).toMatch(new RegExp(`${name}\\s+running\\s+http://127.0.0.1:\\d+\\s+eu-central-1`));
  });

  test('its clock is shown, stopped, moved and let run', async () => {
    const clock = async (...args: string[]) => {
      const { code, out, err } = await run('clock', ...args, '--name', name);
      if (code !== 0) return { code, err };
      const [, time = '', state] = /^(\S+) {2}(\w+)$/m.exec(out) ?? [];
      return { at: Date.parse(time), state };
    };
    const stopped = await clock('stop');
    expect(stopped.state).toBe('stopped');
    expect(await clock()).toEqual(stopped);
    expect(await clock('advance', '90m')).toEqual({ at: (stopped.at ?? 0) + 90 * 60_000, state: 'stopped' });
    expect((await clock('run')).state).toBe('running');
    expect(await clock('advance')).toEqual({ code: 2, err: 'clock advance needs a duration, such as 1h.\n' });
    expect(await clock('advance', 'soon')).toMatchObject({ code: 1, err: expect.stringContaining('not "soon"') });
    expect((await clock('stop', '1h')).code).toBe(2);
  });

  test('another account at the same time shares nothing with it', async () => {
    const second = await Started.start(freshName('second'), '--region', 'us-west-2');
    try {
      const own = afterReading((await run('env', '--name', second.name)).out, {});
      const others = afterReading((await run('env', '--name', name)).out, {});
      expect(own.AWS_REGION).toBe('us-west-2');
      await withEnvironment(own, () =>
        new S3Client({}).send(new CreateBucketCommand({ Bucket: 'only-in-the-second' })),
      );
      expect(await withEnvironment(own, buckets)).toEqual(['only-in-the-second']);
      expect(await withEnvironment(others, buckets)).toEqual([]);
      const foreign = { ...own, AWS_ACCESS_KEY_ID: others.AWS_ACCESS_KEY_ID };
      await expect(withEnvironment(foreign, caller)).rejects.toThrow(
        /security token included in the request is invalid/,
      );
      const processes = second.processes();
      expect((await run('stop', '--name', second.name)).code).toBe(0);
      expect(await second.ended).toBe(0);
      expect(processes.filter(isRunning)).toEqual([]);
    } finally {
      await second.remove();
    }
  }, 120_000);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends an account; no process is left, it starts again as it was, and no traceback is printed',
  async (signal) => {
    let account = await Started.start(freshName(signal.toLowerCase()));
    try {
      const before = afterReading((await run('env', '--name', account.name)).out, {});
      const address = (await run('console', '--name', account.name)).out;
      // At once before the end: nobody waits for a quiet moment.
      await withEnvironment(before, () => new S3Client({}).send(new CreateBucketCommand({ Bucket: 'kept' })));
      const processes = account.processes();
      expect(processes.length).toBeGreaterThan(2);
      account.signalGroup(signal);
      expect(await account.ended).toBe(0);
      await until('its processes to end', 10, () => !processes.some(isRunning));
      expect(existsSync(join(folderOf(account.name), 'work'))).toBe(false);
      expect(existsSync(join(folderOf(account.name), 'aws-config'))).toBe(false);
      expect(account.printed).toContain(`${signal}: ending the account`);
      expect(account.printed).not.toMatch(/Traceback|KeyboardInterrupt|^\s+at /m);
      expect((await run('list')).out).toMatch(
        new RegExp(`${account.name}\\s+ended\\s+at 20\\d\\d-\\S+\\s+eu-central-1`),
      );
      account = await Started.start(account.name);
      // The environment that a shell has read before still fits.
      expect(await withEnvironment(before, buckets)).toEqual(['kept']);
      expect((await run('console', '--name', account.name)).out).toBe(address);
    } finally {
      await account.remove();
    }
  },
  120_000,
);

test('kill -9 leaves no process, and the account starts again with what it had at its last quiet moment', async () => {
  const name = freshName('killed');
  let account = await Started.start(name);
  try {
    const before = afterReading((await run('env', '--name', name)).out, {});
    const make = (Bucket: string) =>
      withEnvironment(before, () => new S3Client({}).send(new CreateBucketCommand({ Bucket })));
    await make('kept');
    await until('the state to be kept', 10, () =>
      readFileSync(join(folderOf(name), 'state', 'store')).includes('kept'),
    );
    const processes = account.processes();
    process.kill(account.pid, 'SIGKILL');
    await account.ended;
    await until('its processes to end', 10, () => !processes.some(isRunning));
    expect(await run('env', '--name', name)).toMatchObject({ code: 1, err: expect.stringContaining('is not running') });
    account = await Started.start(name);
    const after = afterReading((await run('env', '--name', name)).out, {});
    expect(await withEnvironment(after, buckets)).toEqual(['kept']);
    expect(account.processes().length).toBeGreaterThan(2);

    // An empty one in its place, only when it is asked for.
    await run('stop', '--name', name);
    account = await Started.start(name, '--empty');
    const again = afterReading((await run('env', '--name', name)).out, {});
    expect(await withEnvironment(again, buckets)).toEqual([]);
    await run('stop', '--name', name);
    expect((await run('start', '--region', 'us-west-2', '--name', name)).err).toContain(
      'The snapshot is of an account in eu-central-1, not in us-west-2.',
    );
    writeFileSync(join(folderOf(name), 'state', 'policies'), '{}');
    expect(await run('start', '--name', name)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be read. The snapshot is damaged: policies was changed.*start --empty/s),
    });
    expect((await run('delete', '--account', name)).code).toBe(0);
    expect(existsSync(folderOf(name))).toBe(false);
  } finally {
    await account.remove();
  }
}, 180_000);

test('a port that is taken, a port that is none, a name and a region that cannot be, are refused', async () => {
  const name = freshName('refused');
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  try {
    expect(await run('start', '--name', name, '--port', String(port))).toMatchObject({
      code: 1,
      err: expect.stringContaining(`Port ${port} is taken.`),
    });
    expect(existsSync(join(folderOf(name), 'work'))).toBe(false);
  } finally {
    await new Promise((done) => server.close(done));
    rmSync(folderOf(name), { recursive: true, force: true });
  }
  expect(await run('--port', '99999')).toMatchObject({ code: 2, err: expect.stringContaining('A port is 1 to 65535') });
  expect(await run('--region', 'Frankfurt')).toMatchObject({ code: 2, err: expect.stringContaining('eu-central-1') });
  expect(await run('--name', '../other')).toMatchObject({
    code: 2,
    err: expect.stringContaining('cannot be the name'),
  });
  expect(await run('from', 'nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('"nowhere"') });
}, 120_000);
