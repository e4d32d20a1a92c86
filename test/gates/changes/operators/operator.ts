import { isProperties, type Properties, type Value } from '../../template';
import type { Edit, OperatorName } from '../change';
import type { Place } from '../places';

/** One way to make a change at a place. */
export interface Step {
  readonly rule: string;
  readonly edits: readonly Edit[];
}

export interface Operator {
  readonly name: OperatorName;
  readonly steps: (place: Place) => readonly Step[];
}

/** Replaces the value of a place. */
export function replace({ path }: Place, rule: string, after: Value): Step {
  return { rule, edits: [{ path, after }] };
}

/** Puts a value into the object of a place. */
export function set({ path }: Place, rule: string, key: string, after: Value): Step {
  return { rule, edits: [{ path: [...path, key], after }] };
}

/** The name that a value has: list positions are left out. */
export function nameOf({ path }: Place): string {
  return String([...path].reverse().find((step) => typeof step === 'string' && step !== '(json)') ?? '');
}

/** Whether a property of one of the names is above the place. */
export function within({ path }: Place, ...names: readonly string[]): boolean {
  return path.some((step) => typeof step === 'string' && names.includes(step));
}

export function isStatement(value: Value): value is Properties {
  return isProperties(value) && typeof value.Effect === 'string' && (value.Action ?? value.NotAction) !== undefined;
}

/** `{"Ref": ...}`, `{"Fn::...": ...}`: one value for CloudFormation, not an object. */
export function isIntrinsic(value: Value): value is Properties {
  return (
    isProperties(value) && Object.keys(value).length === 1 && /^(Ref|Fn::\w+|Condition)$/.test(Object.keys(value)[0])
  );
}

export function isResource({ path }: Place): boolean {
  return path.length === 2 && path[0] === 'Resources';
}

/** Whether the place is a part of a reference, where a change makes an invalid template and nothing else. */
export function insideIntrinsic({ path }: Place): boolean {
  return path.slice(2).some((step) => step === 'Ref' || (typeof step === 'string' && step.startsWith('Fn::')));
}
