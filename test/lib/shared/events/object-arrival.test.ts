import { matches, parsePattern } from 'local-account/events/event-pattern';
import { objectArrival } from '../../../../lib/shared/events/object-arrival';

const pattern = parsePattern(JSON.stringify(objectArrival('lake', 'raw/')));
const arrives = (key: string, size: number, bucket = 'lake') =>
  matches(pattern, {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key, size } },
  });

describe('an object arrival', () => {
  test.each([
    ['a file', 'raw/flights/JFK/2013-07.csv', 10],
    ['a file that is not CSV', 'raw/flights/JFK/2013-07.xlsx', 10],
    ['an empty CSV file, which must be reported', 'raw/flights/JFK/2013-07.csv', 0],
    ['a CSV file larger than EventBridge compares', 'raw/flights/JFK/2013-07.csv', 6e9],
  ])('is %s', (_, key, size) => {
    expect(arrives(key, size)).toBe(true);
  });

  test.each([
    ['the folder of the prefix', 'raw/', 0],
    ['a folder below it', 'raw/flights/JFK/', 0],
    ['an empty object that is not CSV', 'raw/_SUCCESS', 0],
    ['an object elsewhere', 'curated/flights/JFK/2013-07.csv', 10],
  ])('is not %s', (_, key, size) => {
    expect(arrives(key, size)).toBe(false);
  });

  test('is limited to its bucket', () => {
    expect(arrives('raw/flights/JFK/2013-07.csv', 10, 'another')).toBe(false);
  });
});
