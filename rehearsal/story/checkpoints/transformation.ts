import type { Checkpoint } from '../checkpoint';
import { ingestMonths } from './data';
import { deploy } from './deployment';

const ingested: Checkpoint = {
  id: 'ingest-winter',
  sentence: 'Three months of Kennedy and LaGuardia arrive as raw files and are curated.',
  topics: ['FLOW-02', 'DATA-03'],
  async run(stage) {
    await ingestMonths(stage, 'JFK', '2013-01', '2013-04');
    await ingestMonths(stage, 'LGA', '2013-01', '2013-04');
  },
};

/** A training set built by Spark, and the rules that it must meet before anything trains on it. */
export const transformation: readonly Checkpoint[] = [deploy, ingested];
