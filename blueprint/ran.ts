import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../rehearsal/synth';
import { type CoveredTopic, constructTopics, coverTopics, isCovered, ranCheckpoints } from './evidence';
import { readTopics } from './topics';

/** The topics with what the last rehearsal deployed and passed, as lines. Synthesizes the stacks: about a minute. */
export async function ranLines(root: string, onlyOpen: boolean): Promise<string[]> {
  const checkpoints = ranCheckpoints(join(root, '.rehearsal', 'report.json'));
  if (checkpoints.length === 0) return ['No rehearsal has run here yet, so nothing counts. First: npm run rehearse'];
  const scratch = mkdtempSync(join(tmpdir(), 'mla-blueprint-'));
  let all: CoveredTopic[];
  try {
    await synthesize({ root, output: scratch });
    all = coverTopics(readTopics(), constructTopics(scratch), checkpoints);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const open = all.filter((topic) => !isCovered(topic));
  const lines = [
    `${all.length - open.length} of ${all.length} topics are covered by something that the last rehearsal deployed or passed; ${open.length} are open.`,
  ];
  if (!checkpoints.every((one) => one.status === 'passed'))
    lines.push('The last rehearsal did not pass as a whole; only what passed counts.');
  let section = '';
  for (const topic of onlyOpen ? open : all) {
    if (topic.section !== section) lines.push('', (section = topic.section));
    lines.push(`  ${topic.id.padEnd(14)} ${topic.label}${isCovered(topic) ? '' : ' (open)'}`);
    if (topic.constructs.length > 0) lines.push(`      constructs: ${topic.constructs.join(', ')}`);
    if (topic.checkpoints.length > 0) lines.push(`      checkpoints: ${topic.checkpoints.join(', ')}`);
  }
  return lines;
}
