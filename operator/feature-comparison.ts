/** A value with its 95 % interval: days were drawn again and again. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Choice {
  readonly decision: string;
  readonly choice: string;
  readonly threshold: number;
  readonly threshold_validated: number;
  readonly auc: Interval;
  readonly pr_auc: Interval;
  /** Per 1000 rows. */
  readonly cost: Interval;
  readonly cost_validated: Interval;
  readonly brier: Interval;
  /** From the first choice, which is the pipeline's own way. */
  readonly difference: Readonly<Record<'auc' | 'pr_auc' | 'cost' | 'cost_validated', Interval>>;
  /** Made with outcomes of the test rows, to show what that would claim. */
  readonly leaky?: boolean;
}

interface Reliability {
  readonly bins: readonly {
    readonly from: number;
    readonly rows: number;
    readonly predicted: number;
    readonly observed: number;
  }[];
  /** Mean distance between predicted and observed. */
  readonly gap: number;
}

/** What the step `compare` writes. */
export interface FeatureComparison {
  readonly airports: readonly string[];
  readonly months: Readonly<Record<'train' | 'validation' | 'test', readonly string[]>>;
  readonly rows: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** Share of positives in the test months. */
  readonly positives: number;
  readonly currency: string;
  readonly rounds: number;
  readonly draws: number;
  readonly choices: readonly Choice[];
  readonly reliability: Readonly<Record<string, Reliability>>;
  readonly importance: readonly { readonly input: string; readonly share_of_gain: number }[];
}

const leakyNote = "Leaky: made with the test's own outcomes. No prediction could reach it.";

/** A table of at most 80 columns. */
export function comparisonLines(comparison: FeatureComparison): string[] {
  const row = (name: string, auc: string, ap: string, cost: string, difference: string) =>
    [name.padEnd(35), auc.padStart(4), ap.padStart(6), cost.padStart(6), difference.padStart(24)].join(' ').trimEnd();
  const lines = [...heading(comparison), '', row('', 'AUC', 'PR-AUC', 'cost', 'difference in cost')];
  let decision = '';
  comparison.choices.forEach((one, at) => {
    if (at > 0 && one.decision !== decision) lines.push(one.decision);
    decision = one.decision;
    lines.push(
      row(
        at === 0 ? one.choice : `${one.leaky === true ? '!' : ' '} ${one.choice}`,
        fraction(one.auc.value).slice(1),
        fraction(one.pr_auc.value).slice(1),
        whole(one.cost.value),
        at === 0 ? '' : signed(one.difference.cost),
      ),
    );
  });
  return [...lines, '', `! ${leakyNote}`];
}

function heading({ airports, months, rows, positives, currency, rounds, draws }: FeatureComparison): string[] {
  const span = (part: readonly string[]) => (part.length > 1 ? `${part[0]} to ${part.at(-1) ?? ''}` : (part[0] ?? ''));
  return [
    `${airports.join(', ')}: trained on ${span(months.train)}, validated on ${span(months.validation)}, tested on`,
    `${span(months.test)} (${whole(rows.test)} flights, ${(100 * positives).toFixed(1)} % disrupted), ${rounds} rounds each.`,
    `Cost: ${currency} per 1000 flights. In parentheses: 95 % of ${draws} draws of days.`,
  ];
}

interface PageTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function pageTables({ choices, reliability, importance }: FeatureComparison): PageTable[] {
  return [
    {
      title: 'Each decision against the way of the pipeline',
      head: ['decision', 'choice', 'AUC', 'PR-AUC', 'cost', 'difference in AUC', 'difference in PR-AUC'].concat([
        'difference in cost',
        'cost with the threshold of the validation month',
        'Brier score',
      ]),
      rows: choices.map((one, at) => [
        at === 0 ? '' : one.decision,
        `${one.choice}${one.leaky === true ? ' (**a leak**)' : ''}`,
        fraction(one.auc.value),
        fraction(one.pr_auc.value),
        whole(one.cost.value),
        ...(at === 0
          ? ['', '', `(${whole(one.cost.low)} to ${whole(one.cost.high)})`]
          : [points(one.difference.auc), points(one.difference.pr_auc), signed(one.difference.cost)]),
        `${whole(one.cost_validated.value)} (${one.threshold_validated.toFixed(2)})`,
        fraction(one.brier.value),
      ]),
    },
    {
      title: 'Reliability: what was predicted, and what happened',
      head: ['calibration', 'probability from', 'flights', 'predicted', 'observed'],
      rows: Object.entries(reliability).flatMap(([name, { bins, gap }]) => [
        ...bins.map((bin) => [
          name,
          bin.from.toFixed(1),
          whole(bin.rows),
          fraction(bin.predicted),
          fraction(bin.observed),
        ]),
        [name, 'all', '', 'mean gap', fraction(gap)],
      ]),
    },
    {
      title: "The inputs by their share of the trees' gain",
      head: ['input', 'share'],
      rows: importance.map((one) => [one.input, `${(100 * one.share_of_gain).toFixed(1)} %`]),
    },
  ];
}

/** The same with every number, as a page: Markdown, or HTML. */
export function comparisonPage(comparison: FeatureComparison, kind: 'md' | 'html'): string {
  const tables = pageTables(comparison);
  const about = [...heading(comparison), leakyNote].join(' ');
  if (kind === 'md') {
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
    const text = tables.map(({ title, head, rows }) =>
      [`## ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'),
    );
    return `# What each decision about the features is worth\n\n${about}\n\n${text.join('\n\n')}\n`;
  }
  const cells = (tag: string, values: readonly string[]) =>
    `<tr>${values.map((value) => `<${tag}>${escaped(value.replaceAll('**', ''))}</${tag}>`).join('')}</tr>`;
  const text = tables.map(
    ({ title, head, rows }) =>
      `<h2>${escaped(title)}</h2>\n<table border="1" cellpadding="4">\n${cells('th', head)}\n${rows.map((one) => cells('td', one)).join('\n')}\n</table>`,
  );
  return `<!doctype html>\n<meta charset="utf-8">\n<title>Features compared</title>\n<h1>What each decision about the features is worth</h1>\n<p>${escaped(about)}</p>\n${text.join('\n')}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function fraction(value: number): string {
  return value.toFixed(3);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `-1,234 (-2,000 to -500)`, shortened to fit. */
function signed({ value, low, high }: Interval): string {
  const number = (one: number) => `${Math.round(one) > 0 ? '+' : ''}${whole(one).replace(/^-0$/, '0')}`;
  return `${number(value)} (${number(low)}..${number(high)})`;
}

/** Hundredths, for areas: `+1.2 (+0.5..+1.9)`. */
function points({ value, low, high }: Interval): string {
  const number = (one: number) => `${one > 0 ? '+' : ''}${(100 * one).toFixed(1)}`;
  return `${number(value)} (${number(low)}..${number(high)})`;
}
