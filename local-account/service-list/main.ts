/** `npm run services -w local-account`: writes SERVICES.md from the code. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withEmptyAccount } from './empty-account';
import { servicesPage } from './services-page';

const file = resolve(__dirname, '..', 'SERVICES.md');
void withEmptyAccount(resolve(__dirname, '..', '..', '.rehearsal'), (account) => {
  writeFileSync(file, servicesPage(account.host.operations()));
  console.log(`Wrote ${file}`);
});
