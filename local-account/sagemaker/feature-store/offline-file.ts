import { randomBytes } from 'node:crypto';
import { compare, type EventTime } from './event-time';
import type { StoredRecord } from './record-values';

/** One row of the offline store. */
export interface OfflineRow extends StoredRecord {
  /** When the call came, in virtual milliseconds. */
  readonly invokedAt: number;
  readonly deleted: boolean;
}

/** Rows of one hour that become one object. Its name is kept with them: written twice, it is still one object. */
export interface OfflineFile {
  readonly uri: string;
  readonly rows: readonly OfflineRow[];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Cuts rows into files by the hour of their event time, each named after its latest event time. */
// AWS: sagemaker-feature-store/offline-store-layout
export function cutIntoFiles(resolvedUri: string, rows: readonly OfflineRow[]): OfflineFile[] {
  const hours = new Map<number, OfflineRow[]>();
  for (const row of rows) {
    const hour = Math.floor(row.eventTime.seconds / 3600);
    const same = hours.get(hour);
    if (same) same.push(row);
    else hours.set(hour, [row]);
  }
  return [...hours.values()].map((of) => ({ uri: `${resolvedUri}/${nameOf(of)}`, rows: of }));
}

function nameOf(rows: readonly OfflineRow[]): string {
  let latest: EventTime = rows[0].eventTime;
  for (const { eventTime } of rows) if (compare(eventTime, latest) > 0) latest = eventTime;
  const time = new Date(latest.seconds * 1000).toISOString();
  const [year, month, day, hour] = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10), time.slice(11, 13)];
  const stamp = `${time.slice(0, 19).replace(/[-:]/g, '')}Z`;
  const random = [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  return `year=${year}/month=${month}/day=${day}/hour=${hour}/${stamp}_${random}.parquet`;
}
