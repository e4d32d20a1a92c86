import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { VirtualClock } from '../../events/clock';
import { type EventServices, startEvents } from '../../events/start-events';
import { type PlatformHost, startPlatform } from '../../gateway/platform-host';
import { pageOf, UnknownToken } from '../../pages';
import { testPython } from '../fixtures/test-platform';

const items = (...names: string[]): { Name: string }[] => names.map((Name) => ({ Name }));
const names = (page: readonly { Name: string }[]): string => page.map(({ Name }) => Name).join('');

describe('a token', () => {
  const { page, next } = pageOf(items('a', 'b', 'c', 'd', 'e'), undefined, 2);

  it('goes on after the page', () => {
    expect(names(page)).toBe('ab');
    expect(names(pageOf(items('a', 'b', 'c', 'd', 'e'), next, 9).page)).toBe('cde');
    expect(pageOf(items('a', 'b', 'c', 'd', 'e'), next, 9).next).toBeUndefined();
  });

  it('loses nothing when the page is deleted, and repeats nothing when items come before it', () => {
    expect(names(pageOf(items('c', 'd', 'e'), next, 9).page)).toBe('cde');
    expect(names(pageOf(items('y', 'z', 'a', 'b', 'c', 'd', 'e'), next, 9).page)).toBe('cde');
  });

  it('goes on at its place when the item is gone, also behind the end', () => {
    expect(names(pageOf(items('a', 'b', 'd', 'e'), next, 9).page)).toBe('de');
    expect(names(pageOf(items('a'), next, 9).page)).toBe('');
  });

  it.each(['', 'abc', 'MQ', 'WzEsMl0'])('that was not given is refused: "%s"', (token) => {
    expect(() => pageOf(items('a', 'b'), token, 1)).toThrow(UnknownToken);
  });
});

describe('in the account', () => {
  let host: PlatformHost;
  let services: EventServices;
  let client: { endpoint: string; region: string; credentials: PlatformHost['platform']['administrator'] };
  const clock = new VirtualClock(Date.parse('2030-03-01T10:00:00Z'));

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-account-tokens-'));
    host = await startPlatform({ folder, python: await testPython(), region: 'eu-west-1', clock });
    services = startEvents(host);
    const { endpoint, region, administrator: credentials } = host.platform;
    client = { endpoint, region, credentials };
  });

  afterAll(async () => {
    await services.stop();
    clock.stop();
    await host.stop();
  });

  it('a wrong token is the error that the operation has for it', async () => {
    const sfn = new SFNClient({ ...client, maxAttempts: 1 });
    await expect(sfn.send(new ListStateMachinesCommand({ nextToken: 'mine' }))).rejects.toMatchObject({
      name: 'InvalidToken',
    });
    const kms = new KMSClient({ ...client, maxAttempts: 1 });
    await expect(kms.send(new ListAliasesCommand({ Marker: 'mine' }))).rejects.toMatchObject({
      name: 'InvalidMarkerException',
    });
  });

  it('a store list that is deleted page by page loses nothing', async () => {
    const kms = new KMSClient(client);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const all = Array.from({ length: 5 }, (_, at) => `alias/one-${at}`);
    for (const AliasName of all) await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
    const seen: string[] = [];
    for (let Marker: string | undefined; ; ) {
      const { Aliases = [], NextMarker, Truncated } = await kms.send(new ListAliasesCommand({ Limit: 2, Marker }));
      for (const { AliasName = '' } of Aliases.filter((one) => all.includes(one.AliasName ?? ''))) {
        seen.push(AliasName);
        await kms.send(new DeleteAliasCommand({ AliasName }));
      }
      if (!Truncated) break;
      Marker = NextMarker;
    }
    expect(seen.sort()).toEqual(all);
  });
});

// Step Functions' model: a token has at most 1,024 characters, and one event of a history up to 256 KiB.
it('gives short tokens for long items', () => {
  const { next = '' } = pageOf(['a'.repeat(5_000), 'b'.repeat(5_000)], undefined, 1);
  expect(next.length).toBeLessThan(200);
  expect(pageOf(['a'.repeat(5_000), 'b'.repeat(5_000)], next, 1)).toEqual({ page: ['b'.repeat(5_000)] });
});
