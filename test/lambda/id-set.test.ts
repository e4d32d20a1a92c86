import { IdSet } from '../../lambda/check-completeness/id-set';

describe('the set of ids', () => {
  test('says which it has seen, as a Set does, however many', () => {
    const ids = new IdSet();
    const known = new Set<string>();
    for (let number = 0; number < 20_000; number += 1) {
      const id = `JFK-${(number * 7_919) % 15_000}`;
      expect(ids.add(id)).toBe(!known.has(id));
      known.add(id);
    }
    for (let number = 0; number < 16_000; number += 1)
      expect(ids.has(`JFK-${number}`)).toBe(known.has(`JFK-${number}`));
  });

  test('the empty id is one like any other', () => {
    const ids = new IdSet();
    expect([ids.has(''), ids.add(''), ids.add(''), ids.has('')]).toEqual([false, true, false, true]);
  });
});
