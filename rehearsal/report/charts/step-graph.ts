import { html, type Markup } from '../markup';

export interface GraphStep {
  readonly name: string;
  readonly type: string;
  /** Steps that must have ended before. */
  readonly after: readonly string[];
  /** The outcome of the condition step that leads here, such as "yes". */
  readonly branch?: string;
}

export interface StepState {
  readonly text: string;
  readonly tone: 'normal' | 'bad' | 'muted';
}

const width = 360;
const box = { width: 164, height: 42 };
const gap = 26;

/** Steps from top to bottom, each below the steps that it waits for. */
export function stepGraph(steps: readonly GraphStep[], title: string, stateOf: (name: string) => StepState): Markup {
  const layers = layersOf(steps);
  const places = new Map<string, { x: number; y: number }>();
  layers.forEach((layer, row) => {
    layer.forEach(({ name }, column) => {
      const room = width / layer.length;
      places.set(name, { x: room * column + room / 2, y: row * (box.height + gap) + 2 });
    });
  });
  const height = layers.length * (box.height + gap) - gap + 4;
  const isCondition = (name: string) => steps.some((one) => one.name === name && one.type === 'Condition');
  const arrows = steps.flatMap((step) =>
    nearest(step, steps).flatMap((name) => {
      const from = places.get(name);
      const to = places.get(step.name);
      const label = isCondition(name) ? step.branch : undefined;
      return from === undefined || to === undefined ? [] : [arrow(from, to, label)];
    }),
  );
  const boxes = steps.map(({ name, type }) => {
    const { x, y } = places.get(name) ?? { x: 0, y: 0 };
    const { text, tone } = stateOf(name);
    return html`<g class="step ${tone}"><rect x="${x - box.width / 2}" y="${y}" width="${box.width}" height="${box.height}" rx="${type === 'Condition' ? 20 : 5}"/><text class="name" x="${x}" y="${y + 18}" text-anchor="middle">${name}</text><text class="muted" x="${x}" y="${y + 34}" text-anchor="middle">${text}</text></g>`;
  });
  const order = layers.map((layer) => layer.map(({ name }) => `${name} (${stateOf(name).text})`).join(' or '));
  return html`<figure class="graph"><figcaption>${title}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${order.join(', then ')}">${arrows}${boxes}</svg></figure>`;
}

function arrow(from: { x: number; y: number }, to: { x: number; y: number }, label: string | undefined): Markup {
  const start = from.y + box.height;
  const bend = to.y - 13;
  return html`<path class="arrow" d="M${from.x} ${start}V${bend}H${to.x}V${to.y - 1}m-4 -6l4 6l4 -6"/>${
    label === undefined
      ? ''
      : html`<text class="muted" x="${to.x + (to.x < from.x ? -6 : 6)}" y="${to.y - 4}" text-anchor="${to.x < from.x ? 'end' : 'start'}">${label}</text>`
  }`;
}

/** A step is one layer below the last of the steps that it waits for. */
function layersOf(steps: readonly GraphStep[]): GraphStep[][] {
  const depths = new Map<string, number>();
  for (const { name, after } of steps)
    depths.set(
      name,
      after.reduce((depth, one) => Math.max(depth, (depths.get(one) ?? -1) + 1), 0),
    );
  const layers: GraphStep[][] = [];
  for (const step of steps) {
    const depth = depths.get(step.name) ?? 0;
    layers[depth] = [...(layers[depth] ?? []), step];
  }
  return layers.filter((layer) => layer !== undefined);
}

/** The steps that a step waits for, without those that another of them waits for already. */
function nearest({ after }: GraphStep, steps: readonly GraphStep[]): string[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const reaches = (from: string, to: string): boolean =>
    (byName.get(from)?.after ?? []).some((one) => one === to || reaches(one, to));
  return after.filter((one) => !after.some((other) => other !== one && reaches(other, one)));
}
