import { substitutionNames } from '../assembly/substitution';
import { isRecord } from '../assembly/template';

/** What a value of a template refers to, by the names in the template. */
export interface References {
  /** Ref and Fn::Sub: parameters and resources. */
  readonly names: ReadonlySet<string>;
  /** Fn::GetAtt and Fn::Sub: attributes of resources, written as Resource.Attribute. */
  readonly attributes: ReadonlySet<string>;
}

/** Of a Fn::If only the branch taken counts. */
export function referencesIn(value: unknown, condition: (name: string) => boolean): References {
  const names = new Set<string>();
  const attributes = new Set<string>();
  const add = (name: string): unknown => (name.includes('.') ? attributes : names).add(name);
  const visit = (item: unknown): void => {
    if (Array.isArray(item)) return item.forEach(visit);
    if (!isRecord(item)) return;
    const [name, ...rest] = Object.keys(item);
    const argument = rest.length === 0 && name !== undefined ? item[name] : undefined;
    if (name === 'Ref' && typeof argument === 'string') {
      names.add(argument);
    } else if (name === 'Fn::GetAtt' && argument !== undefined) {
      attributes.add(Array.isArray(argument) ? argument.join('.') : String(argument));
    } else if (name === 'Fn::If' && Array.isArray(argument)) {
      visit(argument[condition(String(argument[0])) ? 1 : 2]);
    } else if (name === 'Fn::Sub' && argument !== undefined) {
      const [format, variables = {}] = Array.isArray(argument) ? argument : [argument];
      const given = isRecord(variables) ? variables : {};
      substitutionNames(String(format))
        .filter((one) => !Object.hasOwn(given, one))
        .forEach(add);
      visit(Object.values(given));
    } else {
      visit(Object.values(item));
    }
  };
  visit(value);
  return { names, attributes };
}
