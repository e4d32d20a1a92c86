import { drop } from './drop';
import { duplicate } from './duplicate';
import { mute } from './mute';
import type { Operator } from './operator';
import { redirect } from './redirect';
import { rename } from './rename';
import { reorder } from './reorder';
import { thousandfold } from './thousandfold';
import { weaken } from './weaken';
import { widen } from './widen';

export const operators: readonly Operator[] = [
  widen,
  weaken,
  redirect,
  mute,
  drop,
  duplicate,
  rename,
  reorder,
  thousandfold,
];
