import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One topic of the exam, with our question and answer. */
export interface Topic {
  readonly id: string;
  /** Task statement of AWS's exam guide that it belongs to, such as 3.3. */
  readonly task: string;
  readonly section: string;
  readonly label: string;
  readonly question: string;
  readonly answer: string;
}

/** A task statement of AWS's exam guide, named in our words. */
export interface Task {
  readonly id: string;
  readonly name: string;
  /** Pages of this project to read for it. */
  readonly read: readonly string[];
}

export interface Domain {
  readonly id: string;
  readonly name: string;
  /** Its part of the scored questions, as AWS's exam guide states it. */
  readonly percent: number;
  readonly guide: string;
  readonly tasks: readonly Task[];
}

export interface Exam {
  readonly exam: string;
  readonly guide: string;
  readonly domains: readonly Domain[];
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, file), 'utf8'));

export function readTopics(): Topic[] {
  return read('topics.json') as Topic[];
}

export function readExam(): Exam {
  return read('exam.json') as Exam;
}

/** MLOPS of MLOPS-03. */
export function groupOf(id: string): string {
  return id.replace(/-\d+$/, '');
}

/**
 * The topics that a person asks for: an id (MLOPS-03), a group of ids (MLOPS), a task statement (3.3) or a domain
 * (3). Undefined if it is none of these.
 */
export function findTopics(topics: readonly Topic[], wanted: string): Topic[] | undefined {
  const name = wanted.toUpperCase().replace(/^DOMAIN-?/, '');
  const found = topics.filter(
    ({ id, task }) => id === name || groupOf(id) === name || task === name || task.split('.')[0] === name,
  );
  return found.length > 0 ? found : undefined;
}

/** At most five ids that a mistyped one may have meant; or, for a word, topics whose label has it. */
export function nearTopics(topics: readonly Topic[], wanted: string): Topic[] {
  const name = wanted.toUpperCase();
  const byWord = topics.filter(({ label }) => name.length > 2 && label.toUpperCase().includes(name));
  const byId = topics
    .map((topic) => ({ topic, distance: distance(topic.id, name) }))
    .filter((one) => one.distance <= 3)
    .sort((one, other) => one.distance - other.distance)
    .map(({ topic }) => topic);
  return [...new Set([...byWord, ...byId])].slice(0, 5);
}

/** How many letters must be inserted, deleted or replaced to turn one text into the other (Levenshtein distance). */
function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, second] of [...other].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === second ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
