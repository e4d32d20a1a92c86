import { makeClients } from './clients';
import { validation } from './failure';
import type { EngineServices } from './operation';
import type { ResourceChange } from './resource-changes';
import type { Actor } from './stack';

/**
 * ImportExistingResources takes a new resource with a name of its own into the stack where it exists already. The local
 * account imports nothing, so such a change set is refused; without such a resource it is like any other.
 */
export async function refuseImports(
  changes: readonly ResourceChange[],
  actor: Actor,
  { platform, provisioners }: EngineServices,
): Promise<void> {
  const clients = makeClients(platform, actor.credentials);
  try {
    for (const { action, logicalId, type, after } of changes) {
      const provisioner = provisioners(type);
      const { Properties: properties = {} } = (after ?? {}) as { Properties?: Record<string, unknown> };
      const name = provisioner?.nameProperty === undefined ? undefined : properties[provisioner.nameProperty];
      if (action !== 'Add' || typeof name !== 'string' || !provisioner?.read) continue;
      if ((await provisioner.read(name, properties, clients)) !== undefined) {
        throw validation(
          `The import of ${logicalId} (${type} ${name}, which exists) is not supported by the local account`,
        );
      }
    }
  } finally {
    clients.close();
  }
}
