import type { Place } from '../places';
import { insideIntrinsic, nameOf, type Operator, replace, type Step, within } from './operator';

/** A number that is a thousand times as large, or a thousandth: milliseconds for seconds, gigabytes for megabytes. */
export const thousandfold: Operator = {
  name: 'thousandfold',
  steps: (place) => {
    if (insideIntrinsic(place) || within(place, 'Version') || nameOf(place).endsWith('Version')) return [];
    const { value } = place;
    if (typeof value === 'number') return both(value).map(([rule, after]) => replace(place, rule, after));
    if (typeof value !== 'string') return [];
    if (/^\d+(\.\d+)?$/.test(value))
      return both(Number(value)).map(([rule, after]) => replace(place, rule, String(after)));
    return inText(place, value);
  },
};

/** `rate(5 minutes)`, `PT5M`, `P30D`. */
function inText(place: Place, text: string): Step[] {
  const found = /^rate\((\d+) (\w+?)s?\)$/.exec(text);
  if (found) return [replace(place, 'times a thousand', `rate(${Number(found[1]) * 1000} ${found[2]}s)`)];
  const duration = /^(-?PT?)(\d+)([A-Z])$/.exec(text);
  return duration
    ? [replace(place, 'times a thousand', `${duration[1]}${Number(duration[2]) * 1000}${duration[3]}`)]
    : [];
}

function both(value: number): [string, number][] {
  if (value === 0) return [['from nothing to a thousand', 1000]];
  const less = Number.isInteger(value) ? Math.trunc(value / 1000) : value / 1000;
  return [
    ['times a thousand', value * 1000],
    ['a thousandth', less],
  ];
}
