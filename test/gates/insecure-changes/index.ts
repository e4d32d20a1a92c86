import { closedWorld } from './closed-world';
import { deletion } from './deletion';
import { events } from './events';
import { functions } from './functions';
import { identity } from './identity';
import type { InsecureChange } from './insecure-change';
import { keys } from './keys';
import { monitoring } from './monitoring';
import { network } from './network';
import { policySizes } from './policy-sizes';
import { sagemaker } from './sagemaker';
import { storage } from './storage';
import { streaming } from './streaming';
import { trust } from './trust';
import { workflow } from './workflow';

/** The project's list of insecure changes. It only grows: each is there because some check once did not see it. */
export const insecureChanges: readonly InsecureChange[] = [
  ...identity,
  ...policySizes,
  ...trust,
  ...keys,
  ...storage,
  ...network,
  ...sagemaker,
  ...functions,
  ...events,
  ...workflow,
  ...monitoring,
  ...deletion,
  ...streaming,
  ...closedWorld,
];
