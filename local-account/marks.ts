import { jsonSnapshot, type Snapshot } from './snapshot/snapshot';

/** How far the account's owner says to be with something: nothing is marked by itself. */
export const marks = ['seen', 'can explain'] as const;
export type Mark = (typeof marks)[number];

/** What the account's owner has marked, by its id. Saved and restored with the account, which gives it no meaning. */
export class Marks {
  private readonly byId = new Map<string, Mark>();
  private readonly listeners = new Set<() => void>();

  all(): Readonly<Record<string, Mark>> {
    return Object.fromEntries(this.byId);
  }

  /** @param mark undefined takes the mark away */
  set(id: string, mark: Mark | undefined): void {
    if (mark === undefined) this.byId.delete(id);
    else this.byId.set(id, mark);
    this.listeners.forEach((listener) => listener());
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  readonly snapshot: Snapshot = jsonSnapshot(
    'marks',
    () => Object.entries(this.all()),
    (state) => state.forEach(([id, mark]) => this.byId.set(id, mark)),
  );
}

export function isMark(value: unknown): value is Mark {
  return marks.includes(value as Mark);
}
