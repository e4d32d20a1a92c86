import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';

import { AwsError } from '../../platform';
import type { Destination } from './configuration';
import type { PartitionQuery } from './partition-query';

const EXPRESSION = /!\{([^:}]*):([^}]*)\}/g;
/** Of Java's patterns, those that stand for numbers of a date and a time, and text in single quotes. */
const PATTERN = /^(?:yyyy|MM|dd|HH|mm|ss|'[^']*'|[^A-Za-z'])*$/;
const DEFAULT = '!{timestamp:yyyy/MM/dd/HH}/';

/** The semantic rules of "Understand custom prefixes for Amazon S3 objects". */
export function checkPrefixes(destination: Destination, query: PartitionQuery | undefined): void {
  const { Prefix: prefix = '', ErrorOutputPrefix: errorPrefix } = destination;
  // AWS: firehose/prefixes-have-rules
  const refuse = (words: string): never => {
    throw new AwsError('InvalidArgumentException', words);
  };
  if (prefix.includes('!{') && errorPrefix === undefined)
    refuse("ErrorOutputPrefix can't be null when Prefix contains expressions.");
  if (prefix.includes('!{firehose:error-output-type}')) refuse('Prefix cannot contain !{firehose:error-output-type}.');
  if (errorPrefix?.includes('!{') && !errorPrefix.includes('!{firehose:error-output-type}'))
    refuse('ErrorOutputPrefix must include at least one instance of !{firehose:error-output-type}.');
  const partitioned = destination.DynamicPartitioningConfiguration?.Enabled === true;
  const keys = expressionsOf(prefix).filter(({ namespace }) => namespace.startsWith('partitionKeyFrom'));
  if (partitioned && keys.length === 0)
    refuse('Prefix must contain partition key expressions when dynamic partitioning is enabled.');
  if (keys.length > 0 && !partitioned) refuse('Dynamic partitioning must be enabled to use partition keys in Prefix.');
  for (const { namespace, value } of [...expressionsOf(prefix), ...expressionsOf(errorPrefix ?? '')]) {
    if (namespace === 'partitionKeyFromQuery') {
      if (query?.keys.includes(value) !== true) refuse(`Partition key ${value} is not in the MetadataExtractionQuery.`);
    } else if (namespace === 'timestamp') {
      if (!PATTERN.test(value))
        throw new AwsError(
          'UnsupportedOperation',
          `firehose: the timestamp pattern ${value} is not supported by the local account`,
        );
    } else if (namespace !== 'firehose' || !['error-output-type', 'random-string'].includes(value)) {
      if (namespace === 'partitionKeyFromLambda')
        throw new AwsError(
          'UnsupportedOperation',
          'firehose: partitionKeyFromLambda is not supported by the local account',
        );
      refuse(`Invalid expression !{${namespace}:${value}}.`);
    }
  }
}

function expressionsOf(prefix: string): { readonly namespace: string; readonly value: string }[] {
  return [...prefix.matchAll(EXPRESSION)].map(([, namespace = '', value = '']) => ({ namespace, value }));
}

/** @param at arrival of the oldest record in the object */
export function prefixOf(
  { Prefix: prefix = '', CustomTimeZone: zone }: Destination,
  at: number,
  keys: Readonly<Record<string, string>>,
): string {
  const spaces = expressionsOf(prefix).map(({ namespace }) => namespace);
  const whole = spaces.some((one) => one === 'timestamp' || one.startsWith('partition')) ? prefix : prefix + DEFAULT;
  return evaluate(whole, at, zone, (namespace, value) => (namespace === 'partitionKeyFromQuery' ? keys[value] : ''));
}

export function errorPrefixOf(destination: Destination, at: number, kind: string): string {
  const { Prefix: prefix = '', ErrorOutputPrefix: given, CustomTimeZone: zone } = destination;
  const text = given ?? `${prefix}!{firehose:error-output-type}/`;
  const dated = expressionsOf(text).some(({ namespace }) => namespace === 'timestamp') ? text : text + DEFAULT;
  return evaluate(given?.includes('!{') ? text : dated, at, zone, () => kind);
}

function evaluate(
  prefix: string,
  at: number,
  zone: string | undefined,
  other: (namespace: string, value: string) => string,
): string {
  return prefix.replace(EXPRESSION, (_, namespace: string, value: string) => {
    if (namespace === 'timestamp') return dateOf(at, zone).toFormat(value);
    // "a random string of 11 characters"
    if (namespace === 'firehose' && value === 'random-string') return randomUUID().slice(0, 11);
    return other(namespace, value);
  });
}

/** <stream name>-<stream version>-<year>-<month>-<day>-<hour>-<minute>-<second>-<uuid><file extension> */
export function suffixOf(name: string, at: number, extension: string, zone: string | undefined): string {
  return `${name}-1-${dateOf(at, zone).toFormat('yyyy-MM-dd-HH-mm-ss')}-${randomUUID()}${extension}`;
}

function dateOf(at: number, zone: string | undefined): DateTime {
  return DateTime.fromMillis(at, { zone: zone || 'UTC' });
}
