import { jsonSnapshot } from '../snapshot/snapshot';
import type { TrailRecord } from './record';

/** How many events of each kind are kept; reads are frequent and rarely looked up. */
const kept = { reads: 5_000, writes: 20_000 };

export interface Lookup {
  readonly attribute?: { readonly AttributeKey: string; readonly AttributeValue: string };
  readonly from: number;
  readonly to: number;
}

/** Event history: management events, returned newest first. */
export class EventHistory {
  private reads: Entry[] = [];
  private writes: Entry[] = [];
  private count = 0;

  readonly snapshot = jsonSnapshot(
    'event-history',
    () => ({ reads: this.reads, writes: this.writes, count: this.count }),
    (state) => void Object.assign(this, state),
  );

  add(record: TrailRecord): void {
    const entry = { record, number: (this.count += 1) };
    if (record.readOnly) this.reads = added(this.reads, entry, kept.reads);
    else this.writes = added(this.writes, entry, kept.writes);
  }

  find({ attribute, from, to }: Lookup): TrailRecord[] {
    const wanted = ({ record }: Entry): boolean => {
      const at = Date.parse(record.eventTime);
      return (
        at >= from &&
        at <= to &&
        (attribute === undefined || attributeOf(record, attribute.AttributeKey).includes(attribute.AttributeValue))
      );
    };
    return [...this.reads.filter(wanted), ...this.writes.filter(wanted)]
      .sort((a, b) => b.number - a.number)
      .map(({ record }) => record);
  }
}

interface Entry {
  readonly record: TrailRecord;
  /** In the order in which the calls were answered: many share a second. */
  readonly number: number;
}

function added(entries: Entry[], entry: Entry, limit: number): Entry[] {
  entries.push(entry);
  // Cut seldom: a tenth at a time.
  return entries.length > limit * 1.1 ? entries.slice(-limit) : entries;
}

/** The values by which LookupEvents finds an event ("LookupAttribute"). */
function attributeOf(record: TrailRecord, key: string): readonly (string | undefined)[] {
  switch (key) {
    case 'EventId':
      return [record.eventID];
    case 'EventName':
      return [record.eventName];
    case 'EventSource':
      return [record.eventSource];
    case 'ReadOnly':
      return [String(record.readOnly)];
    case 'AccessKeyId':
      return [record.userIdentity.accessKeyId];
    case 'Username':
      return [usernameOf(record)];
    case 'ResourceType':
      return (record.resources ?? []).map(({ type }) => type);
    default:
      return (record.resources ?? []).map(({ ARN }) => ARN);
  }
}

/** A user's name, or the name of a role's session. */
export function usernameOf({ userIdentity }: TrailRecord): string | undefined {
  return (
    userIdentity.userName ?? (userIdentity.type === 'AssumedRole' ? userIdentity.arn?.split('/').at(-1) : undefined)
  );
}
