/**
 * Splits requests by weight without randomness: each request goes to the target furthest behind its share. The same
 * requests always take the same routes, and a canary of 10 percent gets every tenth.
 */
export class Traffic<T> {
  private readonly credit = new Map<T, number>();

  choose(options: readonly { readonly target: T; readonly weight: number }[]): T | undefined {
    const total = options.reduce((sum, { weight }) => sum + weight, 0);
    let chosen: T | undefined;
    let most = -Infinity;
    for (const { target, weight } of options) {
      const credit = (this.credit.get(target) ?? 0) + weight;
      this.credit.set(target, credit);
      if (weight > 0 && credit > most) {
        [chosen, most] = [target, credit];
      }
    }
    if (chosen !== undefined) {
      this.credit.set(chosen, most - total);
    }
    for (const known of this.credit.keys()) {
      if (!options.some(({ target }) => target === known)) {
        this.credit.delete(known);
      }
    }
    return chosen;
  }
}
