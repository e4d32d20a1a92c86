import type { Synthesis } from '../synthesis';
import { isProperties, type Value } from '../template';
import { operatorNames, valueAt } from './change';
import type { Judgement } from './judge';

/** Per cent of the changes that a check has to catch; a snapshot does not count. */
export const goal = 98;

export function failed(judgements: readonly Judgement[]): boolean {
  const counted = judgements.filter(({ outcome }) => outcome !== 'equivalent');
  return caughtShare(counted) < goal || judgements.some(isOpen);
}

function isOpen({ outcome, explained }: Judgement): boolean {
  return (outcome === 'survived' || outcome === 'seen') && explained === undefined;
}

/** Of those that no rule explains. */
function caughtShare(counted: readonly Judgement[]): number {
  const meant = counted.filter(({ explained }) => explained === undefined);
  return meant.length === 0 ? 100 : (100 * meant.filter(({ outcome }) => outcome === 'caught').length) / meant.length;
}

/** What nobody caught, one block each: place, operator, before and after. */
export function survivors(judgements: readonly Judgement[], syntheses: Readonly<Record<string, Synthesis>>): string {
  return judgements
    .filter(isOpen)
    .map((judgement) => described(judgement, syntheses))
    .join('\n');
}

export function described({ change, outcome, by }: Judgement, syntheses: Readonly<Record<string, Synthesis>>): string {
  const { configuration, stack, type, operator, rule, edits } = change;
  const template = syntheses[configuration].templates[stack] as unknown as Value;
  const places = edits.flatMap(({ path, after }) => difference(valueAt(template, path), after, path.join('.')));
  return [
    `${outcome === 'seen' ? 'seen in a snapshot only' : 'survived'}: ${operator} (${rule}) of ${type} in ${configuration}/${stack}`,
    ...places,
    ...(by === undefined ? [] : [`    ${by}`]),
  ].join('\n');
}

/** Only the members that differ, where both are objects. */
function difference(before: Value | undefined, after: Value | undefined, path: string): string[] {
  if (isProperties(before) && isProperties(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      .flatMap((key) => difference(before[key], after[key], `${path}.${key}`));
  return [`    ${path}`, `      - ${short(before)}`, `      + ${short(after)}`];
}

function short(value: Value | undefined): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value);
  return text.length > 240 ? `${text.slice(0, 240)}...` : text;
}

export function report(judgements: readonly Judgement[]): string {
  const counted = judgements.filter(({ outcome }) => outcome !== 'equivalent');
  const layers = [...new Set(counted.flatMap(({ layer }) => layer ?? []))];
  const row = (name: string, some: readonly Judgement[]) => {
    const cells = [
      ...layers.map((layer) => some.filter((one) => one.layer === layer).length),
      some.filter(({ outcome, explained }) => outcome !== 'caught' && explained !== undefined).length,
      some.filter(isOpen).length,
    ];
    return `${name.padEnd(22)}${String(some.length).padStart(9)}${cells.map((cell) => share(cell, some.length)).join('')}${`${caughtShare(some).toFixed(1)} %`.padStart(10)}`;
  };
  const reasons = new Map<string, number>();
  for (const { explained } of counted)
    if (explained)
      reasons.set(`${explained.name}: ${explained.why}`, (reasons.get(`${explained.name}: ${explained.why}`) ?? 0) + 1);
  return [
    '',
    `${'Operator'.padEnd(22)}${'changes'.padStart(9)}${[...layers, 'explained', 'survived'].map((name) => name.padStart(16)).join('')}${'caught'.padStart(10)}`,
    ...operatorNames.map((name) =>
      row(
        name,
        counted.filter(({ change }) => change.operator === name),
      ),
    ),
    row('all', counted),
    '',
    `${judgements.length - counted.length} more changes leave everything as it was and are not counted.`,
    ...[...reasons].map(([reason, number]) => `Explained, ${number}: ${reason}`),
  ].join('\n');
}

function share(part: number, of: number): string {
  return (of === 0 ? '-' : `${part} (${Math.round((100 * part) / of)} %)`).padStart(16);
}
