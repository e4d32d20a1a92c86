import { dataLakeCases } from './data-lake';
import { foundationCases } from './foundation';
import { monitoringCases } from './monitoring';
import type { NegativeCases } from './negative-case';
import { releaseCases } from './release';
import { servingCases } from './serving';
import { trainingCases } from './training';

/** The cases of every role of the stacks. */
export const negativeCases: NegativeCases = {
  ...foundationCases,
  ...dataLakeCases,
  ...trainingCases,
  ...servingCases,
  ...releaseCases,
  ...monitoringCases,
};
