import type { Engine } from '../engine';
import type { FeatureGroups } from './feature-groups';
import type { RecordStores } from './record-stores';

/** What the operations of the runtime share. */
export interface RuntimeParts {
  readonly engine: Engine;
  readonly groups: FeatureGroups;
  readonly records: RecordStores;
}
