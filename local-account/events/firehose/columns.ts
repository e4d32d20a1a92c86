import type { ParquetColumn } from '../../parquet/parquet-files';
import { AwsError } from '../../platform';
import { ConversionError } from './json-records';

/** A column of a Glue table, and how a JSON value becomes one of its values. */
export interface Column {
  readonly parquet: ParquetColumn;
  readonly read: (value: unknown) => unknown;
}

const mismatch = (value: unknown, type: string): never => {
  throw new ConversionError(
    'DataFormatConversion.MalformedData',
    `Data does not match the schema. ${JSON.stringify(value)} is no ${type}`,
  );
};

/**
 * @param lenient the OpenX deserializer reads numbers out of strings; Hive's "gives an error" (Convert input data format
 * in Amazon Data Firehose)
 */
export function columnOf(name: string, type: string, lenient: boolean): Column {
  const column = (parquet: Omit<ParquetColumn, 'name'>, read: Column['read']): Column => ({
    parquet: { name, ...parquet },
    read,
  });
  const integer = (bits: number) => integerOf(type, bits, lenient);
  const kind = type.toLowerCase().replace(/\(.*/, '').trim();
  switch (kind) {
    case 'boolean':
      return column({ type: 'BOOLEAN' }, (value) =>
        typeof value === 'boolean'
          ? value
          : value === 'true'
            ? true
            : value === 'false'
              ? false
              : mismatch(value, type),
      );
    case 'tinyint':
      return column({ type: 'INT32', converted_type: 'INT_8' }, (value) => Number(integer(8)(value)));
    case 'smallint':
      return column({ type: 'INT32', converted_type: 'INT_16' }, (value) => Number(integer(16)(value)));
    case 'int':
    case 'integer':
      return column({ type: 'INT32' }, (value) => Number(integer(32)(value)));
    case 'bigint':
      return column({ type: 'INT64' }, integer(64));
    case 'float':
      return column({ type: 'FLOAT' }, numberOf(type, lenient));
    case 'double':
      return column({ type: 'DOUBLE' }, numberOf(type, lenient));
    case 'string':
    case 'varchar':
    case 'char':
      // OpenX keeps nested JSON as text; "the Hive SerDe doesn't convert nested JSON into strings".
      return column({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, (value) =>
        typeof value === 'object' ? (lenient ? JSON.stringify(value) : mismatch(value, type)) : String(value),
      );
    case 'timestamp':
      return column({ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, (value) => BigInt(timeOf(value, type)));
    case 'date':
      return column({ type: 'INT32', converted_type: 'DATE' }, (value) => {
        const time = /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? Date.parse(`${String(value)}T00:00:00Z`) : Number.NaN;
        return Number.isNaN(time) ? mismatch(value, type) : time / 86_400_000;
      });
    default:
      throw new AwsError(
        'UnsupportedOperation',
        `firehose: the column ${name} of type ${type} is not supported by the local account`,
      );
  }
}

function integerOf(type: string, bits: number, lenient: boolean): (value: unknown) => bigint {
  const most = 2n ** BigInt(bits - 1);
  return (value) => {
    const readable =
      (typeof value === 'number' && Number.isInteger(value)) ||
      (lenient && typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value));
    const number = readable
      ? BigInt(typeof value === 'string' ? value.trim().replace(/^\+/, '') : (value as number))
      : undefined;
    return number === undefined || number < -most || number >= most ? mismatch(value, type) : number;
  };
}

function numberOf(type: string, lenient: boolean): (value: unknown) => number {
  return (value) => {
    if (typeof value === 'number') return value;
    const number = lenient && typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    return Number.isNaN(number) ? mismatch(value, type) : number;
  };
}

/** The forms of the OpenX deserializer; without a zone it is UTC. */
function timeOf(value: unknown, type: string): number {
  const number = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : undefined;
  // Epoch seconds, with or without a fraction, and epoch milliseconds.
  if (number !== undefined) return Math.round(number >= 1e11 ? number : number * 1000);
  const [, date, clock, fraction = ''] =
    /^(\d{4}-\d{1,2}-\d{1,2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?Z?$/.exec(String(value)) ?? [];
  if (date === undefined) return mismatch(value, type);
  const padded = date.replace(/-(\d)(?=-|$)/g, '-0$1');
  return Date.parse(`${padded}T${clock}${fraction.slice(0, 4)}Z`);
}
