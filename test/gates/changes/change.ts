import type { ConfigurationName } from '../synthesis';
import type { Template, Templates, Value } from '../template';
import { decode, encode } from './embedded-json';

export const operatorNames = [
  'widen',
  'weaken',
  'redirect',
  'mute',
  'drop',
  'duplicate with less',
  'rename',
  'reorder',
  'thousandfold',
] as const;
export type OperatorName = (typeof operatorNames)[number];

/** A step into a text that holds JSON. */
export const json = '(json)';

export type Path = readonly (string | number)[];

/** Puts a value at a path; undefined removes what is there. */
export interface Edit {
  readonly path: Path;
  readonly after: Value | undefined;
}

/** One change of one template. Data, so that it can be printed and applied in another process. */
export interface Change {
  readonly operator: OperatorName;
  /** What the operator did, such as "action pattern". */
  readonly rule: string;
  readonly configuration: ConfigurationName;
  readonly stack: string;
  /** Resource type, or the template's section, such as `Outputs`. */
  readonly type: string;
  /** Logical ID. */
  readonly id: string;
  readonly edits: readonly Edit[];
}

/** The templates with a change in them; what it does not touch is shared with the original. */
export function apply({ stack, edits }: Pick<Change, 'stack' | 'edits'>, templates: Templates): Templates {
  const changed = edits.reduce<Value | undefined>(
    (template, { path, after }) => put(template, path, after),
    templates[stack] as unknown as Value,
  );
  return { ...templates, [stack]: changed as unknown as Template };
}

export function put(value: Value | undefined, path: Path, after: Value | undefined): Value | undefined {
  if (path.length === 0) return after;
  const [step, ...rest] = path;
  if (step === json) {
    const embedded = decode(value as Value);
    if (embedded === undefined) throw new Error('there is no JSON in this text');
    return encode({ ...embedded, json: put(embedded.json, rest, after) as Value });
  }
  if (Array.isArray(value)) {
    const copy = [...value];
    const next = put(copy[Number(step)], rest, after);
    if (next === undefined) copy.splice(Number(step), 1);
    else copy[Number(step)] = next;
    return copy;
  }
  const object = (typeof value === 'object' && value !== null ? value : {}) as Record<string, Value>;
  const next = put(object[String(step)], rest, after);
  if (next !== undefined) return { ...object, [step]: next };
  const { [String(step)]: _, ...others } = object;
  return others;
}

export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  if (path.length === 0 || value === undefined || value === null) return value;
  const [step, ...rest] = path;
  if (step === json) return valueAt(decode(value)?.json, rest);
  return valueAt((value as Record<string | number, Value>)[step], rest);
}
