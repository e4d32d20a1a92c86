import { isProperties, type Properties, type Value } from '../../template';
import type { Place } from '../places';
import { insideIntrinsic, isIntrinsic, type Operator, replace } from './operator';

/** Another letter case and a letter less: of keys, variables, event fields, metrics, dimensions and their values. */
export const rename: Operator = {
  name: 'rename',
  steps: (place) => [...keys(place), ...words(place)],
};

function keys(place: Place) {
  const { value, path } = place;
  if (!isProperties(value) || isIntrinsic(value) || insideIntrinsic(place)) return [];
  return Object.keys(value).flatMap((key) =>
    misspelt(key)
      .filter((name) => !(path.length === 2 && key === 'Type') && !(name in value))
      .map((name) => replace(place, 'key', withKey(value, key, name))),
  );
}

function words(place: Place) {
  const { value } = place;
  if (typeof value !== 'string' || insideIntrinsic(place) || !/^[A-Za-z$][\w.:/$-]{2,80}$/.test(value)) return [];
  return misspelt(value).map((name) => replace(place, 'word', name));
}

function withKey(object: Properties, from: string, to: string): Value {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}

function misspelt(word: string): string[] {
  const start = word.search(/[A-Za-z]/);
  const letter = word[start];
  if (letter === undefined || word.length < 3) return [];
  const flipped = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  const middle = Math.floor(word.length / 2);
  return [
    `${word.slice(0, start)}${flipped}${word.slice(start + 1)}`,
    `${word.slice(0, middle)}${word.slice(middle + 1)}`,
  ];
}
