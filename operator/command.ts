import type { Command as Program } from 'commander';
import type { OperatorContext } from './context';
import type { Output } from './output';

/** A command of `npm run mlops`. Its work is a plain function, which the rehearsal calls too. */
export interface CommandDefinition<Options, Result> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Adds arguments and options. */
  readonly configure: (program: Program) => void;
  /** Command lines after `npm run mlops --`, each with its effect. */
  readonly examples: readonly (readonly [command: string, effect: string])[];
  /** From commander's positional arguments and options to the function's own options. Throws WrongUsage. */
  readonly parse: (args: readonly string[], options: Readonly<Record<string, unknown>>) => Options;
  readonly run: (context: OperatorContext, options: Options, output: Output) => Promise<Result>;
  /** Did the thing succeed? @default always */
  readonly succeeded?: (result: Result) => boolean;
}

/** A command without its types, so that all commands fit in one list. */
export interface AnyCommand {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly configure: (program: Program) => void;
  readonly examples: readonly (readonly [command: string, effect: string])[];
  readonly execute: (
    context: OperatorContext,
    args: readonly string[],
    options: Readonly<Record<string, unknown>>,
    output: Output,
  ) => Promise<{ readonly result: unknown; readonly ok: boolean }>;
  /** Throws WrongUsage before anything is done. */
  readonly check: (args: readonly string[], options: Readonly<Record<string, unknown>>) => void;
}

export function anyCommand<Options, Result>(definition: CommandDefinition<Options, Result>): AnyCommand {
  return {
    ...definition,
    check: (args, options) => void definition.parse(args, options),
    async execute(context, args, options, output) {
      const result = await definition.run(context, definition.parse(args, options), output);
      return { result, ok: definition.succeeded?.(result) ?? true };
    },
  };
}
