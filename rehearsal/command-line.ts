import { explain } from '../operator/errors';
import { printable } from '../operator/output';

/** Prints one line. */
export function say(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** Ends the process with a command's exit code. An error is printed as cause and remedy, without a stack trace. */
export function exitWith(command: Promise<number>): void {
  command.then(
    (code) => process.exit(code),
    (error: unknown) => {
      const { message, remedy, exitCode } = explain(error);
      process.stderr.write(printable(`${message}\n${remedy === undefined ? '' : `-> ${remedy}\n`}`));
      process.exit(exitCode);
    },
  );
}
