import { dirname, relative } from 'node:path';
import type { Citation } from '../citations';
import type { Exam, Topic } from '../topics';

export const examMapPage = 'docs/learn/exam-map.md';

/** The exam's domains and task statements, each with its topics and what shows them. Without line numbers: they change daily. */
export function examMap(topics: readonly Topic[], exam: Exam, citations: readonly Citation[]): string {
  return exam.domains
    .flatMap((domain) => [
      `## Domain ${domain.id}: ${domain.name} (${domain.percent} %)`,
      '',
      `[What AWS's exam guide says of it](${domain.guide})`,
      '',
      ...domain.tasks.flatMap((task) => [
        `### ${task.id} ${capital(task.name)}`,
        '',
        `Read: ${task.read.map((page) => link(page)).join(', ')}`,
        '',
        '| topic | shown in | checkpoints |',
        '|---|---|---|',
        ...topics.filter((topic) => topic.task === task.id).map((topic) => row(topic, citations)),
        '',
      ]),
    ])
    .join('\n');
}

function row({ id, label }: Topic, citations: readonly Citation[]): string {
  const own = citations.filter((one) => one.topic === id);
  const named = (kind: Citation['kind']) => [
    ...new Set(own.filter((one) => one.kind === kind).map(({ file }) => file)),
  ];
  // Comments change more often than resources: they count where nothing else does.
  const resources = named('resource');
  const files = resources.length > 0 ? resources : named('comment');
  const checkpoints = [...new Set(own.flatMap(({ checkpoint }) => (checkpoint === undefined ? [] : [checkpoint])))];
  return `| ${id} ${label.replaceAll('->', '→')} | ${files.map((file) => link(file)).join('<br>')} | ${checkpoints.join(', ')} |`;
}

function link(file: string): string {
  return `[${file.replace(/^(docs|lib)\//, '')}](${relative(dirname(examMapPage), file)})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
