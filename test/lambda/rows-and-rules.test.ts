import { gzipSync } from 'node:zlib';

import { rulesIn } from '../../lambda/start-retraining/rules';
import { writeGroundTruth } from '../../lambda/write-ground-truth/ground-truth';
import { MemoryStore } from '../fixtures/memory-store';

const settings = { idColumn: 'flight_id', labelColumn: 'disrupted' };
const key = 'curated/flights/airport=JFK/month=2013-07/2013-07.csv.gz';

function write(csv: string | Buffer) {
  const target = new MemoryStore();
  const curated = new MemoryStore({ [key]: typeof csv === 'string' ? gzipSync(csv) : csv });
  return {
    target,
    done: writeGroundTruth(curated, target, settings, { key, collectedAt: '2013-09-01T10:05:00.000Z' }),
  };
}

describe('ground truth', () => {
  test('is not written from a row without an id', async () => {
    const { done, target } = write('flight_id,disrupted\n,1\n');
    await expect(done).rejects.toThrow(`${key} has a row without a value of flight_id`);
    expect([...target.objects.keys()]).toEqual([]);
  });

  test.each([
    ['a value too many', 'flight_id,disrupted\nA-1,1\nsecret-row,1,secret-value\n'],
    ['a value too few', 'flight_id,disrupted\nA-1,1\nsecret-row\n'],
    ['a quote in a value', 'flight_id,disrupted\nA-1,1\nsecret"-row,1\n'],
    ['an open quote', 'flight_id,disrupted\nA-1,1\n"secret-row,1\n'],
  ])('fails at a row with %s, and its error carries no value of the row', async (_, csv) => {
    const { done, target } = write(csv);
    const error = await done.then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    // Lambda logs an error's message, its stack and every property of it.
    const logged = JSON.stringify({ ...error, message: error?.message, stack: error?.stack });
    expect(error?.message).toMatch(/is not CSV with the same columns in each row \(\w+\)$/);
    expect(logged).not.toContain('secret');
    expect([...target.objects.keys()]).toEqual([]);
  });

  test('fails at a file that is not gzip, with its own error', async () => {
    await expect(write(Buffer.from('flight_id,disrupted\n')).done).rejects.toThrow('incorrect header check');
  });
});

describe('the rules of retraining', () => {
  const rules = {
    cooldownHours: 24,
    maximumPerWeek: 2,
    maximumModelAgeDays: 30,
    recentMonths: 6,
    longestMonths: 24,
    heldBackMonths: 2,
    completeShare: 0.9,
  };

  test('are taken as they are written, and nothing else with them', () => {
    expect(rulesIn(JSON.stringify({ ...rules, other: 1 }))).toEqual(rules);
    expect(rulesIn(JSON.stringify({ ...rules, maximumPerWeek: 0 })).maximumPerWeek).toBe(0);
  });

  test.each(Object.keys(rules))('need a number for %s', (name) => {
    for (const value of [undefined, null, '24', -1, Number.NaN])
      expect(() => rulesIn(JSON.stringify({ ...rules, [name]: value }))).toThrow(`RULES lacks numbers for ${name}`);
  });

  test('are named when several are missing, or all', () => {
    expect(() => rulesIn('{}')).toThrow(`RULES lacks numbers for ${Object.keys(rules).join(', ')}`);
    expect(() => rulesIn('null')).toThrow('RULES lacks numbers for cooldownHours');
    expect(() => rulesIn('')).toThrow(SyntaxError);
  });
});
