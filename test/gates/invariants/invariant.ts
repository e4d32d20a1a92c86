import type { Finding } from '../finding';
import type { Located, Templates } from '../template';

/** Something that holds for the templates of every configuration. */
export interface Invariant {
  readonly name: string;
  /** What could go wrong if it did not hold. */
  readonly why: string;
  readonly check: (templates: Templates) => Finding[] | Promise<Finding[]>;
}

export function place({ stack, id }: Pick<Located, 'stack' | 'id'>): string {
  return `${stack}/${id}`;
}
