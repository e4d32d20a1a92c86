import { WrongUsage } from './errors';

/** Checks of command-line arguments. Each error names the option and shows a valid value. */

export function airport(value: unknown, option = '--airport'): string {
  if (typeof value !== 'string' || !/^[A-Z]{3}$/.test(value))
    throw new WrongUsage(`${option} takes an IATA code such as JFK, not "${String(value)}".`);
  return value;
}

export function airports(value: unknown): string[] {
  return String(value)
    .split(',')
    .map((one) => airport(one.trim(), '--airports'));
}

export function month(value: unknown, option: string): string {
  if (typeof value !== 'string' || !/^\d{4}-(0[1-9]|1[0-2])$/.test(value)) {
    throw new WrongUsage(`${option} takes a month such as 2013-07, not "${String(value)}".`);
  }
  return value;
}

export function day(value: unknown, option: string): string {
  const text = String(value);
  if (!exists(`${text}T00:00:00Z`)) throw new WrongUsage(`${option} takes a day such as 2013-07-01, not "${text}".`);
  return text;
}

export function count(value: unknown, option: string, maximum: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > maximum) {
    throw new WrongUsage(`${option} takes a whole number from 1 to ${maximum}, not "${String(value)}".`);
  }
  return number;
}

export function version(value: unknown): number | 'latest' {
  if (value === undefined || value === 'latest') return 'latest';
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new WrongUsage(`A version is "latest" or a number such as 2, not "${String(value)}".`);
  return number;
}

/** For commands that only read: `live` is the version that serves, which need not be the newest. */
export function versionToRead(value: unknown): number | 'latest' | 'live' {
  return value === 'live' ? 'live' : version(value);
}

/** From inclusive, until exclusive. */
export function monthsInOrder(from: string, until: string): void {
  if (until <= from)
    throw new WrongUsage(`--until (${until}) must be after --from (${from}); it names the month after the last.`);
}

/**
 * Text that SageMaker stores unchanged. AWS refuses control characters, such as a line break, and its error shows only
 * a regular expression.
 */
export function note(value: unknown, option: string): string {
  const text = String(value);
  if (text.trim() === '' || text.length > 1024)
    throw new WrongUsage(`${option} takes 1 to 1024 characters: whoever audits this reads it.`);
  const control = /\p{C}/u.exec(text);
  if (control) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new WrongUsage(
      `${option} takes one line of text; character ${control.index + 1} (U+${code}) is ${code === '000A' || code === '000D' ? 'a line break' : 'no visible character'}.`,
    );
  }
  return text;
}

export function time(value: unknown, option: string): string {
  const text = String(value);
  if (!exists(text)) throw new WrongUsage(`${option} takes a time such as 2013-09-03T14:00:00Z (UTC), not "${text}".`);
  return text;
}

export function hour(value: unknown, option: string): string {
  const text = String(value);
  if (!exists(`${text}:00:00Z`))
    throw new WrongUsage(`${option} takes an hour such as 2013-09-03T14 (UTC), not "${text}".`);
  return text;
}

/** True for a time that exists in the calendar: February 30 does not. */
function exists(instant: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(instant)) return false;
  const milliseconds = Date.parse(instant);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(instant.slice(0, 19));
}

/** A prefix of names: letters, digits and hyphens, as CloudFormation accepts them. */
export function namePrefix(value: unknown, option: string): string {
  const text = String(value);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,99}$/.test(text))
    throw new WrongUsage(`${option} takes letters, digits and hyphens, a letter first, not "${text}".`);
  return text;
}
