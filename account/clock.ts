import type { ClockState } from 'local-account/control';
import { CommandFailed } from '../operator/errors';
import type { RunningAccount } from './running';

/** Asks the account's clock; with a command, changes it first. */
export async function askClock(account: RunningAccount, command?: string): Promise<ClockState> {
  const response = await fetch(`${account.clock}${command === undefined ? '' : `?${command}`}`, {
    method: command === undefined ? 'GET' : 'POST',
  }).catch((error: unknown) => {
    throw new CommandFailed(`The clock of the account "${account.name}" cannot be reached: ${String(error)}`);
  });
  const body = (await response.json()) as ClockState & { readonly error?: string };
  if (!response.ok) throw new CommandFailed(`The clock was not moved: ${body.error ?? response.status}`);
  return body;
}

/** The ISO 8601 duration of `30s`, `90m`, `1h` or `2d`. Any other text is left to the clock, which knows ISO 8601. */
export function durationOf(text: string): string {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number === undefined) return text;
  return unit === 'd' ? `P${number}D` : `PT${number}${unit.toUpperCase()}`;
}

/** A state of the clock in one or two lines. */
export function describeClock({ now, paused, waiting, nextWait }: ClockState): string[] {
  const lines = [`${now}  ${paused ? 'stopped' : 'running'}`];
  if (paused && waiting > 0)
    lines.push(
      `Work waits for time to pass, the first of it until ${nextWait ?? ''}. Let time run (clock run) or advance it.`,
    );
  return lines;
}
