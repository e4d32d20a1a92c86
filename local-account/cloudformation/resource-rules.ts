import type { ResourceDefinition } from '../assembly/template';
import { TemplateError } from '../assembly/template-error';
import { Refused } from './failure';
import type { Properties, Provisioner } from './provisioner';
import type { StackResource } from './stack';

/** Every property that a template uses must be one that the provisioner knows. */
export function refuseUnknownProperties(
  stackName: string,
  logicalId: string,
  type: string,
  provisioner: Provisioner,
  properties: Properties,
): void {
  if (provisioner.inert === 'rest' || provisioner.updating.includes('*')) {
    return;
  }
  const known = new Set([...provisioner.replacing, ...provisioner.updating, ...provisioner.inert]);
  const unknown = Object.keys(properties).find((name) => !known.has(name));
  if (unknown !== undefined) {
    const place = `Resources/${logicalId}/Properties/${unknown}`;
    throw new TemplateError(stackName, place, `the local account does not know this property of ${type}`);
  }
}

/** What a change of these properties takes. */
export function updateKind(provisioner: Provisioner, changed: readonly string[]): 'replacement' | 'update' | 'none' {
  const updates = changed.filter((name) => provisioner.updating.includes(name) || provisioner.updating.includes('*'));
  if (changed.some((name) => provisioner.replacing.includes(name)) || (updates.length > 0 && !provisioner.update)) {
    return 'replacement';
  }
  return updates.length > 0 ? 'update' : 'none';
}

/** A replacement exists together with the old resource, which has the same name. */
export function refuseNameClash(
  stackName: string,
  provisioner: Provisioner,
  current: StackResource,
  properties: Properties,
): void {
  const { nameProperty } = provisioner;
  if (
    nameProperty !== undefined &&
    properties[nameProperty] !== undefined &&
    properties[nameProperty] === current.properties[nameProperty]
  ) {
    throw new TemplateError(
      stackName,
      `Resources/${current.logicalId}/Properties/${nameProperty}`,
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
        `Rename ${String(properties[nameProperty])} and update the stack again.`,
    );
  }
}

// AWS: cloudformation/a-paused-operation-preserves
export function refuseReplacement(): never {
  throw new Refused('Replacement type updates not supported on stack with disable-rollback.');
}

export function policiesOf(
  definition: ResourceDefinition,
): Pick<StackResource, 'deletionPolicy' | 'updateReplacePolicy'> {
  return {
    deletionPolicy: definition.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
  };
}
