import type { CurrentVersion, ObjectStore } from '../storage/object-store';
import type { LabeledMonth } from './decision';

/**
 * Flights are curated before their outcome is known. Curation counts rows and labels and stores both in the object's
 * metadata, so this function reads metadata only.
 */
export async function labeledMonths(store: ObjectStore, objects: readonly CurrentVersion[]): Promise<LabeledMonth[]> {
  const months = new Map<string, { airport: string; month: string; rows: number; labeled: number }>();
  for (const { key } of objects) {
    const [, airport = '', month = ''] = /\/airport=([A-Z]{3})\/month=(\d{4}-\d{2})\//.exec(key) ?? [];
    if (airport === '') continue;
    const metadata = await store.metadata(key);
    const [rows, labeled] = [Number(metadata.rows), Number(metadata.labeled)];
    if (!Number.isInteger(rows) || !Number.isInteger(labeled)) {
      throw new Error(
        `${key} has no metadata for its numbers of rows and labels, so it was not written by curation: deliver its raw file again`,
      );
    }
    const sum = months.get(`${airport} ${month}`) ?? { airport, month, rows: 0, labeled: 0 };
    months.set(`${airport} ${month}`, { ...sum, rows: sum.rows + rows, labeled: sum.labeled + labeled });
  }
  return [...months.values()].sort((a, b) => (a.month + a.airport < b.month + b.airport ? -1 : 1));
}
