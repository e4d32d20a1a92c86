import type { Recording } from './recording';

/** Physical names, accounts and regions as names that are the same in each run: what a person can review. */
export class StableNames {
  private readonly replacements: readonly (readonly [string, string])[];

  constructor({ names, accountId, region }: Pick<Recording, 'names' | 'accountId' | 'region'>) {
    // The longest first: a bucket's name may begin with another's.
    const physical = Object.entries(names)
      .filter(([id]) => id.length > 3)
      .map(([id, name]): [string, string] => [id.startsWith('arn:') ? id.slice(id.lastIndexOf(':') + 1) : id, `<${name.replace(/^MlaBlueprint-/, '')}>`])
      .sort(([a], [b]) => b.length - a.length);
    this.replacements = [...physical, [accountId, '<account>'], [region, '<region>']];
  }

  of(text: string): string {
    let result = text;
    for (const [physical, stable] of this.replacements) result = result.replaceAll(physical, stable);
    return result;
  }
}
