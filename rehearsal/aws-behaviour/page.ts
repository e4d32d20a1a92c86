import type { Behaviour, Reading, ServiceLedger, Source } from 'local-account/aws-behaviour/behaviour';
import type { Handling, Unsettled } from './handling';

/** One entry that only an account can settle, as `doctor --first-deployment` prints it. */
export interface FirstDeploymentItem extends Unsettled {
  readonly id: string;
  readonly does: string;
}

export function firstDeployment(
  ledgers: readonly ServiceLedger[],
  handlings: readonly Handling[],
): FirstDeploymentItem[] {
  return ledgers
    .flatMap(({ behaviours }) => behaviours)
    .flatMap(({ id, does }) => {
      const unsettled = handlings.find((one) => one.id === id)?.unsettled;
      return unsettled === undefined ? [] : [{ id, does, ...unsettled }];
    });
}

/** docs/reference/generated/aws-behaviour.md. */
export function page(ledgers: readonly ServiceLedger[], handlings: readonly Handling[]): string {
  const behaviours = ledgers.flatMap((ledger) => ledger.behaviours);
  const readings = ledgers.flatMap((ledger) => ledger.readings);
  const unsettled = firstDeployment(ledgers, handlings);
  return `${[
    '<!-- Written by `npm run aws-behaviour`. Edit local-account/aws-behaviour and rehearsal/aws-behaviour instead. -->',
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
    ...ledgers.flatMap((ledger) => section(ledger, handlings)),
  ].join('\n')}\n`;
}

function first({ id, chosen, watch, ifWrong, change }: FirstDeploymentItem): string[] {
  return [
    `- **[${id}](#${anchor(id)})**. Chosen: ${chosen} Watch: ${watch} If we are wrong: ${ifWrong} Then: ${change}`,
    '',
  ];
}

function section({ service, behaviours, readings }: ServiceLedger, handlings: readonly Handling[]): string[] {
  const entries = behaviours.flatMap((behaviour) =>
    entry(
      behaviour,
      handlings.find(({ id }) => id === behaviour.id),
    ),
  );
  return [`## ${service}`, '', ...entries, ...readingTable(readings)];
}

function entry(behaviour: Behaviour, handling: Handling | undefined): string[] {
  const { id, subjects, does, sources, sure } = behaviour;
  const enforcedBy = [...behaviour.enforcedBy, ...(handling?.enforcedBy ?? [])];
  const tests = [...behaviour.tests, ...(handling?.tests ?? [])];
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
