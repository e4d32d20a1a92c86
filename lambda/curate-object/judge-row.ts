import { type Contract, type Feature, rawHeader } from './contract';

/** Why a row is not curated. The codes are what an operator counts and searches by. */
export type RowReason = 'RAGGED_ROW' | 'NUL_BYTE' | 'MISSING_VALUE' | 'WRONG_TYPE' | 'OUT_OF_RANGE' | 'OUTSIDE_PARTITION' | 'DUPLICATE_ROW';

export type Judgement =
  | { readonly ok: true; readonly values: string[] }
  | { readonly ok: false; readonly reason: RowReason; readonly detail: string };

interface Partition {
  readonly source: string;
  /** YYYY-MM */
  readonly month: string;
}

// Stricter than Number(): no "1e3", "0x1F", "1_000", blanks or digits of other scripts.
const decimal = /^-?\d{1,9}(\.\d{1,9})?$/;

/** Judges the rows of one file; remembers the ids it has seen. */
export class RowJudge {
  private readonly header: string[];
  private readonly monthColumn: number;
  private readonly targetColumn: number;
  private readonly patterns = new Map<string, RegExp>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly contract: Contract,
    private readonly partition: Partition,
  ) {
    this.header = rawHeader(contract);
    this.monthColumn = this.header.indexOf(contract.split.column);
    this.targetColumn = this.header.indexOf(contract.target.column);
    for (const { name, pattern } of contract.features) if (pattern) this.patterns.set(name, new RegExp(`^(?:${pattern})$`));
  }

  judge(row: readonly string[]): Judgement {
    if (row.length !== this.header.length) {
      return reject('RAGGED_ROW', `${row.length} values, expected ${this.header.length}`);
    }
    const nul = row.findIndex((value) => value.includes('\0'));
    if (nul >= 0) return reject('NUL_BYTE', `column ${this.header[nul]}`);
    const id = row[0] ?? '';
    const source = row[1] ?? '';
    if (id === '') return reject('MISSING_VALUE', `column ${this.contract.record_id}`);
    for (const [index, feature] of this.contract.features.entries()) {
      const problem = this.problemOf(row[index + 2] ?? '', feature);
      if (problem) return problem;
    }
    const month = (row[this.monthColumn] ?? '').slice(0, 7);
    if (source !== this.partition.source || month !== this.partition.month) {
      return reject('OUTSIDE_PARTITION', `${source} ${month} in the file of ${this.partition.source} ${this.partition.month}`);
    }
    const label = this.label(row[this.targetColumn] ?? '');
    if (label === undefined) return reject('WRONG_TYPE', `column ${this.contract.target.column}: not a whole number`);
    if (this.seen.has(id)) return reject('DUPLICATE_ROW', `${id} is in the file already`);
    this.seen.add(id);
    return { ok: true, values: [...row.slice(0, this.contract.features.length + 2), label] };
  }

  private label(outcome: string): string | undefined {
    const { missing_is_positive: missingIsPositive, positive_from: positiveFrom } = this.contract.target;
    if (outcome === '') return missingIsPositive ? '1' : '';
    if (!/^-?\d{1,6}$/.test(outcome)) return undefined;
    return Number(outcome) >= positiveFrom ? '1' : '0';
  }

  private problemOf(value: string, feature: Feature): Judgement | undefined {
    if (value === '') return feature.missing === 'reject' ? reject('MISSING_VALUE', `column ${feature.name}`) : undefined;
    const wrong = () => reject('WRONG_TYPE', `column ${feature.name}: ${JSON.stringify(value.slice(0, 60))} is not a ${feature.type}`);
    switch (feature.type) {
      case 'category':
        return this.patterns.get(feature.name)?.test(value) === false ? wrong() : undefined;
      case 'date':
        return isDate(value) ? undefined : wrong();
      case 'clock':
        return /^\d{1,4}$/.test(value) && Number(value) <= 2400 && Number(value) % 100 < 60 ? undefined : wrong();
      case 'number': {
        if (!decimal.test(value) || (feature.integer && value.includes('.'))) return wrong();
        const { minimum = -Infinity, maximum = Infinity } = feature;
        const number = Number(value);
        return number >= minimum && number <= maximum
          ? undefined
          : reject('OUT_OF_RANGE', `column ${feature.name}: ${value} is outside ${minimum} to ${maximum}`);
      }
    }
  }
}

function reject(reason: RowReason, detail: string): Judgement {
  return { ok: false, reason, detail };
}

/** A day that exists, written YYYY-MM-DD. */
function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
