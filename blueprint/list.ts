/** `npm run blueprint`: the topics of the exam, and where this project shows each. */

import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { findCitations } from './citations';
import { describeTopic, listTopics, openTopics, overview } from './describe';
import { findTopics, nearTopics, readExam, readTopics } from './topics';

interface Options {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly ran?: boolean;
  readonly open?: boolean;
}

export interface Streams {
  readonly write: (line: string) => void;
  readonly writeError: (line: string) => void;
}

const examples = `
Examples:
  npm run blueprint                      what there is, by domain of the exam
  npm run blueprint -- MLOPS-03 MON-04   question, answer, and where it is shown
  npm run blueprint -- MLOPS             a group; 3 is a domain, 3.3 a task of the exam guide
  npm run blueprint -- --open            topics that have a question and an answer, and nothing that shows them
`;

export async function runBlueprint(argv: readonly string[], { write, writeError }: Streams): Promise<number> {
  const program = new Command('npm run blueprint --')
    .description(
      'Shows the topics of the exam MLA-C01: the question, and the files, pages and checkpoints that show it.',
    )
    .argument('[topics...]', 'ids (MLOPS-03), groups (MLOPS), tasks (3.3) or domains (3)')
    .option('--all', 'every topic in one line')
    .option('--json', 'the topics with their citations, as JSON')
    .option('--ran', 'what the last rehearsal deployed and passed, by topic; synthesizes, which takes a minute')
    .option('--open', 'only topics that nothing in the code shows; with --ran: that nothing covered')
    .addHelpText('after', examples)
    .configureOutput({ writeOut: (text) => write(text.trimEnd()), writeErr: (text) => writeError(text.trimEnd()) })
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const options = program.opts<Options>();
  const root = resolve(__dirname, '..');
  if (options.ran) {
    // Only here: it loads the framework, which alone takes longer than everything else.
    const { ranLines } = await import('./ran');
    for (const line of await ranLines(root, options.open ?? false)) write(line);
    return 0;
  }
  const topics = readTopics();
  const chosen = program.args.map((wanted) => ({ wanted, found: findTopics(topics, wanted) }));
  const unknown = chosen.filter(({ found }) => found === undefined);
  for (const { wanted } of unknown) {
    writeError(`${wanted} is no topic, group, task or domain.`);
    const near = nearTopics(topics, wanted);
    if (near.length > 0) writeError(`Near it: ${near.map(({ id, label }) => `${id} (${label})`).join(', ')}`);
  }
  if (unknown.length > 0) {
    writeError('npm run blueprint lists them.');
    return 2;
  }
  const exam = readExam();
  const citations = findCitations(root, new Set(topics.map(({ id }) => id)));
  const asked = [...new Set(chosen.flatMap(({ found }) => found ?? []))];
  const wanted = options.open ? openTopics(asked.length > 0 ? asked : topics, citations) : asked;
  if (options.json) {
    const all = (wanted.length > 0 ? wanted : topics).map((topic) => ({
      ...topic,
      citations: citations.filter((one) => one.topic === topic.id),
    }));
    write(JSON.stringify(all, undefined, 2));
  } else if (chosen.length === 0 && !options.open) {
    const lines = options.all ? listTopics(topics, exam, citations) : overview(topics, exam, citations);
    for (const line of lines) write(line);
  } else {
    const one = chosen.length > 0 && chosen.every(({ wanted: name }) => /-\d+$/.test(name));
    const lines = one
      ? wanted.flatMap((topic, index) => [...(index > 0 ? [''] : []), ...describeTopic(topic, exam, citations)])
      : listTopics(wanted, exam, citations);
    for (const line of lines) write(line);
  }
  return 0;
}
