import { PolicyError } from './policy-error';
import type { RequestContext } from './request';
import { TextTemplate } from './variables';
import { arnLike, type Matcher, plainText, wildcard } from './wildcard';

/** Compares one value of the request with one value of the policy. */
type Comparison = (policyValue: string) => Matcher;

interface Operator {
  readonly compare: Comparison;
  /** A negated operator holds when no policy value matches; it also holds when the key is absent. */
  readonly negated: boolean;
}

export type Condition = (context: RequestContext) => boolean;

const exact: Comparison = (policyValue) => {
  const expected = plainText(policyValue);
  return (value) => value === expected;
};
const folded: Comparison = (policyValue) => {
  const expected = plainText(policyValue).toLowerCase();
  return (value) => value.toLowerCase() === expected;
};

function numeric(holds: (value: number, bound: number) => boolean): Comparison {
  return (policyValue) => {
    const bound = Number(policyValue);
    return (value) => value.trim() !== '' && holds(Number(value), bound);
  };
}

function date(holds: (value: number, bound: number) => boolean): Comparison {
  return (policyValue) => {
    const bound = instant(policyValue);
    return (value) => holds(instant(value), bound);
  };
}

/** ISO 8601 or seconds since the epoch, as IAM accepts both. */
function instant(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const ipAddress: Comparison = (policyValue) => {
  const range = addressRange(policyValue);
  return (value) => {
    const address = addressRange(value);
    return (
      range !== undefined &&
      address !== undefined &&
      address.bits === range.bits &&
      address.value >> BigInt(range.bits - range.prefix) === range.value >> BigInt(range.bits - range.prefix)
    );
  };
};

function addressRange(text: string): { value: bigint; bits: number; prefix: number } | undefined {
  const [address, prefixText] = text.split('/');
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  const bits = v4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) {
    return undefined;
  }
  if (v4) {
    const octets = v4.slice(1).map(Number);
    return octets.some((octet) => octet > 255)
      ? undefined
      : { value: octets.reduce((sum, octet) => (sum << 8n) + BigInt(octet), 0n), bits, prefix };
  }
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) {
    return undefined;
  }
  const [head, tail] = address.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const missing = 8 - left.length - right.length;
  if (address.includes('::') ? missing < 1 : missing !== 0) {
    return undefined;
  }
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  return { value: groups.reduce((sum, group) => (sum << 16n) + BigInt(parseInt(group || '0', 16)), 0n), bits, prefix };
}

const positive = (compare: Comparison): Operator => ({ compare, negated: false });
const negative = (compare: Comparison): Operator => ({ compare, negated: true });

/** "IAM JSON policy elements: Condition operators". Null is handled separately: it tests presence only. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: positive(exact),
  StringNotEquals: negative(exact),
  StringEqualsIgnoreCase: positive(folded),
  StringNotEqualsIgnoreCase: negative(folded),
  StringLike: positive((value) => wildcard(value)),
  StringNotLike: negative((value) => wildcard(value)),
  NumericEquals: positive(numeric((value, bound) => value === bound)),
  NumericNotEquals: negative(numeric((value, bound) => value === bound)),
  NumericLessThan: positive(numeric((value, bound) => value < bound)),
  NumericLessThanEquals: positive(numeric((value, bound) => value <= bound)),
  NumericGreaterThan: positive(numeric((value, bound) => value > bound)),
  NumericGreaterThanEquals: positive(numeric((value, bound) => value >= bound)),
  DateEquals: positive(date((value, bound) => value === bound)),
  DateNotEquals: negative(date((value, bound) => value === bound)),
  DateLessThan: positive(date((value, bound) => value < bound)),
  DateLessThanEquals: positive(date((value, bound) => value <= bound)),
  DateGreaterThan: positive(date((value, bound) => value > bound)),
  DateGreaterThanEquals: positive(date((value, bound) => value >= bound)),
  Bool: positive(folded),
  BinaryEquals: positive(exact),
  IpAddress: positive(ipAddress),
  NotIpAddress: negative(ipAddress),
  // For ARNs the Equals and Like forms behave identically.
  ArnEquals: positive(arnLike),
  ArnLike: positive(arnLike),
  ArnNotEquals: negative(arnLike),
  ArnNotLike: negative(arnLike),
};

/** The names of every operator, for messages and tests. */
export const OPERATOR_NAMES: readonly string[] = [...Object.keys(OPERATORS), 'Null'];

/** Compiles one operator block's key of a Condition element. */
export function compileCondition(operatorText: string, key: string, rawValues: unknown, place: string): Condition {
  const set = /^(ForAllValues|ForAnyValue):/.exec(operatorText)?.[1];
  const bare = set ? operatorText.slice(set.length + 1) : operatorText;
  const ifExists = bare.endsWith('IfExists');
  const name = ifExists ? bare.slice(0, -'IfExists'.length) : bare;
  const values = conditionValues(rawValues, `${place}, condition ${operatorText} ${key}`);
  const lowerKey = key.toLowerCase();
  if (!/^[a-z0-9-]+:.+$/.test(lowerKey)) {
    throw new PolicyError(place, `condition key "${key}" has no service prefix`);
  }

  if (name === 'Null') {
    if (ifExists || values.some((value) => value !== 'true' && value !== 'false')) {
      throw new PolicyError(place, `condition operator ${operatorText} takes true or false and no IfExists`);
    }
    return (context) => values.some((value) => (value === 'true') === isAbsent(context.get(lowerKey)));
  }

  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) {
    throw new PolicyError(
      place,
      `unknown condition operator "${operatorText}". Known: ${OPERATOR_NAMES.join(', ')}, with IfExists, ForAllValues: or ForAnyValue:`,
    );
  }
  checkValues(name, values, `${place}, condition ${operatorText} ${key}`);

  const templates = values.map((value) => new TextTemplate(value, operator.compare));
  const anyPolicyValue = (value: string, context: RequestContext): boolean =>
    templates.some((template) => template.matches(value, context));
  const holds = (value: string, context: RequestContext): boolean =>
    operator.negated ? !anyPolicyValue(value, context) : anyPolicyValue(value, context);

  if (set === 'ForAllValues') {
    // True also when the request has no such key: the documented trap of ForAllValues in an Allow.
    return (context) => (context.get(lowerKey) ?? []).every((value) => holds(value, context));
  }
  if (set === 'ForAnyValue') {
    return (context) => {
      const found = context.get(lowerKey);
      return isAbsent(found) ? ifExists : found!.some((value) => holds(value, context));
    };
  }
  return (context) => {
    const found = context.get(lowerKey);
    if (isAbsent(found)) {
      return ifExists || operator.negated;
    }
    return operator.negated
      ? found!.every((value) => holds(value, context))
      : found!.some((value) => holds(value, context));
  };
}

function isAbsent(values: readonly string[] | undefined): boolean {
  return values === undefined || values.length === 0;
}

function conditionValues(raw: unknown, place: string): string[] {
  const list = Array.isArray(raw) ? raw : [raw];
  return list.map((value) => {
    if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
      return String(value);
    }
    throw new PolicyError(place, `a value must be text, a number or a boolean, not ${JSON.stringify(value)}`);
  });
}

function checkValues(name: string, values: readonly string[], place: string): void {
  for (const value of values) {
    if (value.includes('${')) {
      continue;
    }
    const wrong =
      (name.startsWith('Numeric') && (value.trim() === '' || Number.isNaN(Number(value)))) ||
      (name.startsWith('Date') && Number.isNaN(instant(value))) ||
      (name === 'Bool' && !/^(true|false)$/i.test(value)) ||
      (name.endsWith('IpAddress') && addressRange(value) === undefined);
    if (wrong) {
      throw new PolicyError(place, `"${value}" is no value for ${name}`);
    }
  }
}
