import { timeOf } from './conditions';
import { isPresent } from './measures';

const whole = /^\s*[+-]?\d+(\.\d*)?\s*$/;
const number = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;
const boolean = /^\s*(t|true|y|yes|1|f|false|n|no|0)\s*$/i;

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';
const integer = (value: unknown): boolean => isNumber(value) || typeof value === 'boolean' || whole.test(String(value));
const fraction = (value: unknown): boolean =>
  isNumber(value) || typeof value === 'boolean' || number.test(String(value));

/** Whether Spark's cast of a value to the type gives a value, by the type's name in ColumnDataType. */
export const castable: Readonly<Record<string, (value: unknown) => boolean>> = {
  BOOLEAN: (value) => typeof value === 'boolean' || isNumber(value) || boolean.test(String(value)),
  DATE: (value) => timeOf(value) !== undefined,
  TIMESTAMP: (value) => isNumber(value) || timeOf(value) !== undefined,
  INTEGER: integer,
  LONG: integer,
  DOUBLE: fraction,
  FLOAT: fraction,
};

/** A missing value has no type. */
export function hasType(value: unknown, type: string): boolean {
  return isPresent(value) && (castable[type]?.(value) ?? false);
}
