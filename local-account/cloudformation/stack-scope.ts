import { conditionEvaluator } from '../assembly/conditions';
import { activeResources } from '../assembly/dependencies';
import { resolve, scalar } from '../assembly/intrinsics';
import type { Scope, StackEnvironment } from '../assembly/scope';
import { isRecord } from '../assembly/template';
import type { Exports } from './exports';
import { canonical, changedProperties, type Properties } from './provisioner';
import type { Stack, StackDesign, StackOutput, StackResource } from './stack';

/** What other stacks give. */
export type OtherStacks = Pick<Scope, 'exported' | 'output'>;

export function otherStacks(exports: Exports): OtherStacks {
  return {
    exported: (name) => exports.find(name)?.value,
    output: (stackName, outputName) => exports.stack(stackName)?.outputs.find(({ key }) => key === outputName)?.value,
  };
}

/** What a design's values may refer to, with the stack's resources as they are when asked. */
export function stackScope(
  design: StackDesign,
  environment: StackEnvironment,
  resources: ReadonlyMap<string, StackResource>,
  others: OtherStacks,
): Scope {
  const bare = {
    template: design.template,
    environment,
    parameters: new Map([...design.parameters].map(([key, { value }]) => [key, value])),
    reference: (logicalId: string) => resources.get(logicalId)?.physicalId,
    attribute: (logicalId: string, name: string) => attributeOf(resources.get(logicalId), name),
    ...others,
  };
  return { ...bare, condition: conditionEvaluator(bare) };
}

/** A custom resource's data may be nested: Fn::GetAtt reaches into it by dots. */
function attributeOf(resource: StackResource | undefined, name: string): unknown {
  if (!resource) {
    return undefined;
  }
  if (Object.hasOwn(resource.attributes, name)) {
    return resource.attributes[name];
  }
  return name
    .split('.')
    .reduce<unknown>((value, part) => (isRecord(value) ? value[part] : undefined), resource.attributes);
}

export function resolveProperties(logicalId: string, scope: Scope): Properties {
  const place = `Resources/${logicalId}/Properties`;
  return (resolve(scope.template.resources[logicalId].Properties ?? {}, scope, place) ?? {}) as Properties;
}

export function resolveOutputs(scope: Scope): StackOutput[] {
  return Object.entries(scope.template.outputs)
    .filter(([key, { Condition }]) => Condition === undefined || scope.condition(Condition, `Outputs/${key}/Condition`))
    .map(([key, { Value, Description, Export }]) => {
      const place = `Outputs/${key}`;
      return {
        key,
        value: scalar(resolve(Value, scope, `${place}/Value`), scope, `${place}/Value`),
        description: Description,
        exportName:
          Export && scalar(resolve(Export.Name, scope, `${place}/Export/Name`), scope, `${place}/Export/Name`),
      };
    });
}

/** Whether an update would do anything, evaluated with the resources as they are now. */
export function hasChanges(stack: Stack, next: StackDesign, environment: StackEnvironment, exports: Exports): boolean {
  if (canonical(stack.design.tags) !== canonical(next.tags)) {
    return true;
  }
  const scope = stackScope(next, environment, stack.resources, otherStacks(exports));
  const active = activeResources(scope);
  if (active.size !== stack.resources.size) {
    return true;
  }
  for (const [logicalId, definition] of active) {
    const current = stack.resources.get(logicalId);
    const metadata = stack.design.template.resources[logicalId]?.Metadata;
    if (!current || current.type !== definition.Type || canonical(metadata) !== canonical(definition.Metadata)) {
      return true;
    }
  }
  return (
    [...active.keys()].some((logicalId) => {
      const current = stack.resources.get(logicalId);
      return current && changedProperties(current.properties, resolveProperties(logicalId, scope)).length > 0;
    }) || canonical(resolveOutputs(scope)) !== canonical(stack.outputs)
  );
}
