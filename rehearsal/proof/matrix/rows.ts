import type { Decision } from 'local-account/iam/evaluation';
import type { StableNames } from '../names';
import type { MatrixAnswer } from './matrix';
import { FOREIGN_ACCOUNT } from './outsiders';
import { CANARY, type MatrixQuestion } from './questions';
import { ANOTHER, ANY, type Situation } from './witness';

/** A permission: who may call which action on which resource, under which condition. */
export interface MatrixRow {
  readonly subject: string;
  readonly action: string;
  readonly resource: string;
  /** As text; empty: always. */
  readonly when: string;
  /** The statement that allows it. */
  readonly statement: string;
  /** The policy that contains the statement, as text. */
  readonly policy: string;
}

/** The allowed requests as rows, in a stable order. */
export function rowsOf(answers: readonly MatrixAnswer[], names: StableNames): MatrixRow[] {
  const groups = new Map<string, MatrixAnswer[]>();
  for (const answer of answers) {
    const { subject, action, resource } = answer.question;
    const key = `${subject}\n${action}\n${resource}`;
    const group = groups.get(key);
    if (group) group.push(answer);
    else groups.set(key, [answer]);
  }
  const rows = new Map<string, MatrixRow>();
  for (const group of groups.values()) {
    const first = group.find(({ decision }) => decision.allowed);
    if (!first) continue;
    const row: MatrixRow = {
      subject: subjectName(first.question, names),
      action: first.question.action,
      resource: shown(first.question.resource, names),
      when: when(group, names),
      statement: first.decision.statement?.label ?? '',
      policy: policyName(first.decision),
    };
    rows.set([row.subject, row.resource, row.when, row.action].join('\n'), row);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
}

function policyName({ statement }: Decision): string {
  if (statement?.policy.kind === 'identity') return `its policy ${statement.policy.name}`;
  return statement?.policy.kind === 'trust' ? "the role's trust policy" : "the resource's policy";
}

function subjectName({ subject }: MatrixQuestion, names: StableNames): string {
  return shown(subject.includes(':role/') ? `role ${subject.slice(subject.indexOf(':role/') + 6)}` : subject, names);
}

/** Each decision that differs between situations is in the text, so that a changed decision always shows. */
function when(group: readonly MatrixAnswer[], names: StableNames): string {
  const allowed = group.filter(({ decision }) => decision.allowed).map(({ question }) => question.situation);
  const denied = group.filter(({ decision }) => !decision.allowed).map(({ question }) => question.situation);
  if (denied.length === 0) return '';
  const text = (situations: readonly Situation[]) =>
    [...new Set(situations.map((one) => described(one, names)))].sort().join('; or ');
  const usually = allowed.some((one) => Object.keys(one).length === 0);
  const [special, usual] = usually ? [denied, allowed] : [allowed, denied];
  // A decision applies to narrower situations, too, unless the text says otherwise.
  const widest = special.filter((one) => !special.some((other) => other !== one && includes(one, other)));
  const exceptions = usual.filter((one) => widest.some((wide) => includes(one, wide)));
  return `${usually ? 'unless' : 'if'} ${text(widest)}${exceptions.length === 0 ? '' : `; but ${usually ? '' : 'not '}if ${text(exceptions)}`}`;
}

function includes(situation: Situation, wider: Situation): boolean {
  return Object.entries(wider).every(([key, value]) => key in situation && situation[key] === value);
}

function described(situation: Situation, names: StableNames): string {
  return Object.entries(situation)
    .map(([key, value]) => (value === undefined ? `no ${key}` : `${key} = ${shown(value, names)}`))
    .join(' and ');
}

function shown(text: string, names: StableNames): string {
  return names
    .of(text)
    .replaceAll(`arn:aws:${ANOTHER}:::${ANOTHER}`, ANOTHER)
    .replaceAll(FOREIGN_ACCOUNT, '<another account>')
    .replaceAll(`${CANARY}-foreign`, "(a stranger's)")
    .replaceAll(CANARY, '(not ours)')
    .replaceAll(ANY, '*');
}
