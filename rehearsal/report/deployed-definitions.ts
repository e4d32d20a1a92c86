import { stateMachinesOf } from '../../diagrams/state-machines';

/** A state of the release state machine. */
export interface ReleaseState {
  /** Such as Choice. */
  readonly type: string;
  /** @default the state machine names no phases */
  readonly phase?: string;
}

/** The states of the state machine that has all of these. */
export function statesAround(assembly: string, names: readonly string[]): Record<string, ReleaseState> {
  const found = stateMachinesOf(assembly).find(({ definition }) => names.every((name) => name in definition.States));
  if (found === undefined) return {};
  const phases = new Map(Object.entries(found.phases).flatMap(([phase, own]) => own.map((name) => [name, phase])));
  return Object.fromEntries(
    Object.entries(found.definition.States).map(([name, { Type }]) => {
      const phase = phases.get(name);
      return [name, { type: Type, ...(phase === undefined ? {} : { phase }) }];
    }),
  );
}
