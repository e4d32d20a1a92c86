import { isProperties, type Value } from '../template';

/**
 * A state machine, a pipeline and a dashboard are JSON inside a text that CDK has cut into pieces around references.
 * Here the references stand as private-use characters, so that the text parses and a change reaches the inside.
 */
const first = 0xe000;

export interface Embedded {
  readonly json: Value;
  readonly references: readonly Value[];
}

/** Undefined where a value is no text that holds a JSON object or list. */
export function decode(value: Value): Embedded | undefined {
  const references: Value[] = [];
  const pieces = joined(value) ?? (typeof value === 'string' ? [value] : undefined);
  const start = pieces?.[0];
  if (pieces === undefined || typeof start !== 'string' || !/^\s*[{[]/.test(start)) return undefined;
  const text = pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      references.push(piece);
      return String.fromCharCode(first + references.length - 1);
    })
    .join('');
  try {
    const json = JSON.parse(text) as Value;
    return typeof json === 'object' && json !== null ? { json, references } : undefined;
  } catch {
    return undefined;
  }
}

export function encode({ json, references }: Embedded): Value {
  const pieces = JSON.stringify(json)
    .split(/([\uE000-\uF8FF])/)
    .filter((piece) => piece !== '')
    .map((piece): Value => references[piece.charCodeAt(0) - first] ?? piece);
  return pieces.length === 1 ? pieces[0] : { 'Fn::Join': ['', pieces] };
}

function joined(value: Value): Value[] | undefined {
  if (!isProperties(value)) return undefined;
  const join = value['Fn::Join'];
  return Array.isArray(join) && join[0] === '' && Array.isArray(join[1]) ? join[1] : undefined;
}
