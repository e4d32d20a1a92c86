import type { Contract, Feature, Reading } from './contract';

/** The value of a feature, written as every later step reads it, or the reason why the text is not one. */
export type Read =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'MISSING_VALUE' | 'WRONG_TYPE' | 'OUT_OF_RANGE'; readonly detail: string };

/**
 * Reads values by the contract's rules (docs/reference/reading.md), like the Python steps do
 * (pipelines/steps/workflow/reading.py).
 */
export class ValueReader {
  private readonly number: RegExp;
  private readonly recordId: RegExp;
  private readonly unreadable: RegExp;
  private readonly patterns: ReadonlyMap<string, RegExp>;
  private readonly reading: Reading;

  constructor({ reading, features }: Contract) {
    this.reading = reading;
    this.number = whole(reading.number);
    this.recordId = whole(reading.record_id);
    this.unreadable = new RegExp(reading.unreadable, 'u');
    this.patterns = new Map(features.flatMap(({ name, pattern }) => (pattern ? [[name, whole(pattern)]] : [])));
  }

  isRecordId(text: string): boolean {
    return this.recordId.test(text);
  }

  read(text: string, feature: Feature): Read {
    if (text === '')
      return feature.missing === 'reject' ? refuse('MISSING_VALUE', 'a value is required') : { ok: true, text };
    switch (feature.type) {
      case 'category':
        return this.isText(text) && this.patterns.get(feature.name)?.test(text) !== false
          ? { ok: true, text }
          : wrong(text, feature);
      case 'date':
        return this.isDate(text) ? { ok: true, text } : wrong(text, feature);
      case 'clock': {
        const clock = this.wholeNumber(text);
        return clock !== undefined && clock >= 0 && clock <= 2400 && clock % 100 < 60
          ? { ok: true, text: String(clock) }
          : wrong(text, feature);
      }
      case 'number':
        return this.readNumber(text, feature);
    }
  }

  /** A whole number. Accepts 178.0, as some programs write all numbers as floats. Never returns -0. */
  wholeNumber(text: string): number | undefined {
    if (!this.number.test(text)) return undefined;
    const number = Number(text);
    return Number.isSafeInteger(number) ? number + 0 : undefined;
  }

  private readNumber(text: string, feature: Feature): Read {
    const number = feature.integer ? this.wholeNumber(text) : this.number.test(text) ? Number(text) : undefined;
    if (number === undefined) return wrong(text, feature);
    const { minimum = -Infinity, maximum = Infinity } = feature;
    if (number < minimum || number > maximum)
      return refuse('OUT_OF_RANGE', `${text} is outside ${minimum} to ${maximum}`);
    // Written as an integer, because the catalog has these columns as int and a query would not find 178.0. -0 becomes
    // 0.
    return { ok: true, text: feature.integer || Object.is(number, -0) ? String(number + 0) : text };
  }

  private isText(text: string): boolean {
    return !this.unreadable.test(text) && [...text].length <= this.reading.longest_text;
  }

  /** An existing day in the form YYYY-MM-DD. */
  private isDate(text: string): boolean {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
    const [first, last] = this.reading.years;
    const time = Date.parse(`${text}T00:00:00Z`);
    const year = Number(text.slice(0, 4));
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) && year >= first && year <= last;
  }
}

/** The pattern for a whole text; the flag `u` makes it match code points. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

function wrong(text: string, feature: Feature): Read {
  return refuse('WRONG_TYPE', `${JSON.stringify(text.slice(0, 60))} is not a ${feature.type}`);
}

function refuse(reason: 'MISSING_VALUE' | 'WRONG_TYPE' | 'OUT_OF_RANGE', detail: string): Read {
  return { ok: false, reason, detail };
}
