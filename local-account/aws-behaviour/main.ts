/** `npm run aws-behaviour`: writes the ledger's page and the list that `doctor --first-deployment` prints. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { files } from './files';
import { behaviours, ledgers } from './index';

const command = new Command('aws-behaviour')
  .description(
    `Writes ${Object.keys(files(ledgers)).join(' and ')} from the ledger of AWS's behavior (local-account/aws-behaviour).`,
  )
  .addHelpText('after', '\nExit code 0: written. 2: wrong use.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
command.parse();

for (const [file, text] of Object.entries(files(ledgers))) {
  writeFileSync(resolve(__dirname, '..', '..', file), text);
  console.log(`Wrote ${file}`);
}
console.log(
  `${behaviours.length} entries, ${behaviours.filter(({ unsettled }) => unsettled !== undefined).length} unsettled`,
);
