import type { Decision } from 'local-account/iam/evaluation';
import type { StableNames } from '../names';
import type { MatrixDecision } from './matrix';
import { FOREIGN_ACCOUNT } from './outsiders';
import { CANARY, type MatrixRequest } from './requests';
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
export function rowsOf(decisions: readonly MatrixDecision[], names: StableNames): MatrixRow[] {
  const groups = new Map<string, MatrixDecision[]>();
  for (const decided of decisions) {
    const { subject, action, resource } = decided.request;
    const key = `${subject}\n${action}\n${resource}`;
    const group = groups.get(key);
    if (group) group.push(decided);
    else groups.set(key, [decided]);
  }
  const rows = new Map<string, MatrixRow>();
  for (const group of groups.values()) {
    const first = group.find(({ decision }) => decision.allowed);
    if (!first) continue;
    const row: MatrixRow = {
      subject: subjectName(first.request, names),
      action: first.request.action,
      resource: shown(first.request.resource, names),
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

function subjectName({ subject }: MatrixRequest, names: StableNames): string {
  return shown(subject.includes(':role/') ? `role ${subject.slice(subject.indexOf(':role/') + 6)}` : subject, names);
}

/** Each decision that differs between situations is in the text, so that a changed decision always shows. */
function when(group: readonly MatrixDecision[], names: StableNames): string {
  const allowed = group.filter(({ decision }) => decision.allowed).map(({ request }) => request.situation);
  const denied = group.filter(({ decision }) => !decision.allowed).map(({ request }) => request.situation);
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
