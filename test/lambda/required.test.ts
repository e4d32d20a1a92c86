import {
  optionalNumber,
  optionalText,
  requiredList,
  requiredNumber,
  requiredText,
} from '../../lambda/environment/required';
import { timeIn } from '../../lambda/environment/time';

describe("a function's environment", () => {
  afterEach(() => {
    delete process.env.LIMIT;
  });
  const given = (value: string) => {
    process.env.LIMIT = value;
  };

  test.each([
    ['text', () => requiredText('LIMIT')],
    ['number', () => requiredNumber('LIMIT')],
    ['list', () => requiredList('LIMIT')],
  ])('names a %s that is missing or empty', (_, read) => {
    const message = 'The environment variable LIMIT is missing or empty';
    expect(read).toThrow(message);
    for (const empty of ['', '  ']) {
      given(empty);
      expect(read).toThrow(message);
    }
  });

  test('gives texts, numbers and lists as they are written', () => {
    given('a b');
    expect(requiredText('LIMIT')).toBe('a b');
    given('JFK,LGA');
    expect(requiredList('LIMIT')).toEqual(['JFK', 'LGA']);
    for (const [text, number] of [
      ['0', 0],
      ['40', 40],
      ['0.75', 0.75],
      ['-12.5', -12.5],
    ] as const) {
      given(text);
      expect(requiredNumber('LIMIT')).toBe(number);
    }
  });

  test.each(['7 days', 'x7', '7x', 'NaN', 'Infinity', '1e3', '0x10', '.5', '5.', '1.x', '1x5', '--1', '"7"'])(
    'takes %s for no number',
    (text) => {
      given(text);
      expect(() => requiredNumber('LIMIT')).toThrow(
        `The environment variable LIMIT is ${JSON.stringify(text)}, not a number`,
      );
    },
  );

  test('refuses a list with an empty value', () => {
    for (const list of ['JFK,', ',JFK', 'JFK, ,LGA']) {
      given(list);
      expect(() => requiredList('LIMIT')).toThrow(
        'The environment variable LIMIT has an empty value between its commas',
      );
    }
  });

  test('lets a variable be missing that not every configuration sets, but not empty or wrong', () => {
    expect([optionalText('LIMIT'), optionalNumber('LIMIT')]).toEqual([undefined, undefined]);
    given('');
    expect(() => optionalText('LIMIT')).toThrow('LIMIT is missing or empty');
    given('soon');
    expect(() => optionalNumber('LIMIT')).toThrow('"soon", not a number');
    expect(optionalText('LIMIT')).toBe('soon');
    given('3');
    expect(optionalNumber('LIMIT')).toBe(3);
  });
});

test('a time is read, and what is none is refused with its name', () => {
  expect(timeIn('2026-11-23T10:00:00Z', 'The time')).toEqual(new Date(Date.UTC(2026, 10, 23, 10)));
  expect(() => timeIn('soon', 'The time of the check')).toThrow('The time of the check is "soon", not a time');
  expect(() => timeIn('', 'The time')).toThrow('The time is "", not a time');
  for (const none of [undefined, null, 12, {}]) expect(() => timeIn(none, 'The time')).toThrow('not a time');
});
