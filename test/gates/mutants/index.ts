import { deletion } from './deletion';
import { events } from './events';
import { functions } from './functions';
import { identity } from './identity';
import { keys } from './keys';
import { monitoring } from './monitoring';
import type { Mutant } from './mutant';
import { network } from './network';
import { policySizes } from './policy-sizes';
import { sagemaker } from './sagemaker';
import { storage } from './storage';
import { trust } from './trust';
import { workflow } from './workflow';

/** The project's list of insecure changes. It only grows: each is there because some check once did not see it. */
export const mutants: readonly Mutant[] = [
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
];
