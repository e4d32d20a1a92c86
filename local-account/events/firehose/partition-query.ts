import { DateTime } from 'luxon';

import { AwsError } from '../../platform';

/** The keys that a jq query makes of a record. */
export interface PartitionQuery {
  readonly keys: readonly string[];
  /** Throws where the record has no such key. */
  evaluate(record: unknown): Record<string, string>;
}

type Step = (value: unknown) => unknown;

const unsupported = (text: string): never => {
  throw new AwsError(
    'UnsupportedOperation',
    `firehose: the jq expression ${text} is not supported by the local account (supported are paths, slices, strftime, todate, fromdate and tostring)`,
  );
};

/** `{key:.path, other:.path|strftime("%Y")}`: what AWS's page on dynamic partitioning shows of jq. */
export function parseQuery(query: string): PartitionQuery {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(query)?.[1] ?? unsupported(query);
  const entries = split(body, ',').map((entry) => {
    const [, key = '', expression = ''] = /^\s*"?([\w-]+)"?\s*:([\s\S]*)$/.exec(entry) ?? unsupported(entry);
    const steps = split(expression, '|').map((part) => stepOf(part.trim()));
    return { key, steps };
  });
  return {
    keys: entries.map(({ key }) => key),
    evaluate: (record) =>
      Object.fromEntries(
        entries.map(({ key, steps }) => {
          const value = steps.reduce<unknown>((current, step) => step(current), record);
          if (value === undefined || value === null || value === '')
            throw new Error('partitionKeys values must not be null or empty');
          return [key, String(value)];
        }),
      ),
  };
}

/** At the separator, outside of quotes, brackets and parentheses. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  let [depth, quoted] = [0, false];
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    else if (!quoted && '([{'.includes(c)) depth += 1;
    else if (!quoted && ')]}'.includes(c)) depth -= 1;
    if (c === separator && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts;
}

const PATH = /^(?:\.([A-Za-z_]\w*)|\.?\["([^"]+)"\]|\[(-?\d+)\]|\[(-?\d*):(-?\d*)\])/;

function stepOf(text: string): Step {
  const format = /^strftime\("([^"]*)"\)$/.exec(text)?.[1];
  if (format !== undefined) return strftime(format);
  switch (text) {
    case 'tostring':
      return (value) => (typeof value === 'string' ? value : JSON.stringify(value));
    case 'todate':
      return strftime('%Y-%m-%dT%H:%M:%SZ');
    case 'fromdate':
    case 'fromdateiso8601':
      return (value) => Math.floor(Date.parse(String(value)) / 1000);
    default:
      return pathOf(text);
  }
}

function pathOf(text: string): Step {
  if (text === '.') return (value) => value;
  const steps: Step[] = [];
  for (let rest = text; rest !== ''; ) {
    const found = PATH.exec(rest) ?? unsupported(text);
    const [whole, plain, quoted, index, from, to] = found;
    const name = plain ?? quoted;
    if (name !== undefined) steps.push((value) => (value as Record<string, unknown> | null | undefined)?.[name]);
    else if (index !== undefined) steps.push((value) => (value as unknown[] | null | undefined)?.at?.(Number(index)));
    else
      steps.push((value) =>
        (value as string | null | undefined)?.slice?.(from ? Number(from) : 0, to ? Number(to) : undefined),
      );
    rest = rest.slice(whole.length);
  }
  return (value) => steps.reduce<unknown>((current, step) => step(current), value);
}

const TOKENS: Readonly<Record<string, string>> = { Y: 'yyyy', m: 'MM', d: 'dd', H: 'HH', M: 'mm', S: 'ss', j: 'ooo' };

function strftime(format: string): Step {
  for (const [, letter = ''] of format.matchAll(/%(.)/g)) if (TOKENS[letter] === undefined) unsupported(`%${letter}`);
  return (value) => {
    if (typeof value !== 'number') throw new Error(`strftime needs a number, not ${JSON.stringify(value)}`);
    const date = DateTime.fromSeconds(value, { zone: 'UTC' });
    return format.replace(/%(.)/g, (_, letter: string) => date.toFormat(TOKENS[letter]));
  };
}
