import type { Finding } from '../gates/finding';
import type { World } from './alarm-entry';
import { relations } from './catalog/relations';

export function relationFindings(world: World): Finding[] {
  return relations.flatMap(({ name, why, broken }): Finding[] => {
    const place = `limit "${name}"`;
    try {
      return broken(world).map((numbers) => ({ place, problem: `${numbers}: ${why}` }));
    } catch (error) {
      return [{ place, problem: `cannot be evaluated: ${(error as Error).message}` }];
    }
  });
}
