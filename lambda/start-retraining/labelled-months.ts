import type { CurrentVersion, ObjectStore } from '../storage/object-store';
import type { LabelledMonth } from './decision';

/**
 * Labels come late: flights are curated before their outcome is known. Curation counts rows and labels and writes both
 * beside the file, so nothing is read here but metadata.
 */
export async function labelledMonths(store: ObjectStore, objects: readonly CurrentVersion[]): Promise<LabelledMonth[]> {
  const months = new Map<string, { airport: string; month: string; rows: number; labelled: number }>();
  for (const { key } of objects) {
    const [, airport = '', month = ''] = /\/airport=([A-Z]{3})\/month=(\d{4}-\d{2})\//.exec(key) ?? [];
    if (airport === '') continue;
    const metadata = await store.metadata(key);
    const [rows, labelled] = [Number(metadata.rows), Number(metadata.labelled)];
    if (!Number.isInteger(rows) || !Number.isInteger(labelled)) {
      throw new Error(
        `${key} does not say how many rows and labels it has: it was not written by curation; deliver its raw file again`,
      );
    }
    const sum = months.get(`${airport} ${month}`) ?? { airport, month, rows: 0, labelled: 0 };
    months.set(`${airport} ${month}`, { ...sum, rows: sum.rows + rows, labelled: sum.labelled + labelled });
  }
  return [...months.values()].sort((a, b) => (a.month + a.airport < b.month + b.airport ? -1 : 1));
}
