import { dataAtRest } from './data-at-rest';
import { deletion } from './deletion';
import { events } from './events';
import { functions } from './functions';
import { identity } from './identity';
import type { Invariant } from './invariant';
import { jobSettings } from './jobs';
import { monitoring } from './monitoring';
import { network } from './network';
import { policySizes } from './policy-sizes';
import { resourcePolicies } from './resource-policies';
import { resourceTypes } from './resource-types';
import { trust } from './trust';
import { workflow } from './workflow';

export const invariants: readonly Invariant[] = [
  ...identity,
  ...trust,
  ...resourcePolicies,
  ...policySizes,
  ...dataAtRest,
  ...network,
  ...functions,
  ...events,
  ...workflow,
  ...jobSettings,
  ...monitoring,
  ...deletion,
  ...resourceTypes,
];
