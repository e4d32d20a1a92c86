import { insideIntrinsic, isResource, type Operator } from './operator';

/** A property, statement, resource or member of a list is gone. */
export const drop: Operator = {
  name: 'drop',
  steps: (place) => {
    if (insideIntrinsic(place) || place.path[place.path.length - 1] === '(json)') return [];
    const rule = isResource(place)
      ? 'resource'
      : typeof place.path[place.path.length - 1] === 'number'
        ? 'member'
        : 'property';
    return [{ rule, edits: [{ path: place.path, after: undefined }] }];
  },
};
