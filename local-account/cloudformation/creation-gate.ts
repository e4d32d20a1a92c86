/** The longest that a snapshot waits for what stack operations create, in milliseconds. */
const PATIENCE = 10_000;

/**
 * A resource is often created by several calls. A snapshot between the first of them and the moment in which the stack
 * knows the resource would hold one that no stack deletes. So creations end first, and new ones wait; one whose id the
 * stack knows may go on.
 */
export class CreationGate {
  private readonly unknown = new Set<Promise<unknown>>();
  private held: Promise<void> | undefined;

  /** @param creation calls `noted` when what it makes is known, or nothing is made for long */
  async pass<T>(creation: (noted: () => void) => Promise<T>): Promise<T> {
    while (this.held !== undefined) await this.held;
    let noted = (): void => undefined;
    const known = new Promise<void>((resolve) => (noted = resolve));
    this.unknown.add(known);
    void known.then(() => this.unknown.delete(known));
    return creation(noted).finally(noted);
  }

  /** Resolves when no creation is at work, or when that takes too long. @returns what lets new ones begin */
  async hold(): Promise<() => void> {
    while (this.held !== undefined) await this.held;
    let open = (): void => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    this.held = held;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
    await Promise.race([Promise.all([...this.unknown]), late]);
    clearTimeout(timer);
    // Whoever waited for a creation notes its result first.
    await new Promise((resolve) => setImmediate(resolve));
    return () => {
      this.held = undefined;
      open();
    };
  }
}
