import { compare, type EventTime, milliseconds } from './event-time';
import type { StoredRecord } from './record-values';

export interface OnlineRecord extends StoredRecord {
  /** Soft deleted: it keeps its event time, so that an older record does not come back. */
  readonly deleted: boolean;
  /** Virtual milliseconds; undefined: never. */
  readonly expiresAt?: number;
  /** Its own time to live, or the group's when it was written; in milliseconds. */
  readonly timeToLive?: number;
}

/** The online store of one feature group: the latest record of each identifier, and no other. */
export class OnlineStore {
  private readonly records = new Map<string, OnlineRecord>();
  private expiring = 0;
  private size = 0;

  /** What a reader sees: not what was deleted, nor what has expired. */
  get(id: string, now: number): OnlineRecord | undefined {
    const record = this.find(id, now);
    return record?.deleted ? undefined : record;
  }

  /** Also what was soft deleted. */
  find(id: string, now: number): OnlineRecord | undefined {
    const record = this.records.get(id);
    return record === undefined || isExpired(record, now) ? undefined : record;
  }

  /** False: the record that is there has the same event time or a later one, and stays. */
  // AWS: sagemaker-feature-store/newest-event-time-stays-online
  put(id: string, record: OnlineRecord, now: number): boolean {
    const before = this.find(id, now);
    if (before !== undefined && compare(record.eventTime, before.eventTime) <= 0) return false;
    this.set(id, record);
    return true;
  }

  set(id: string, record: OnlineRecord): void {
    this.remove(id);
    this.records.set(id, record);
    this.count(record, 1);
  }

  remove(id: string): void {
    const record = this.records.get(id);
    if (record === undefined) return;
    this.records.delete(id);
    this.count(record, -1);
  }

  private count({ values, expiresAt }: OnlineRecord, by: 1 | -1): void {
    for (const value of values) this.size += by * (value?.length ?? 0);
    if (expiresAt !== undefined) this.expiring += by;
  }

  identifiers(now: number, withDeleted: boolean): string[] {
    return [...this.records.keys()].filter(
      (id) => (withDeleted ? this.find(id, now) : this.get(id, now)) !== undefined,
    );
  }

  /** Whether any record will expire. */
  get expires(): boolean {
    return this.expiring > 0;
  }

  /** Removes what has expired; returns what was not deleted before. */
  sweep(now: number): { readonly id: string; readonly expiredAt: number }[] {
    const swept: { id: string; expiredAt: number }[] = [];
    for (const [id, record] of this.records) {
      if (!isExpired(record, now)) continue;
      this.remove(id);
      if (!record.deleted) swept.push({ id, expiredAt: record.expiresAt ?? now });
    }
    return swept;
  }

  /** Of its values. */
  get bytes(): number {
    return this.size;
  }

  /** One text: a document with a node for each record would be several times as large. */
  state(): string {
    return JSON.stringify([...this.records]);
  }

  take(state: string): void {
    for (const [id, record] of JSON.parse(state) as [string, OnlineRecord][]) this.set(id, record);
  }
}

function isExpired({ expiresAt }: OnlineRecord, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** ExpiresAt = EventTime + TtlDuration. */
// AWS: sagemaker-feature-store/time-to-live
export function expiry(eventTime: EventTime, timeToLive: number | undefined): number | undefined {
  return timeToLive === undefined ? undefined : milliseconds(eventTime) + timeToLive;
}
