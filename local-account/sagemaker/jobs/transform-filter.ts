/** A record as the filters of a transform see it: a CSV row as its cells, a JSON record as what it holds. */
export type RecordFilter = (record: unknown) => unknown;

type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'every' }
  | {
      readonly kind: 'places';
      readonly places: readonly (number | { readonly from?: number; readonly to?: number })[];
    };

const token = /^(?:\.(\*)|\.?\[(\*)\]|\.([A-Za-z_][\w-]*)|\.?\[((?:'[^']*'\s*,?\s*)+)\]|\[([-\d:,\s]+)\])/;

/**
 * InputFilter and OutputFilter: the JSONPath operators of the developer guide, "Associate Prediction Results with Input
 * Records" (root, child, several children, wildcard, index, several indexes, slice). An index outside the record is an
 * error ("DataProcessing").
 */
export function recordFilter(path: string | undefined): RecordFilter {
  const steps = parse(path ?? '$');
  return (record) => select(record, steps, path ?? '$');
}

function parse(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path.startsWith('$') ? path.slice(1) : undefined;
  while (rest !== undefined && rest !== '') {
    const match: RegExpExecArray | null = token.exec(rest);
    if (!match) rest = undefined;
    else {
      const [all, dotStar, bracketStar, name, names, places] = match;
      if (dotStar ?? bracketStar) steps.push({ kind: 'every' });
      else if (name !== undefined) steps.push({ kind: 'names', names: [name] });
      else if (names !== undefined)
        steps.push({ kind: 'names', names: [...names.matchAll(/'([^']*)'/g)].map(([, one = '']) => one) });
      else steps.push({ kind: 'places', places: (places ?? '').split(',').map((one) => place(one.trim(), path)) });
      rest = rest.slice(all.length);
    }
  }
  if (rest === undefined) throw refused(path);
  const last = steps.length - 1;
  if (steps.some((step, index) => step.kind === 'names' && step.names.length > 1 && index < last)) throw refused(path);
  return steps;
}

function place(text: string, path: string): number | { from?: number; to?: number } {
  if (/^-?\d+$/.test(text)) return Number(text);
  const slice = /^(-?\d*):(-?\d*)$/.exec(text);
  if (!slice) throw refused(path);
  const [, from = '', to = ''] = slice;
  return { ...(from === '' ? {} : { from: Number(from) }), ...(to === '' ? {} : { to: Number(to) }) };
}

function refused(path: string): Error {
  return new Error(
    `${path} is no filter of a transform job: use the operators $, .name, ['a','b'], .*, [0], [0,2], [1:4]`,
  );
}

function select(value: unknown, steps: readonly Step[], path: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step.kind === 'every') {
    const members: unknown[] = Array.isArray(value) ? value : Object.values((value ?? {}) as object);
    return members.map((member) => select(member, rest, path));
  }
  if (step.kind === 'names') return children(value, step.names, rest, path);
  if (!Array.isArray(value)) throw outside(path);
  const [only] = step.places;
  if (step.places.length === 1 && typeof only === 'number') return select(at(value, only, path), rest, path);
  const chosen = step.places.flatMap((one): unknown[] =>
    typeof one === 'number' ? [at(value, one, path)] : value.slice(one.from, one.to),
  );
  return chosen.map((member) => select(member, rest, path));
}

function children(value: unknown, names: readonly string[], rest: readonly Step[], path: string): unknown {
  const object = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  for (const name of names) if (!(name in object)) throw outside(path);
  if (names.length === 1) return select(object[names[0] ?? ''], rest, path);
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

function at(values: readonly unknown[], index: number, path: string): unknown {
  const found = values.at(index);
  if (found === undefined) throw outside(path);
  return found;
}

function outside(path: string): Error {
  return new Error(`ClientError: the filter ${path} names what a record does not have`);
}
