import type { Scope } from './scope';
import { substitutionNames } from './substitution';
import { dependsOn, isRecord, type ResourceDefinition, type Template } from './template';
import { TemplateError } from './template-error';

/** What each resource of a stack depends on, in the order of the template. */
export type DependencyGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** The resources whose condition holds. */
export function activeResources(scope: Pick<Scope, 'template' | 'condition'>): Map<string, ResourceDefinition> {
  const { template, condition } = scope;
  return new Map(
    Object.entries(template.resources).filter(
      ([logicalId, { Condition }]) =>
        Condition === undefined || condition(Condition, `Resources/${logicalId}/Condition`),
    ),
  );
}

/**
 * Dependencies from Ref, Fn::GetAtt, Fn::Sub and DependsOn among the active resources. Of a Fn::If only the branch
 * taken counts. DependsOn on a resource that its condition leaves out is no dependency; a reference to one is an error
 * when it is resolved.
 */
export function dependencyGraph(scope: Pick<Scope, 'template' | 'condition' | 'environment'>): DependencyGraph {
  const active = activeResources(scope);
  const graph = new Map<string, Set<string>>();
  for (const [logicalId, definition] of active) {
    const found = new Set<string>(dependsOn(definition));
    collect(definition.Properties, scope, `Resources/${logicalId}/Properties`, found);
    if (found.has(logicalId)) {
      throw new TemplateError(
        scope.environment.stackName,
        `Resources/${logicalId}`,
        `Circular dependency between resources: [${logicalId}]`,
      );
    }
    graph.set(logicalId, new Set([...found].filter((id) => active.has(id))));
  }
  inOrder(graph, scope.environment.stackName);
  return graph;
}

/** Dependencies first; among equals the order of the template. Throws when there is a cycle. */
export function inOrder(graph: DependencyGraph, stackName: string): string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (logicalId: string): void => {
    if (done.has(logicalId)) {
      return;
    }
    const start = path.indexOf(logicalId);
    if (start >= 0) {
      const cycle = path.slice(start).join(', ');
      throw new TemplateError(stackName, 'Resources', `Circular dependency between resources: [${cycle}]`);
    }
    path.push(logicalId);
    graph.get(logicalId)?.forEach(visit);
    path.pop();
    done.add(logicalId);
    order.push(logicalId);
  };
  [...graph.keys()].forEach(visit);
  return order;
}

function collect(
  value: unknown,
  scope: Pick<Scope, 'template' | 'condition'>,
  place: string,
  found: Set<string>,
): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => collect(item, scope, `${place}/${index}`, found));
    return;
  }
  if (!isRecord(value)) {
    return;
  }
  const [name, ...rest] = Object.keys(value);
  if (name === undefined) {
    return;
  }
  const argument = value[name];
  const add = (logicalId: unknown): void => addResource(scope.template, logicalId, found);
  if (rest.length === 0 && name === 'Ref') {
    add(argument);
  } else if (rest.length === 0 && name === 'Fn::GetAtt') {
    add(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]);
  } else if (rest.length === 0 && name === 'Fn::If' && Array.isArray(argument)) {
    const index = scope.condition(String(argument[0]), place) ? 1 : 2;
    collect(argument[index], scope, `${place}/Fn::If/${index}`, found);
  } else if (rest.length === 0 && name === 'Fn::Sub') {
    const [format, variables] = Array.isArray(argument) ? argument : [argument, {}];
    substitutionNames(String(format))
      .filter((part) => !isRecord(variables) || !Object.hasOwn(variables, part))
      .forEach((part) => add(part.split('.')[0]));
    collect(variables, scope, `${place}/Fn::Sub/1`, found);
  } else {
    Object.entries(value).forEach(([key, item]) => collect(item, scope, `${place}/${key}`, found));
  }
}

function addResource(template: Template, logicalId: unknown, found: Set<string>): void {
  if (typeof logicalId === 'string' && Object.hasOwn(template.resources, logicalId)) {
    found.add(logicalId);
  }
}
