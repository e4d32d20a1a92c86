import { type Contract, type Feature, filedFeatures, rawHeader } from './contract';
import { ValueReader } from './reading';

/** Why a row is not curated. Operators count and search by these codes. */
export type RowReason =
  | 'RAGGED_ROW'
  | 'NUL_BYTE'
  | 'MISSING_VALUE'
  | 'WRONG_TYPE'
  | 'OUT_OF_RANGE'
  | 'OUTSIDE_PARTITION'
  | 'DUPLICATE_ROW';

export type ValidatedRow =
  | { readonly ok: true; readonly values: string[] }
  | { readonly ok: false; readonly reason: RowReason; readonly detail: string };

interface Partition {
  readonly source: string;
  /** YYYY-MM */
  readonly month: string;
}

/** Ids in other files of the partition, each with the raw file that it came from. */
export type HeldIds = ReadonlyMap<string, string>;

/** Validates the rows of one file and remembers the ids it has seen. */
export class RowValidator {
  private readonly header: string[];
  private readonly monthColumn: number;
  private readonly targetColumn: number;
  private readonly delayColumn: number;
  private readonly features: readonly Feature[];
  private readonly reader: ValueReader;
  private readonly seen = new Set<string>();

  constructor(
    private readonly contract: Contract,
    private readonly partition: Partition,
    private readonly held: HeldIds = new Map(),
  ) {
    this.header = rawHeader(contract);
    this.monthColumn = this.header.indexOf(contract.split.column);
    this.targetColumn = this.header.indexOf(contract.target.column);
    this.delayColumn = this.header.indexOf(contract.state.delay);
    this.features = filedFeatures(contract);
    this.reader = new ValueReader(contract);
  }

  validate(row: readonly string[]): ValidatedRow {
    if (row.length !== this.header.length) {
      return reject('RAGGED_ROW', `${row.length} values, expected ${this.header.length}`);
    }
    const nul = row.findIndex((value) => value.includes('\0'));
    if (nul >= 0) return reject('NUL_BYTE', `column ${this.header[nul]}`);
    const id = row[0] ?? '';
    const source = row[1] ?? '';
    if (id === '') return reject('MISSING_VALUE', `column ${this.contract.record_id}`);
    if (!this.reader.isRecordId(id)) {
      return reject(
        'WRONG_TYPE',
        `column ${this.contract.record_id}: ${JSON.stringify(id.slice(0, 60))} is not 1 to 64 visible ASCII characters without quote and comma`,
      );
    }
    const features: string[] = [];
    for (const [index, feature] of this.features.entries()) {
      const read = this.reader.read(row[index + 2] ?? '', feature);
      if (!read.ok) return reject(read.reason, `column ${feature.name}: ${read.detail}`);
      features.push(read.text);
    }
    const month = (row[this.monthColumn] ?? '').slice(0, 7);
    if (source !== this.partition.source || month !== this.partition.month) {
      return reject(
        'OUTSIDE_PARTITION',
        `${source} ${month} in the file of ${this.partition.source} ${this.partition.month}`,
      );
    }
    const label = this.label(row[this.targetColumn] ?? '');
    if (label === undefined) return reject('WRONG_TYPE', `column ${this.contract.target.column}: not a whole number`);
    const delay = row[this.delayColumn] ?? '';
    const observed = delay === '' ? '' : this.reader.wholeNumber(delay);
    if (observed === undefined) return reject('WRONG_TYPE', `column ${this.contract.state.delay}: not a whole number`);
    if (this.seen.has(id)) return reject('DUPLICATE_ROW', `${id} is in the file already`);
    const holder = this.held.get(id);
    if (holder !== undefined) return reject('DUPLICATE_ROW', `${id} is curated from ${holder} already`);
    this.seen.add(id);
    return { ok: true, values: [id, source, ...features, String(observed), label] };
  }

  private label(outcome: string): string | undefined {
    const { missing_is_positive: missingIsPositive, positive_from: positiveFrom } = this.contract.target;
    if (outcome === '') return missingIsPositive ? '1' : '';
    const number = this.reader.wholeNumber(outcome);
    return number === undefined ? undefined : number >= positiveFrom ? '1' : '0';
  }
}

function reject(reason: RowReason, detail: string): ValidatedRow {
  return { ok: false, reason, detail };
}
