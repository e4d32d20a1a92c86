/** `npm run aws-behaviour`: writes the ledger's page and the list that `doctor --first-deployment` prints. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { behaviours, ledgers } from 'local-account/aws-behaviour';
import { files } from './files';
import { handlings } from './index';

const generated = files(ledgers, handlings);
const command = new Command('aws-behaviour')
  .description(
    `Writes ${Object.keys(generated).join(' and ')} from local-account/aws-behaviour and rehearsal/aws-behaviour.`,
  )
  .addHelpText('after', '\nExit code 0: written. 2: wrong use.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
command.parse();

for (const [file, text] of Object.entries(generated)) {
  writeFileSync(resolve(__dirname, '..', '..', file), text);
  console.log(`Wrote ${file}`);
}
console.log(
  `${behaviours.length} entries, ${handlings.filter(({ unsettled }) => unsettled !== undefined).length} unsettled`,
);
