import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface StateFeature {
  readonly name: string;
  readonly type: 'Fractional' | 'Integral' | 'String';
}

/** Minutes; the rules of lambda/airport-state/state.ts. */
export interface StateRules {
  readonly windows: readonly number[];
  readonly grid: number;
  readonly lead: number;
  readonly late: number;
}

export function stateRules(_context: WorkflowContext): StateRules {
  return { windows: [60, 180], grid: 15, lead: 120, late: 15 };
}

/** Identifier, time, and for each window what lambda/airport-state/state.ts computes of it. */
export function stateFeatures(context: WorkflowContext): StateFeature[] {
  return [
    { name: 'airport', type: 'String' },
    { name: 'event_time', type: 'String' },
    ...stateRules(context).windows.flatMap((window): StateFeature[] => [
      ...['mean_delay', 'late_share', 'gone_share'].map((part) => ({
        name: `${part}_${window}`,
        type: 'Fractional' as const,
      })),
      { name: `flights_${window}`, type: 'Integral' },
    ]),
  ];
}
