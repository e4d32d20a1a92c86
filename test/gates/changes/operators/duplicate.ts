import { isProperties, type Properties, type Value } from '../../template';
import type { Place } from '../places';
import { insideIntrinsic, isIntrinsic, isResource, type Operator, type Step } from './operator';

/** A second copy of a resource, container or statement that lacks one thing: a check may see the first one only. */
export const duplicate: Operator = {
  name: 'duplicate with less',
  steps: (place) => (isResource(place) ? resources(place) : members(place)),
};

function resources({ path, id, value }: Place): Step[] {
  const resource = value as Properties;
  const properties = isProperties(resource.Properties) ? resource.Properties : {};
  const named = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, renamed(key, inner)]));
  return without(named).map(([key, less]) => ({
    rule: `resource without ${key}`,
    edits: [{ path: [path[0], `${id}Copy`], after: { ...resource, Properties: less } }],
  }));
}

/** A name is taken already; the copy has one of its own. */
function renamed(key: string, value: Value): Value {
  if (!/Name$|^Name$/.test(key)) return value;
  if (typeof value === 'string') return `${value}-copy`;
  return isProperties(value) && 'Fn::Join' in value ? { 'Fn::Join': ['', [value, '-copy']] } : value;
}

function members(place: Place): Step[] {
  const { value, path } = place;
  if (!Array.isArray(value) || insideIntrinsic(place)) return [];
  return value.flatMap((member) =>
    isProperties(member) && !isIntrinsic(member)
      ? without(member).map(([key, less]) => ({
          rule: `member without ${key}`,
          edits: [{ path, after: [...value, less] }],
        }))
      : [],
  );
}

function without(object: Properties): [string, Properties][] {
  return Object.keys(object).map((key) => [
    key,
    Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)),
  ]);
}
