// Reads a Parquet file and prints its rows and the types of its columns as JSON.
import { readFileSync } from 'node:fs';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';

const bytes = readFileSync(process.argv[2]);
const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const { schema } = parquetMetadata(file);
const columns = schema.slice(1).map(({ name, type, converted_type }) => [name, converted_type ?? type]);
const rows = await parquetReadObjects({ file });
const plain = (_, value) => (typeof value === 'bigint' ? `${value}n` : value);
process.stdout.write(JSON.stringify({ columns, rows }, plain));
