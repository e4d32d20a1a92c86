import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCitations } from '../citations';
import { readExam, readTopics } from '../topics';
import { withBlock } from './block';
import { costPage, costTables } from './cost';
import { examMap, examMapPage } from './exam-map';
import { readPrices } from './prices';

/** Page -> its text with the generated part made anew. */
export function generatedPages(root: string): Record<string, string> {
  const read = (page: string) => readFileSync(join(root, page), 'utf8');
  const topics = readTopics();
  const citations = findCitations(root, new Set(topics.map(({ id }) => id)));
  return {
    [examMapPage]: withBlock(read(examMapPage), examMap(topics, readExam(), citations)),
    [costPage]: withBlock(read(costPage), costTables(root, readPrices(root))),
  };
}
