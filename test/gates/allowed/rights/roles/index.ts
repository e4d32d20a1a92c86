import type { RoleDuties } from '../duty';
import { dataLake } from './data-lake';
import { features } from './features';
import { foundation } from './foundation';
import { monitoring } from './monitoring';
import { release } from './release';
import { serving } from './serving';
import { training } from './training';

/** Each role and its duties. A role that is not here fails. */
export const roles: readonly RoleDuties[] = [
  ...foundation,
  ...dataLake,
  ...features,
  ...serving,
  ...training,
  ...release,
  ...monitoring,
];
