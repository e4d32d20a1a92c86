import { dropWhatNobodyReads } from '../operator/output';
import { runBlueprint } from './list';

// For `npm run blueprint | head`.
dropWhatNobodyReads();

runBlueprint(process.argv.slice(2), {
  write: (line) => process.stdout.write(`${line}\n`),
  writeError: (line) => process.stderr.write(`${line}\n`),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
