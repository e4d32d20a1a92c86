import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Clients } from './clients';
import { CommandFailed, isNotFound } from './errors';
import { duration, type Output } from './output';

export const stackNames = ['Foundation', 'DataLake', 'Training', 'Serving', 'Release', 'Monitoring'] as const;
/** Stacks that only some configurations have. */
export const optionalStackNames = ['Features'] as const;
export type StackName = (typeof stackNames)[number] | (typeof optionalStackNames)[number];

export interface OperatorContext {
  readonly clients: Clients;
  /** First part of the stacks' names. */
  readonly stackPrefix: string;
  /** First part of fixed resource names. */
  readonly prefix: string;
  /** Folder of the vendored data. */
  readonly dataFolder: string;
  /** Pause between two checks of something that takes time. */
  readonly pollMilliseconds: number;
  sleep(milliseconds: number): Promise<void>;
  /** The account's time: the virtual clock of a rehearsal, or the time of day in AWS. */
  now(): Promise<Date>;
  /** Output of a deployed stack. Throws an error that says "deploy" when there is none. */
  output(stack: StackName, key: string): Promise<string>;
  /** The same for an output that only some configurations have. */
  optionalOutput(stack: StackName, key: string): Promise<string | undefined>;
}

export interface ContextSettings {
  readonly clients: Clients;
  readonly stackPrefix?: string;
  readonly prefix?: string;
  readonly dataFolder?: string;
  readonly pollMilliseconds?: number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** @default the clock at MLA_BLUEPRINT_CLOCK, which a rehearsal prints with --keep; else the time of day */
  readonly now?: () => Promise<Date>;
}

/** The default of lib/config.ts. Change it with --prefix, or for all commands with MLA_BLUEPRINT_PREFIX. */
export const defaultPrefix = 'mla-blueprint';

/** `mla-blueprint` as `MlaBlueprint`, which the stacks' names begin with. */
export function stackPrefixOf(prefix: string): string {
  return prefix.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function makeContext(settings: ContextSettings): OperatorContext {
  const prefix = settings.prefix ?? defaultPrefix;
  const stackPrefix = settings.stackPrefix ?? stackPrefixOf(prefix);
  // Stacks do not change their outputs while a command runs.
  const outputs = new Map<string, Promise<ReadonlyMap<string, string>>>();
  return {
    clients: settings.clients,
    stackPrefix,
    prefix,
    dataFolder: settings.dataFolder ?? join(__dirname, '..', 'data'),
    // A job takes minutes, and frequent calls would be throttled. The local account does not throttle.
    pollMilliseconds: settings.pollMilliseconds ?? (onThisComputer() ? 500 : 10_000),
    sleep: settings.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
    now: settings.now ?? accountTime,
    async output(stack, key) {
      const value = await this.optionalOutput(stack, key);
      if (value === undefined) {
        const name = `${stackPrefix}-${stack}`;
        outputs.delete(name);
        throw new CommandFailed(
          `Stack ${name} has no output ${key}.`,
          'It was deployed from another version of this project, or its deployment is not over: run `npx cdk deploy --all`.',
        );
      }
      return value;
    },
    async optionalOutput(stack, key) {
      const name = `${stackPrefix}-${stack}`;
      let known = outputs.get(name);
      if (!known) {
        known = readOutputs(settings.clients, name);
        outputs.set(name, known);
        // Do not cache a failure: the stack may be deployed later.
        known.catch(() => outputs.delete(name));
      }
      return (await known).get(key);
    },
  };
}

/** The clock of a rehearsal is virtual: the time of day could be hours or days off. */
async function accountTime(): Promise<Date> {
  const clock = process.env.MLA_BLUEPRINT_CLOCK;
  if (clock === undefined || clock === '') return new Date();
  const remedy = 'Is the rehearsal still up? Unset MLA_BLUEPRINT_CLOCK to use the time of day.';
  const response = await fetch(clock).catch((error: unknown) => {
    throw new CommandFailed(`The clock at ${clock} does not respond: ${String(error)}`, remedy);
  });
  const { now } = (await response.json().catch(() => ({}))) as { now?: string };
  if (now === undefined || Number.isNaN(Date.parse(now)))
    throw new CommandFailed(`${clock} does not give the time.`, remedy);
  return new Date(now);
}

async function readOutputs(clients: Clients, name: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { Stacks } = await clients.cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    return new Map((Stacks?.[0]?.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new CommandFailed(
      `Stack ${name} is not deployed in this account and region.`,
      'Run `npx cdk deploy --all` first. Deployed elsewhere or under another name? Check AWS_PROFILE, AWS_REGION and --prefix.',
    );
  }
}

function onThisComputer(): boolean {
  return /^https?:\/\/(127\.|localhost|\[::1\])/.test(process.env.AWS_ENDPOINT_URL ?? '');
}

/**
 * Calls `check` until it returns something, and prints every 15 seconds that it still waits. Throws after
 * `limitMinutes`.
 */
export async function waitFor<T>(
  context: OperatorContext,
  what: string,
  limitMinutes: number,
  check: () => Promise<T | undefined>,
  output?: Output,
): Promise<T> {
  const began = Date.now();
  let printed = began;
  for (;;) {
    const seen = await check();
    if (seen !== undefined) return seen;
    const now = Date.now();
    if (now - printed > 15_000) {
      printed = now;
      output?.progress(`Still waiting for ${what} (${duration(printed - began)})`);
    }
    if (now > began + limitMinutes * 60_000) {
      throw new CommandFailed(
        `Waited ${limitMinutes} minutes for ${what}.`,
        'It may still happen. Check with: npm run mlops -- status',
      );
    }
    await context.sleep(context.pollMilliseconds);
  }
}
