import type { FeatureType } from '@aws-sdk/client-sagemaker';
import type { FeatureValue } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { AwsError } from '../../platform';
import { type EventTime, parseEventTime } from './event-time';
import { type FeatureGroup, positionsOf, typeOf } from './feature-group';

const LARGEST_RECORD = 350 * 1024;
const LARGEST_IDENTIFIER = 2 * 1024;
const SMALLEST_INTEGRAL = -(2n ** 63n);
const LARGEST_INTEGRAL = 2n ** 63n - 1n;

/** A record as the stores keep it: its values in the order of the definitions, null where it has none. */
export interface StoredRecord {
  readonly values: readonly (string | null)[];
  readonly eventTime: EventTime;
}

/** The runtime has a ValidationError of its own. */
// AWS: sagemaker-feature-store/runtime-answers-validation-error
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** Checks a whole record against the group's definitions. */
export function readRecord(group: FeatureGroup, features: readonly FeatureValue[]): StoredRecord & { id: string } {
  const values = readValues(group, features);
  const { RecordIdentifierFeatureName = '', EventTimeFeatureName = '' } = group.request;
  const id = required(group, values, RecordIdentifierFeatureName);
  const time = required(group, values, EventTimeFeatureName);
  checkIdentifier(id);
  checkSize(group, values);
  return { id, values, eventTime: readEventTime(group, time) };
}

/** The values that a request gives, each checked by its feature's type. */
// AWS: sagemaker-feature-store/records-fit-the-definitions
export function readValues(group: FeatureGroup, features: readonly FeatureValue[]): (string | null)[] {
  const positions = positionsOf(group);
  const values = new Array<string | null>(group.definitions.length).fill(null);
  for (const { FeatureName = '', ValueAsString, ValueAsStringList } of features) {
    const position = positions.get(FeatureName);
    if (position === undefined) {
      throw validationError(
        `Validation Error: FeatureName [${FeatureName}] is not defined in FeatureGroup [${group.name}].`,
      );
    }
    if (ValueAsStringList !== undefined) {
      throw validationError(
        `Validation Error: FeatureName [${FeatureName}] has no CollectionType, so its value must be given as ValueAsString.`,
      );
    }
    if (ValueAsString === undefined) {
      throw validationError(`Validation Error: FeatureName [${FeatureName}] has no value. Leave out what is null.`);
    }
    if (values[position] !== null) {
      throw validationError(`Validation Error: FeatureName [${FeatureName}] is in the record more than once.`);
    }
    checkType(FeatureName, group.definitions[position].FeatureType, ValueAsString);
    values[position] = ValueAsString;
  }
  return values;
}

// AWS: sagemaker-feature-store/records-fit-the-definitions
function checkType(name: string, type: FeatureType | undefined, value: string): void {
  if (type === 'Integral' && !isIntegral(value)) {
    throw validationError(`Validation Error: FeatureName [${name}] is of type Integral and cannot be [${value}].`);
  }
  if (type === 'Fractional' && !isFractional(value)) {
    throw validationError(`Validation Error: FeatureName [${name}] is of type Fractional and cannot be [${value}].`);
  }
}

function isIntegral(value: string): boolean {
  if (!/^[+-]?\d{1,19}$/.test(value)) return false;
  const number = BigInt(value.startsWith('+') ? value.slice(1) : value);
  return number >= SMALLEST_INTEGRAL && number <= LARGEST_INTEGRAL;
}

function isFractional(value: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) && Number.isFinite(Number(value));
}

// AWS: sagemaker-feature-store/event-times
export function readEventTime(group: FeatureGroup, text: string): EventTime {
  const name = group.request.EventTimeFeatureName ?? '';
  const type = typeOf(group, name);
  const time = parseEventTime(text, type);
  if (time === undefined) {
    throw validationError(
      type === 'Fractional'
        ? `Validation Error: the event time [${text}] of FeatureName [${name}] must be a Unix timestamp in seconds.`
        : `Validation Error: the event time [${text}] of FeatureName [${name}] must be in ISO-8601 format, in UTC, and conform to one of the patterns [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.SSSZ, yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSZ].`,
    );
  }
  return time;
}

// AWS: sagemaker-feature-store/records-fit-the-definitions
function required(group: FeatureGroup, values: readonly (string | null)[], name: string): string {
  const value = values[positionsOf(group).get(name) ?? -1];
  if (value === null || value === undefined || value === '') {
    throw validationError(`Validation Error: the record has no value for FeatureName [${name}], which is required.`);
  }
  return value;
}

// AWS: sagemaker-feature-store/sizes
export function checkIdentifier(id: string): void {
  if (Buffer.byteLength(id) > LARGEST_IDENTIFIER) {
    throw validationError('Validation Error: the record identifier has more than 2 KB.');
  }
}

// AWS: sagemaker-feature-store/sizes
export function checkSize({ definitions }: FeatureGroup, values: readonly (string | null)[]): void {
  const size = values.reduce(
    (sum, value, at) =>
      value === null ? sum : sum + Buffer.byteLength(value) + (definitions[at].FeatureName ?? '').length,
    0,
  );
  if (size > LARGEST_RECORD) throw validationError('Validation Error: the record has more than 350 KB.');
}

/** A stored record as the API shows it: features without a value are absent. */
export function shown(
  { definitions }: FeatureGroup,
  values: readonly (string | null)[],
  only?: ReadonlySet<string>,
): FeatureValue[] {
  return definitions.flatMap(({ FeatureName = '' }, at) => {
    const value = values[at];
    return typeof value === 'string' && (only?.has(FeatureName) ?? true) ? [{ FeatureName, ValueAsString: value }] : [];
  });
}

/** The features that a request asks for; all of them where it names none. */
// AWS: sagemaker-feature-store/records-fit-the-definitions
export function wanted(group: FeatureGroup, names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  const unknown = names?.find((name) => !positionsOf(group).has(name));
  if (unknown !== undefined) {
    throw validationError(`Validation Error: FeatureName [${unknown}] is not defined in FeatureGroup [${group.name}].`);
  }
  return names && new Set(names);
}
