import type { Templates, Value } from '../template';

/** A resource, output, parameter or condition that a change touches. */
export interface Touched {
  readonly stack: string;
  readonly section: string;
  readonly id: string;
  /** Whether another template has it as it was before. */
  readonly isBefore: (other: Value | undefined) => boolean;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

type Sections = Readonly<Record<string, Readonly<Record<string, Value>> | undefined>>;

export function differences(before: Templates, after: Templates): Touched[] {
  return Object.keys(after).flatMap((stack) => {
    if (after[stack] === before[stack]) return [];
    const old = before[stack] as unknown as Sections;
    const fresh = after[stack] as unknown as Sections;
    return keys(old, fresh).flatMap((section) =>
      keys(old[section], fresh[section])
        .filter((id) => old[section]?.[id] !== fresh[section]?.[id])
        .map((id) => {
          const was = comparable(old[section]?.[id]);
          return {
            stack,
            section,
            id,
            isBefore: (other: Value | undefined) => comparable(other) === was,
            before: old[section]?.[id],
            after: fresh[section]?.[id],
          };
        }),
    );
  });
}

function keys(a: object = {}, b: object = {}): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

/** Without what differs between two syntheses of the same: construct paths, digests of code. */
export function comparable(value: Value | undefined): string | undefined {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'Metadata' ? undefined : inner))?.replace(
    /[0-9a-f]{64}/g,
    'digest',
  );
}
