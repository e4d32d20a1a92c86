/**
 * Data as text: JSON that also has dates, maps, sets, bytes, undefined, and objects that several others refer to, or
 * that refer to themselves. What is anything else, such as a function or an object of a class that is not named, is
 * refused with the place where it is: nothing is left out silently.
 */

// biome-ignore lint/complexity/noBannedTypes: a class of anything
type Kind = Function & { readonly prototype: object };

/** Classes whose objects have data only, by name. */
export type Kinds = Readonly<Record<string, Kind>>;

/** A primitive itself; {} is undefined; `r` is the number of a node, `n` a number that JSON does not have. */
type Reference = string | number | boolean | null | { readonly r?: number; readonly n?: string };

type Node =
  | { readonly t: 'object'; readonly k?: string; readonly v: readonly (readonly [string, Reference])[] }
  | { readonly t: 'list' | 'set'; readonly v: readonly Reference[] }
  | { readonly t: 'map'; readonly v: readonly (readonly [Reference, Reference])[] }
  | { readonly t: 'date'; readonly v: number }
  | { readonly t: 'bytes'; readonly v: string };

export function write(value: unknown, kinds: Kinds = {}): string {
  const writer = new Writer(kinds);
  const root = writer.reference(value, '');
  return JSON.stringify({ root, nodes: writer.nodes });
}

class Writer {
  readonly nodes: Node[] = [];
  private readonly known = new Map<object, number>();

  constructor(private readonly kinds: Kinds) {}

  reference(value: unknown, at: string): Reference {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        if (Object.is(value, -0)) return { n: '-0' };
        return Number.isFinite(value) ? value : { n: String(value) };
      case 'undefined':
        return {};
      case 'object':
        return value === null ? null : { r: this.number(value, at) };
      default:
        throw new Error(`${at || 'the value'} is a ${typeof value}`);
    }
  }

  private number(value: object, at: string): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const number = this.nodes.length;
    this.known.set(value, number);
    // Its place, before those of its parts.
    this.nodes.push({ t: 'list', v: [] });
    this.nodes[number] = this.node(value, at);
    return number;
  }

  private node(value: object, at: string): Node {
    if (Array.isArray(value))
      return { t: 'list', v: value.map((one, index) => this.reference(one, `${at}[${index}]`)) };
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      return { t: 'bytes', v: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
    }
    switch (Object.prototype.toString.call(value)) {
      case '[object Date]':
        return { t: 'date', v: (value as Date).getTime() };
      case '[object Map]': {
        const entries = [...(value as Map<unknown, unknown>)];
        return {
          t: 'map',
          v: entries.map(([key, one]) => [
            this.reference(key, `${at} key`),
            this.reference(one, `${at}.${String(key)}`),
          ]),
        };
      }
      case '[object Set]':
        return { t: 'set', v: [...(value as Set<unknown>)].map((one) => this.reference(one, `${at} member`)) };
      default:
        return this.object(value, at);
    }
  }

  private object(value: object, at: string): Node {
    const name = (Object.getPrototypeOf(value) as object | null)?.constructor.name ?? 'Object';
    if (name !== 'Object' && !Object.hasOwn(this.kinds, name)) throw new Error(`${at || 'the value'} is a ${name}`);
    const v = Object.entries(value).map(([key, one]) => [key, this.reference(one, `${at}.${key}`)] as const);
    return { t: 'object', ...(name === 'Object' ? {} : { k: name }), v };
  }
}

export function read(text: string, kinds: Kinds = {}): unknown {
  const { root, nodes } = JSON.parse(text) as { readonly root: Reference; readonly nodes: readonly Node[] };
  // All are there before any refers to another.
  const made = nodes.map((node) => empty(node, kinds));
  const value = (reference: Reference): unknown => {
    if (typeof reference !== 'object' || reference === null) return reference;
    if (reference.r !== undefined) return made[reference.r];
    return reference.n === undefined ? undefined : Number(reference.n);
  };
  for (const [number, node] of nodes.entries()) fill(made[number], node, value);
  return value(root);
}

function empty(node: Node, kinds: Kinds): unknown {
  switch (node.t) {
    case 'list':
      return [];
    case 'set':
      return new Set();
    case 'map':
      return new Map();
    case 'date':
      return new Date(node.v);
    case 'bytes':
      return Buffer.from(node.v, 'base64');
    case 'object':
      if (node.k === undefined) return {};
      if (!Object.hasOwn(kinds, node.k)) throw new Error(`there is no class ${node.k}`);
      return Object.create(kinds[node.k].prototype);
  }
}

function fill(made: unknown, node: Node, value: (reference: Reference) => unknown): void {
  switch (node.t) {
    case 'list':
      for (const one of node.v) (made as unknown[]).push(value(one));
      return;
    case 'set':
      for (const one of node.v) (made as Set<unknown>).add(value(one));
      return;
    case 'map':
      for (const [key, one] of node.v) (made as Map<unknown, unknown>).set(value(key), value(one));
      return;
    case 'object':
      // Not by assignment: a key may be __proto__.
      for (const [key, one] of node.v)
        Object.defineProperty(made, key, { value: value(one), writable: true, enumerable: true, configurable: true });
  }
}
