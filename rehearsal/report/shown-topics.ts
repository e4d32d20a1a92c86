import { findCitations } from '../../blueprint/citations';
import { readTopics } from '../../blueprint/topics';
import type { ShownTopic } from './sections/topics';

/** The exam's topics, each with the resources and pages that show it. */
export function shownTopics(root: string): ShownTopic[] {
  const topics = readTopics();
  const citations = findCitations(root, new Set(topics.map(({ id }) => id)));
  return topics.map(({ id, label, question }) => {
    const own = citations.filter(({ topic }) => topic === id);
    // The checkpoints' own files are listed by the checkpoints; a comment is the last resort.
    const kinds = (['resource', 'page', 'comment', 'checkpoint'] as const).map((kind) =>
      own.filter((one) => one.kind === kind),
    );
    const [resources = [], pages = [], comments = [], checkpoints = []] = kinds;
    const chosen = [[...resources, ...pages], comments, checkpoints].find(({ length }) => length > 0) ?? [];
    const byFile = new Map(chosen.map(({ file, line }) => [file, { file, line }]));
    return { id, label, question, files: [...byFile.values()] };
  });
}
