import { isProperties, type Value } from '../../template';
import { insideIntrinsic, type Operator, replace, type Step } from './operator';

/** What comes first, and what comes next. */
export const reorder: Operator = {
  name: 'reorder',
  steps: (place) => {
    const { value } = place;
    if (insideIntrinsic(place)) return [];
    if (Array.isArray(value) && value.length > 1)
      return [
        replace(place, 'backwards', [...value].reverse()),
        ...(value.length > 2 ? [replace(place, 'the first comes last', [...value.slice(1), value[0]])] : []),
      ];
    return isProperties(value) && isProperties(value.States) && typeof value.StartAt === 'string'
      ? skipped(value.States, value.StartAt).map(({ path, after }) => ({
          rule: 'a state is skipped',
          edits: [{ path: [...place.path, ...path], after }],
        }))
      : [];
  },
};

/** Whatever leads to a state leads to the one after it. */
function skipped(states: Record<string, Value>, startAt: string): Step['edits'] {
  const nextOf = (name: Value | undefined) => {
    const state = typeof name === 'string' ? states[name] : undefined;
    return isProperties(state) && typeof state.Next === 'string' ? state.Next : undefined;
  };
  const start = nextOf(startAt);
  return [
    ...(start === undefined ? [] : [{ path: ['StartAt'], after: start }]),
    ...Object.entries(states).flatMap(([name, state]) => {
      const after = isProperties(state) ? nextOf(state.Next) : undefined;
      return after === undefined ? [] : [{ path: ['States', name, 'Next'], after }];
    }),
  ];
}
