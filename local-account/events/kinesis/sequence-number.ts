/** What a sequence number says of its record. Within a shard, numbers grow with `index`. */
export interface Sequence {
  /** Virtual milliseconds, without their fraction of a second. */
  readonly createdAt: number;
  readonly shard: number;
  readonly index: number;
  readonly at: number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * A decimal number of 56 digits, of the form that Kinesis gives: creation of the shard, shard, counter, time. AWS
 * documents only that it grows within a shard; the form is that of kinesalite, which took it from real numbers.
 */
export function sequenceNumber({ createdAt, shard, index, at }: Sequence): string {
  const text = `2${hex(Math.floor(createdAt / 1000), 9)}${hex(shard & 15, 1)}${hex(index, 16)}00${hex(Math.floor(at / 1000), 9)}${hex(shard, 8)}2`;
  return BigInt(`0x${text}`).toString();
}

/** Undefined for a number that is none of ours. */
export function readSequenceNumber(text: string): Sequence | undefined {
  const digits = BigInt(text).toString(16);
  if (!/^2[0-9a-f]{45}2$/.test(digits)) return undefined;
  const part = (from: number, to: number): number => Number.parseInt(digits.slice(from, to), 16);
  return { createdAt: part(1, 10) * 1000, index: part(11, 27), at: part(29, 38) * 1000, shard: part(38, 46) };
}
