import type { Templates } from '../template';
import type { Change } from './change';

/** A kind of change that no check has to catch, with the reason. Never an instance. */
export interface Explained {
  readonly name: string;
  readonly why: string;
  readonly covers: (change: Change, templates: Templates) => boolean;
}

export const explained: readonly Explained[] = [];
