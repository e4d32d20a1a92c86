import type { Finding } from '../finding';
import type { Case, SecurityCheck } from '../security-check';
import type { ConfigurationName, Synthesis } from '../synthesis';
import { apply, type Change } from './change';
import { equivalent } from './equivalent';
import { type Explained, explained } from './explained';
import { type Layer, layersOf } from './layers';

export interface Judgement {
  readonly change: Change;
  /** `equivalent`: not counted. Else the first layer that noticed the change, or none. */
  readonly outcome: 'equivalent' | 'caught' | 'seen' | 'survived';
  readonly layer?: Layer['name'];
  /** Which check of the layer, with its first finding. */
  readonly by?: string;
  readonly explained?: Explained;
}

export type Syntheses = Readonly<Record<string, Synthesis>>;

/** Tries the layers one after the other, the cheapest first, until one notices the change. */
export class Judge {
  private readonly known = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(
    private readonly syntheses: Syntheses,
    private readonly layers: readonly Layer[],
  ) {}

  async judge(change: Change): Promise<Judgement> {
    const synthesis = this.syntheses[change.configuration];
    const templates = apply(change, synthesis.templates);
    if (equivalent(change, synthesis.templates, templates)) return { change, outcome: 'equivalent' };
    const one: Case = { name: 'change', synthesis, templates };
    for (const layer of this.layers)
      for (const check of layer.checks) {
        const found = await this.findings(check, one, change.configuration);
        if (found !== undefined)
          return {
            change,
            outcome: layer.seenOnly ? 'seen' : 'caught',
            layer: layer.name,
            by: `${check.name}: ${found.place} ${found.problem}`.slice(0, 200),
          };
      }
    return {
      change,
      outcome: 'survived',
      explained: explained.find(({ covers }) => covers(change, synthesis.templates)),
    };
  }

  /** The first finding that the unchanged app does not have. A check that cannot read a template refuses it. */
  private async findings(
    check: SecurityCheck,
    one: Case,
    configuration: ConfigurationName,
  ): Promise<Finding | undefined> {
    const known = await this.knownOf(check, configuration);
    try {
      const [found] = await check.check([one]);
      return found.find((finding) => !known.has(text(finding)));
    } catch (error) {
      return { place: 'cannot be read:', problem: error instanceof Error ? error.message : String(error) };
    }
  }

  private knownOf(check: SecurityCheck, configuration: ConfigurationName): Promise<ReadonlySet<string>> {
    const key = `${check.name} ${configuration}`;
    const synthesis = this.syntheses[configuration];
    const known =
      this.known.get(key) ??
      check
        .check([{ name: configuration, synthesis, templates: synthesis.templates }])
        .then(([found]) => new Set(found.map(text)));
    this.known.set(key, known);
    return known;
  }
}

function text({ place, problem }: Finding): string {
  return `${place} ${problem}`;
}

export { layersOf };
