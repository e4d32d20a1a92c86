import { WrongUsage } from './errors';

/** Checks of what a person typed. Each names the option and what it should look like. */

export function airport(value: unknown, option = '--airport'): string {
  if (typeof value !== 'string' || !/^[A-Z]{3}$/.test(value)) throw new WrongUsage(`${option} takes an IATA code such as JFK, not "${String(value)}".`);
  return value;
}

export function airports(value: unknown): string[] {
  return String(value).split(',').map((one) => airport(one.trim(), '--airports'));
}

export function month(value: unknown, option: string): string {
  if (typeof value !== 'string' || !/^\d{4}-(0[1-9]|1[0-2])$/.test(value)) {
    throw new WrongUsage(`${option} takes a month such as 2013-07, not "${String(value)}".`);
  }
  return value;
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
  if (!Number.isInteger(number) || number < 1) throw new WrongUsage(`A version is "latest" or a number such as 2, not "${String(value)}".`);
  return number;
}
