import { readFileSync, writeFileSync } from 'node:fs';
import { type Kinds, read, write } from './document';

/** A part of the account that holds state, and can give it and take it back. */
export interface Snapshot {
  /** Also the name of its file. */
  readonly name: string;
  /** Waits until the part is whole, if that does not take long, and keeps it so. @returns what lets it go on */
  hold?(): Promise<() => void>;
  /** Writes the state of the moment of the call, whatever happens while it is written. */
  save(file: string): Promise<void> | void;
  /** Into a part that has no state yet. */
  restore(file: string): Promise<void> | void;
  /** When every part is restored: what was at work ends as AWS shows it, and what ran starts again. */
  resume?(): Promise<void> | void;
}

/** A part whose state is plain data, written as JSON. */
export function jsonSnapshot<T>(name: string, give: () => T, take: (state: T) => void): Snapshot {
  return {
    name,
    save: (file) => writeFileSync(file, JSON.stringify(give())),
    restore: (file) => take(JSON.parse(readFileSync(file, 'utf8')) as T),
  };
}

/**
 * A part whose state has dates, maps, bytes, and objects that several others refer to. Saving fails where it has
 * anything else, such as a function.
 *
 * @param more `kinds`: classes whose objects are part of the state
 */
export function structuredSnapshot<T>(
  name: string,
  give: () => T,
  take: (state: T) => void,
  { kinds, ...more }: Pick<Snapshot, 'hold' | 'resume'> & { readonly kinds?: Kinds } = {},
): Snapshot {
  return {
    name,
    ...more,
    save: (file) => {
      let text: string;
      try {
        text = write(give(), kinds);
      } catch (error) {
        throw new Error(`the state of ${name} cannot be saved: ${(error as Error).message}`);
      }
      writeFileSync(file, text);
    },
    restore: (file) => take(read(readFileSync(file, 'utf8'), kinds) as T),
  };
}
