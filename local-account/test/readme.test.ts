import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { deployAndCall } from '../examples/deploy-and-call';
import { withEmptyAccount } from '../service-list/empty-account';
import { servicesPage } from '../service-list/services-page';

const folder = resolve(__dirname, '..');
const environments = resolve(folder, '..', '.rehearsal');
const text = (file: string): string => readFileSync(resolve(folder, file), 'utf8');

describe('the README of local-account', () => {
  const readme = text('README.md');

  test('shows the example as it is', () => {
    expect(readme).toContain(`\`\`\`ts\n${text('examples/deploy-and-call.ts')}\`\`\`\n`);
  });

  test('says what the example returns', async () => {
    const [read, written] = await deployAndCall(environments);
    expect(read).toBe('Hello');
    expect(readme.replaceAll('\n', ' ')).toContain(String(written));
  });

  test('links to files and folders that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https:)([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(() => readFileSync(resolve(folder, link))).not.toThrow(/ENOENT/);
  });

  test('has a list of services that is generated from the code (npm run services -w local-account)', async () => {
    await withEmptyAccount(environments, (account) => {
      expect(text('SERVICES.md')).toBe(servicesPage(account.host.operations()));
    });
  });
});
