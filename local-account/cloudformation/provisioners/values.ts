import type { Properties } from '../provisioner';

/** A property as text; numbers and truth values count, since CloudFormation takes either. */
export function text(properties: Properties, name: string): string {
  const value = optionalText(properties, name);
  if (value === undefined) {
    throw new Error(`Property ${name} cannot be empty.`);
  }
  return value;
}

export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined) {
    return undefined;
  }
  if (typeof value === 'object') {
    throw new Error(`Value of property ${name} must be of type String`);
  }
  return String(value);
}

export function optionalNumber(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  if (value === undefined) {
    return undefined;
  }
  const number = Number(value);
  if (!Number.isFinite(number)) {
    throw new Error(`Value of property ${name} must be of type Number`);
  }
  return number;
}

export function optionalFlag(properties: Properties, name: string): boolean | undefined {
  const value = properties[name];
  return value === undefined ? undefined : value === true || value === 'true';
}

/** An object property, empty when absent. */
export function group(properties: Properties, name: string): Properties {
  const value = properties[name] ?? {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`Value of property ${name} must be an object`);
  }
  return value as Properties;
}

/** A list property, empty when absent. */
export function list<T = unknown>(properties: Properties, name: string): readonly T[] {
  const value = properties[name] ?? [];
  if (!Array.isArray(value)) {
    throw new Error(`Value of property ${name} must be of type List`);
  }
  return value as readonly T[];
}

/** The named properties that are there. */
export function pick(properties: Properties, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]),
  );
}

/** A policy or definition as JSON text. */
export function json(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Tags in the form some services take: an object. */
export function tagRecord(properties: Properties): Record<string, string> | undefined {
  const tags = list<{ Key: string; Value: string }>(properties, 'Tags');
  return tags.length === 0 ? undefined : Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Tags with small letters, as newer services take them. */
export function smallTags(properties: Properties): { key: string; value: string }[] | undefined {
  const tags = list<{ Key: string; Value: string }>(properties, 'Tags');
  return tags.length === 0 ? undefined : tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}
