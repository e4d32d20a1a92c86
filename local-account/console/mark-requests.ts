import { isMark, type Marks, marks } from '../marks';
import type { ConsoleContent } from './content';

/** What the pages call having no mark. */
const none = 'not yet';

/**
 * Marks a topic of the project.
 * @returns why not, or undefined when it is done
 */
export function markTopic(
  account: Marks,
  { topics = [] }: Pick<ConsoleContent, 'topics'>,
  { id, mark }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!topics.some((topic) => topic.id === id)) return `The project has no topic ${String(id)}.`;
  if (mark !== none && !isMark(mark)) return `A mark is one of: ${[none, ...marks].join(', ')}.`;
  account.set(String(id), isMark(mark) ? mark : undefined);
  return undefined;
}
