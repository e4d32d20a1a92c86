import fc from 'fast-check';
import { read, write } from '../../snapshot/document';

describe('a document', () => {
  test('is what was written, whatever it has', () => {
    const leaf = fc.oneof(
      fc.anything({ withDate: true, withMap: true, withSet: true, withNullPrototype: false }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, undefined, '__proto__'),
    );
    fc.assert(
      fc.property(fc.array(leaf), (value) => {
        expect(read(write(value))).toEqual(value);
      }),
    );
  });

  test('keeps what several refer to as one, and what refers to itself', () => {
    const shared = { name: 'shared' };
    const value: Record<string, unknown> = { a: shared, b: [shared], map: new Map([[shared, new Set([shared])]]) };
    value.self = value;
    const back = read(write(value)) as Record<string, unknown>;
    expect(back).toEqual(value);
    expect(back.self).toBe(back);
    expect((back.b as unknown[])[0]).toBe(back.a);
    expect([...(back.map as Map<unknown, unknown>).keys()][0]).toBe(back.a);
    expect(Object.getPrototypeOf(read(write(JSON.parse('{"__proto__":{"a":1}}'))))).toBe(Object.prototype);
  });

  test('has objects of named classes, and refuses anything else with its place', () => {
    class Known {
      constructor(readonly a: number) {}
    }
    expect(read(write([new Known(1)], { Known }), { Known })).toEqual([new Known(1)]);
    expect(() => write({ jobs: [new Known(1)] })).toThrow('.jobs[0] is a Known');
    expect(() => write({ jobs: [{ cancel: () => undefined }] })).toThrow('.jobs[0].cancel is a function');
    expect(() => write(new Map([['one', Promise.resolve()]]))).toThrow('.one is a Promise');
    expect(() => read(write(new Known(1), { Known }))).toThrow('there is no class Known');
  });
});
