import * as fc from 'fast-check';

import { matches, parsePattern } from '../../events/event-pattern';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::raw', 'arn:aws:s3:::other'],
  detail: {
    bucket: { name: 'raw' },
    object: { key: 'raw/orders/north/2013-07.csv', size: 1024, total: 5_000_000_001 },
    address: '10.0.7.9',
    address6: '2001:db8::17',
    flag: false,
    nothing: null,
    empty: '',
    parts: [
      { name: 'first', rows: 3 },
      { name: 'second', rows: 5 },
    ],
  },
};

/** Each row: what the pattern says of `detail`, and whether the event above matches. */
const rows: readonly (readonly [string, Record<string, unknown>, boolean])[] = [
  ['an exact value', { bucket: { name: ['raw'] } }, true],
  ['another value', { bucket: { name: ['curated'] } }, false],
  ['one of several values', { bucket: { name: ['curated', 'raw'] } }, true],
  ['two fields that must both match', { bucket: { name: ['raw'] }, object: { size: [1] } }, false],
  ['a number', { object: { size: [1024] } }, true],
  ['a number is not its text', { object: { size: ['1024'] } }, false],
  ['a boolean', { flag: [false] }, true],
  ['null', { nothing: [null] }, true],
  ['null is not a missing field', { missing: [null] }, false],
  ['an empty text', { empty: [''] }, true],
  ['prefix', { object: { key: [{ prefix: 'raw/' }] } }, true],
  ['prefix that differs', { object: { key: [{ prefix: 'curated/' }] } }, false],
  ['prefix, case ignored', { object: { key: [{ prefix: { 'equals-ignore-case': 'RAW/' } }] } }, true],
  ['prefix of a number', { object: { size: [{ prefix: '10' }] } }, false],
  ['suffix', { object: { key: [{ suffix: '.csv' }] } }, true],
  ['suffix, case ignored', { object: { key: [{ suffix: { 'equals-ignore-case': '.CSV' } }] } }, true],
  ['suffix that differs', { object: { key: [{ suffix: '.gz' }] } }, false],
  ['equals-ignore-case', { bucket: { name: [{ 'equals-ignore-case': 'RAW' }] } }, true],
  ['wildcard', { object: { key: [{ wildcard: 'raw/*/north/*.csv' }] } }, true],
  ['wildcard that differs', { object: { key: [{ wildcard: 'raw/*/LGA/*.csv' }] } }, false],
  ['wildcard whose dots are dots', { object: { key: [{ wildcard: '*2013-07?csv' }] } }, false],
  ['wildcard with a literal star', { bucket: { name: [{ wildcard: 'r\\*w' }] } }, false],
  ['anything-but a value', { bucket: { name: [{ 'anything-but': 'curated' }] } }, true],
  ['anything-but its value', { bucket: { name: [{ 'anything-but': 'raw' }] } }, false],
  ['anything-but a list', { bucket: { name: [{ 'anything-but': ['curated', 'raw'] }] } }, false],
  ['anything-but a number', { object: { size: [{ 'anything-but': 7 }] } }, true],
  ['anything-but a prefix', { object: { key: [{ 'anything-but': { prefix: 'raw/' } }] } }, false],
  ['anything-but prefixes', { object: { key: [{ 'anything-but': { prefix: ['a', 'b'] } }] } }, true],
  ['anything-but a suffix', { object: { key: [{ 'anything-but': { suffix: '.csv' } }] } }, false],
  ['anything-but, case ignored', { bucket: { name: [{ 'anything-but': { 'equals-ignore-case': ['RAW'] } }] } }, false],
  ['anything-but a wildcard', { object: { key: [{ 'anything-but': { wildcard: '*/LGA/*' } }] } }, true],
  ['anything-but of a missing field', { missing: [{ 'anything-but': 'x' }] }, false],
  ['numeric equality', { object: { size: [{ numeric: ['=', 1024] }] } }, true],
  ['numeric range', { object: { size: [{ numeric: ['>', 0, '<=', 1024] }] } }, true],
  ['numeric beyond what EventBridge compares', { object: { total: [{ numeric: ['>', 0] }] } }, false],
  ['numeric range outside', { object: { size: [{ numeric: ['>', 1024] }] } }, false],
  ['numeric of a text', { bucket: { name: [{ numeric: ['>', 0] }] } }, false],
  ['cidr', { address: [{ cidr: '10.0.0.0/16' }] }, true],
  ['cidr outside', { address: [{ cidr: '10.1.0.0/16' }] }, false],
  ['cidr of IPv6', { address6: [{ cidr: '2001:db8::/32' }] }, true],
  ['cidr of what is no address', { bucket: { name: [{ cidr: '10.0.0.0/16' }] } }, false],
  ['exists', { address: [{ exists: true }] }, true],
  ['exists of a missing field', { missing: [{ exists: true }] }, false],
  ['exists of null', { nothing: [{ exists: true }] }, true],
  ['exists looks at leaves only', { bucket: [{ exists: true }] }, false],
  ['does not exist', { missing: [{ exists: false }] }, true],
  ['does not exist, below what does not exist', { missing: { below: [{ exists: false }] } }, true],
  ['does not exist, but does', { address: [{ exists: false }] }, false],
  ['a value or an absence', { missing: ['x', { exists: false }] }, true],
  ['a field of any object of a list', { parts: { name: ['second'] } }, true],
  ['a field of no object of a list', { parts: { name: ['third'] } }, false],
  ['$or', { $or: [{ flag: [true] }, { object: { size: [{ numeric: ['<', 2000] }] } }] }, true],
  ['$or of nothing true', { $or: [{ flag: [true] }, { object: { size: [1] } }] }, false],
  ['$or beside a field', { $or: [{ flag: [false] }, { flag: [true] }], bucket: { name: ['curated'] } }, false],
];

describe('event patterns', () => {
  test.each(rows)('%s', (_name, detail, expected) => {
    expect(matches(parsePattern(JSON.stringify({ detail })), event)).toBe(expected);
  });

  test('a list in the event matches when one of its values does', () => {
    expect(matches(parsePattern('{"resources": ["arn:aws:s3:::other"]}'), event)).toBe(true);
    expect(matches(parsePattern('{"resources": [{"suffix": ":third"}]}'), event)).toBe(false);
  });

  test('every event matches the pattern made of its own values', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => name !== '$or' && name !== '__proto__'),
        fc.oneof({ maxDepth: 3 }, leaf, tie('tree')),
        { minKeys: 1, maxKeys: 4 },
      ),
    }));
    const patternOf = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, patternOf(inner)]))
        : [value];
    fc.assert(
      fc.property(tree, (made) => {
        const json = JSON.stringify(made);
        expect(matches(parsePattern(JSON.stringify(patternOf(JSON.parse(json)))), JSON.parse(json))).toBe(true);
      }),
    );
  });

  test('a wildcard pattern of stars only at the ends is "contains"', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (part, text) => {
        const escaped = part.replace(/[\\*]/g, '\\$&');
        const pattern = parsePattern(JSON.stringify({ text: [{ wildcard: `*${escaped}*` }] }));
        expect(matches(pattern, { text })).toBe(text.includes(part));
      }),
    );
  });

  test.each([
    ['no JSON', '{', /not valid JSON/],
    ['an empty pattern', '{}', /object or an array/],
    ['a value that is not in a list', '{"source": "aws.s3"}', /"source" must be/],
    ['an empty list', '{"source": []}', /empty array/],
    ['a list in a list', '{"source": [["a"]]}', /array inside/],
    ['an unknown operator', '{"source": [{"startsWith": "a"}]}', /startsWith/],
    ['two operators in one', '{"source": [{"prefix": "a", "suffix": "b"}]}', /Unrecognized match type/],
    ['one alternative only', '{"$or": [{"source": ["a"]}]}', /at least two/],
    ['a prefix that is no text', '{"source": [{"prefix": 1}]}', /prefix/],
    ['half a range', '{"detail": {"n": [{"numeric": [">"]}]}}', /numeric/],
    ['an unknown comparison', '{"detail": {"n": [{"numeric": ["!=", 1]}]}}', /numeric/],
    ['exists that is neither true nor false', '{"source": [{"exists": "yes"}]}', /exists/],
    ['a network without its size', '{"source": [{"cidr": "10.0.0.0"}]}', /cidr/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parsePattern(text)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message: expect.stringMatching(message) }),
    );
  });
});
