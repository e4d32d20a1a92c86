import { type ProblemSpec, stateFeatures } from '../problem/problem-spec';

export interface StoredFeature {
  readonly name: string;
  readonly type: 'Fractional' | 'Integral' | 'String';
}

/** Members of a record: identifier, time, and what lambda/airport-state/state.ts computes. Counts are whole numbers. */
export function storedFeatures({ state }: ProblemSpec): StoredFeature[] {
  return [
    { name: 'airport', type: 'String' },
    { name: 'event_time', type: 'String' },
    ...stateFeatures(state).map(
      (name): StoredFeature => ({
        name,
        type: name.startsWith('flights_') ? 'Integral' : 'Fractional',
      }),
    ),
  ];
}
