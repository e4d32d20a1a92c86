import type { Citation } from './citations';
import { type Domain, type Exam, groupOf, type Task, type Topic } from './topics';

/** Where a task statement of the exam guide is. */
export function taskOf(exam: Exam, id: string): { domain: Domain; task: Task } {
  for (const domain of exam.domains) {
    const task = domain.tasks.find((one) => one.id === id);
    if (task !== undefined) return { domain, task };
  }
  throw new Error(`exam.json has no task ${id}`);
}

/** One topic: question, answer, place in the exam, and every place that shows it. */
export function describeTopic(topic: Topic, exam: Exam, citations: readonly Citation[]): string[] {
  const { domain, task } = taskOf(exam, topic.task);
  const of = (kind: Citation['kind']) => citations.filter((one) => one.topic === topic.id && one.kind === kind);
  const places = (kind: Citation['kind']) => of(kind).map(({ file, line }) => `${file}:${line}`);
  const checkpoints = of('checkpoint').map(({ checkpoint, file, line }) => `${checkpoint} (${file}:${line})`);
  return [
    `${topic.id}  ${topic.label}`,
    `  Question     ${topic.question}`,
    `  Answer       ${topic.answer}`,
    `  Exam         domain ${domain.id}, ${domain.name} (${domain.percent} %); task ${task.id}: ${task.name}`,
    ...listed('Resources', places('resource')),
    ...listed('Checkpoints', checkpoints),
    ...listed('Comments', places('comment')),
    ...listed('Pages', [...new Set([...places('page'), ...task.read])]),
  ];
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? title : '').padEnd(12)} ${line}`);
}

/** One line for each topic, with how often it is shown. */
export function listTopics(topics: readonly Topic[], exam: Exam, citations: readonly Citation[]): string[] {
  const lines: string[] = [];
  let last = '';
  for (const topic of [...topics].sort((one, other) => one.task.localeCompare(other.task))) {
    if (topic.task !== last) {
      last = topic.task;
      lines.push(...(lines.length > 0 ? [''] : []), `${last} ${taskOf(exam, last).task.name}`);
    }
    const shown = citations.filter((one) => one.topic === topic.id);
    const resource = shown.find(({ kind }) => kind === 'resource') ?? shown[0];
    const place = resource === undefined ? '' : `  ${resource.file}:${resource.line}`;
    lines.push(`  ${topic.id.padEnd(12)} ${topic.label}${place}`);
  }
  return lines;
}

/** Topics that have a question and an answer, and that nothing in the code shows. */
export function openTopics(topics: readonly Topic[], citations: readonly Citation[]): Topic[] {
  const shown = new Set(citations.filter(({ kind }) => kind !== 'page').map(({ topic }) => topic));
  return topics.filter(({ id }) => !shown.has(id));
}

/** What the ids are, how to ask for one, and the groups of each domain. */
export function overview(topics: readonly Topic[], exam: Exam, citations: readonly Citation[]): string[] {
  const open = openTopics(topics, citations).length;
  return [
    `${topics.length} topics of the exam ${exam.exam}. Each has an id, such as MLOPS-03.`,
    `The code shows ${topics.length - open} of them: a resource, a checkpoint of the rehearsal, or a step. The other ${open} have a question and an answer.`,
    '',
    '  npm run blueprint -- MLOPS-03    question, answer, and where it is shown',
    '  npm run blueprint -- MLOPS       the topics of a group; a task (3.3) or a domain (3) works, too',
    '  npm run blueprint -- --all       every topic in one line',
    '  npm run blueprint -- --open      topics that nothing in the project shows',
    '  npm run blueprint -- --ran       what the last rehearsal deployed and passed (synthesizes: a minute)',
    '  docs/learn/exam-map.md           the same map as a page',
    ...exam.domains.flatMap((domain) => [
      '',
      `Domain ${domain.id}: ${domain.name} (${domain.percent} %)`,
      ...domain.tasks.map((task) => {
        const own = topics.filter((topic) => topic.task === task.id);
        return `  ${task.id} ${task.name}: ${[...new Set(own.map(({ id }) => groupOf(id)))].join(', ')} (${own.length})`;
      }),
    ]),
  ];
}
