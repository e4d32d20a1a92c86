import { ParquetFiles } from '../../parquet/parquet-files';
import type { Engine } from '../engine';
import { eventTimeText, parseEventTime } from './event-time';
import { type FeatureGroup, isOffline, isOnline, positionsOf, typeOf } from './feature-group';
import { type OfflineState, OfflineWriter } from './offline-writer';
import { OnlineStore } from './online-store';
import type { StoredRecord } from './record-values';

/** How often records that have expired are removed, while there are any that will. */
const SWEEP = 60 * 60_000;

interface Stores {
  readonly online?: OnlineStore;
  readonly offline?: OfflineWriter;
  sweeping: boolean;
}

interface State {
  readonly online?: string;
  readonly offline?: OfflineState;
}

/** The records of all feature groups. */
export class RecordStores {
  private readonly stores = new Map<string, Stores>();
  private readonly parquet = new ParquetFiles();

  constructor(private readonly engine: Engine) {}

  of(group: FeatureGroup): Stores {
    const present = this.stores.get(group.arn);
    if (present) return present;
    const made: Stores = {
      online: isOnline(group) ? new OnlineStore() : undefined,
      offline: isOffline(group)
        ? new OfflineWriter(this.engine, group, this.parquet, (reason) => this.replicated(group, reason))
        : undefined,
      sweeping: false,
    };
    this.stores.set(group.arn, made);
    return made;
  }

  /** Appends a record, or the marker of a deleted one, to the offline store. */
  append(group: FeatureGroup, record: StoredRecord, deleted: boolean): void {
    const invokedAt = this.engine.platform.clock.now();
    this.of(group).offline?.add({ values: record.values, eventTime: record.eventTime, invokedAt, deleted });
  }

  /** The marker of a deleted record: its identifier, the time of its deletion, and nothing else. */
  // AWS: sagemaker-feature-store/deleted-records
  marker(group: FeatureGroup, id: string, eventTime: string): StoredRecord {
    const { RecordIdentifierFeatureName = '', EventTimeFeatureName = '' } = group.request;
    const positions = positionsOf(group);
    const values = new Array<string | null>(group.definitions.length).fill(null);
    values[positions.get(RecordIdentifierFeatureName) ?? 0] = id;
    values[positions.get(EventTimeFeatureName) ?? 0] = eventTime;
    const time = parseEventTime(eventTime, typeOf(group, EventTimeFeatureName));
    return { values, eventTime: time ?? { seconds: 0, nanoseconds: 0 } };
  }

  /** Hourly, as long as records will expire: an idle group must not make virtual months long. */
  // AWS: sagemaker-feature-store/time-to-live
  planSweep(group: FeatureGroup): void {
    const stores = this.of(group);
    if (stores.sweeping || !stores.online?.expires) return;
    stores.sweeping = true;
    const { clock } = this.engine.platform;
    const cancel = clock.schedule(
      (after) => (stores.sweeping ? after + SWEEP : undefined),
      () => {
        this.sweep(group);
        stores.sweeping = stores.online?.expires === true && this.stores.get(group.arn) === stores;
        if (!stores.sweeping) cancel();
      },
    );
  }

  /** Removes what has expired; the offline store learns of each deletion. */
  // AWS: sagemaker-feature-store/time-to-live
  sweep(group: FeatureGroup): void {
    const type = typeOf(group, group.request.EventTimeFeatureName ?? '');
    for (const { id, expiredAt } of this.of(group).online?.sweep(this.engine.platform.clock.now()) ?? [])
      this.append(group, this.marker(group, id, eventTimeText(expiredAt, type)), true);
  }

  bytes(group: FeatureGroup): number {
    return this.of(group).online?.bytes ?? 0;
  }

  /** The online store is gone at once. */
  close(group: FeatureGroup): void {
    const stores = this.stores.get(group.arn);
    if (stores) this.stores.set(group.arn, { ...stores, online: undefined });
  }

  /** What was collected for the offline store is still written. */
  async end(group: FeatureGroup): Promise<void> {
    await this.stores.get(group.arn)?.offline?.flush();
    this.stores.delete(group.arn);
  }

  stop(): Promise<void> {
    return this.parquet.stop();
  }

  state(): [string, State][] {
    return [...this.stores].map(([arn, { online, offline }]) => [
      arn,
      { online: online?.state(), offline: offline?.state() },
    ]);
  }

  take(state: readonly [string, State][], find: (arn: string) => FeatureGroup | undefined): void {
    for (const [arn, { online, offline }] of state) {
      const group = find(arn);
      if (!group) continue;
      const stores = this.of(group);
      if (online !== undefined) stores.online?.take(online);
      if (offline !== undefined) stores.offline?.take(offline);
    }
  }

  /** After a restore, when the clock runs. */
  resume(groups: readonly FeatureGroup[]): void {
    for (const group of groups) this.planSweep(group);
  }

  // AWS: sagemaker-feature-store/offline-store-is-blocked
  private replicated(group: FeatureGroup, reason: string | undefined): void {
    const { platform } = this.engine;
    if (group.offlineStatus?.Status !== 'Blocked' && reason !== undefined) {
      platform.record({ kind: 'feature store', summary: `the offline store of ${group.name} is blocked: ${reason}` });
    }
    group.offlineStatus =
      reason === undefined ? { Status: 'Active' } : { Status: 'Blocked', BlockedReason: reason.slice(0, 1024) };
  }
}
