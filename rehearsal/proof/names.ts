import type { Recording } from './recording';

/** Replaces physical names, accounts and regions with names that are the same in each run and can be reviewed. */
export class StableNames {
  private readonly replacements: readonly (readonly [string, string])[];

  constructor({ names, accountId, region }: Pick<Recording, 'names' | 'accountId' | 'region'>) {
    // The longest first: a bucket's name may begin with another's.
    const physical = Object.entries(names)
      .map(([id, name]): [string, string] => [bareName(id), `<${name.replace(/^MlaBlueprint-/, '')}>`])
      .filter(([id]) => isRandom(id))
      .sort(([a], [b]) => b.length - a.length);
    this.replacements = [...physical, [accountId, '<account>'], [region, '<region>']];
  }

  of(text: string): string {
    let result = text;
    for (const [physical, stable] of this.replacements) result = result.replaceAll(physical, stable);
    // An asset's name is the hash of its content.
    return result.replace(/\b[0-9a-f]{64}\b/g, '<asset>');
  }
}

/** The name at the end of an ARN or of a queue's URL. */
function bareName(id: string): string {
  if (id.startsWith('http')) return id.slice(id.lastIndexOf('/') + 1);
  return id.startsWith('arn:') ? id.slice(id.lastIndexOf(':') + 1) : id;
}

/**
 * Whether the id differs between accounts: CloudFormation's random suffix, EC2's hexadecimal id, a UUID, or a bootstrap
 * name with account and region.
 */
function isRandom(id: string): boolean {
  return /-[A-Z0-9]{12}$/i.test(id) || /-0?[0-9a-f]{16,17}$/.test(id) || /^cdk-/.test(id);
}
