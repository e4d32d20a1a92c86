import type { Behaviour, Reading, ServiceLedger, Source, Unsettled } from './behaviour';

/** One entry that only an account can settle, as `doctor --first-deployment` prints it. */
export interface FirstDeploymentItem extends Unsettled {
  readonly id: string;
  readonly does: string;
}

export function firstDeployment(behaviours: readonly Behaviour[]): FirstDeploymentItem[] {
  return behaviours.flatMap(({ id, does, unsettled }) => (unsettled === undefined ? [] : [{ id, does, ...unsettled }]));
}

/** docs/reference/generated/aws-behaviour.md. */
export function page(ledgers: readonly ServiceLedger[]): string {
  const behaviours = ledgers.flatMap((ledger) => ledger.behaviours);
  const readings = ledgers.flatMap((ledger) => ledger.readings);
  const unsettled = behaviours.filter((behaviour) => behaviour.unsettled !== undefined);
  return `${[
    '<!-- Written by `npm run aws-behaviour`. Edit local-account/aws-behaviour instead. -->',
    '# What AWS does beyond its API models',
    '',
    'An API model lists members, types and lengths. The services demand and do more. Each entry below states one such behavior, its source, where',
    'this project enforces it, and the test that fails without it. Code that enforces an entry names it: `// AWS: <id>`.',
    '',
    `${count(behaviours.length, 'entry', 'entries')}; ${unsettled.length} of them unsettled, which means that only an account can tell. ${count(readings.length, 'reading', 'readings')} cover`,
    `${new Set(readings.flatMap(({ subjects }) => subjects)).size} resource types and operations.`,
    '',
    '## What to watch in the first deployment',
    '',
    'These entries are unsettled. `npm run mlops -- doctor --first-deployment` prints the same list.',
    '',
    ...unsettled.flatMap(first),
    ...ledgers.flatMap(section),
  ].join('\n')}\n`;
}

function first({ id, unsettled }: Behaviour): string[] {
  if (unsettled === undefined) return [];
  const { chosen, watch, ifWrong, change } = unsettled;
  return [
    `- **[${id}](#${anchor(id)})**. Chosen: ${chosen} Watch: ${watch} If we are wrong: ${ifWrong} Then: ${change}`,
    '',
  ];
}

function section({ service, behaviours, readings }: ServiceLedger): string[] {
  return [`## ${service}`, '', ...behaviours.flatMap(entry), ...readingTable(readings)];
}

function entry({ id, subjects, does, sources, sure, enforcedBy, tests }: Behaviour): string[] {
  return [
    `### ${id}`,
    '',
    does,
    '',
    `- Applies to: ${subjects.map((subject) => `\`${subject}\``).join(', ')}`,
    `- How sure: ${sure}. ${sources.map(source).join('; ')}`,
    ...(enforcedBy.length > 0 ? [`- Enforced by: ${enforcedBy.map((file) => `\`${file}\``).join(', ')}`] : []),
    ...(tests.length > 0
      ? [`- Tested by: ${tests.map(({ file, title }) => `\`${file}\`, "${title}"`).join('; ')}`]
      : []),
    '',
  ];
}

function readingTable(readings: readonly Reading[]): string[] {
  if (readings.length === 0) return [];
  return [
    '| read for | pages | found |',
    '|---|---|---|',
    ...readings.map(({ subjects, pages, found }) =>
      row([
        subjects.map((subject) => `\`${subject}\``).join(', '),
        pages.map(source).join('; '),
        found === 'nothing beyond the model' ? found : found.map((id) => `[${id}](#${anchor(id)})`).join(', '),
      ]),
    ),
    '',
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

export function source(from: Source): string {
  return 'page' in from ? `[${from.page}](${from.url})` : `${from.repository}, ${from.at}`;
}

/** As GitHub makes the anchor of a heading. */
function anchor(id: string): string {
  return id.replace(/[^a-z0-9-]/g, '');
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
