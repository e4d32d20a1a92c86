/** One line for a person. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Ends the process with a command's exit code; an error is told in its own words, without a stack, and ends with 1. */
export function exitWith(command: Promise<number>): void {
  command.then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
