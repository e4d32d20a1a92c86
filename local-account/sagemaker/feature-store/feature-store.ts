import type { Engine, Operations } from '../engine';
import type { FeatureGroup } from './feature-group';
import { FeatureGroups } from './feature-groups';
import { RecordStores } from './record-stores';
import { FeatureStoreRuntime } from './runtime';

export interface FeatureStoreState {
  readonly groups: readonly FeatureGroup[];
  readonly records: ReturnType<RecordStores['state']>;
}

/** SageMaker Feature Store: the control plane's operations, the runtime, and their state. */
export class FeatureStore {
  private readonly records: RecordStores;
  private readonly groups: FeatureGroups;
  readonly operations: Operations;
  readonly runtime: FeatureStoreRuntime;

  constructor(engine: Engine) {
    this.records = new RecordStores(engine);
    this.groups = new FeatureGroups(engine, this.records);
    this.operations = this.groups.operations;
    this.runtime = new FeatureStoreRuntime({ engine, groups: this.groups, records: this.records });
  }

  state(): FeatureStoreState {
    return { groups: this.groups.state(), records: this.records.state() };
  }

  take({ groups, records }: FeatureStoreState): void {
    this.groups.store.take(groups);
    this.records.take(records, (arn) => this.groups.find(arn));
  }

  /** What was at work when the account ended has failed; records expire again. */
  resume(): void {
    this.groups.endInterrupted();
    this.records.resume(this.groups.state());
  }

  stop(): Promise<void> {
    return this.records.stop();
  }
}
