import { type Citation, findCitations } from '../../blueprint/citations';
import { readTopics } from '../../blueprint/topics';

/** An exam topic and the places of the project that show it. */
export interface ShownTopic {
  readonly id: string;
  readonly label: string;
  readonly question: string;
  readonly files: readonly {
    /** Path from the project's folder. */
    readonly file: string;
    readonly line: number;
  }[];
}

/** The exam's topics, each with the resources and pages that show it. */
export function shownTopics(root: string): ShownTopic[] {
  const topics = readTopics();
  const citations = findCitations(root, new Set(topics.map(({ id }) => id)));
  return topics.map(({ id, label, question }) => {
    const of = (...kinds: Citation['kind'][]) =>
      citations.filter(({ topic, kind }) => topic === id && kinds.includes(kind));
    // A comment or a checkpoint is listed where nothing else shows the topic.
    const chosen = [of('resource', 'page'), of('comment'), of('checkpoint')].find(({ length }) => length > 0) ?? [];
    const byFile = new Map(chosen.map(({ file, line }) => [file, { file, line }]));
    return { id, label, question, files: [...byFile.values()] };
  });
}
