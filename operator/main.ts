import { runCli } from './cli';
import { dropWhatNobodyReads } from './output';

// Otherwise the SDK prints its warning about Node versions before every command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
dropWhatNobodyReads();

void runCli(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`mlops: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
