import type { PolicyRecord } from 'local-account/iam/policy-store';
import { type DocumentJson, documentOf, labelOf, listOf, type StatementJson } from './documents';

/** A policy with one change. */
export interface ChangedPolicy {
  /** Sid of the changed statement, or its number. */
  readonly statement: string;
  /** What was changed, such as `without action s3:GetObject`. */
  readonly change: string;
  readonly document: unknown;
  /** The statement before the change. */
  readonly original: StatementJson;
}

/**
 * The policy with one part less: each statement, action, resource, principal and condition value of an Allow is left
 * out, one at a time.
 */
export function shrunk(raw: unknown): ChangedPolicy[] {
  const document = documentOf(raw);
  return document.Statement.flatMap((statement, index) => {
    if (statement.Effect !== 'Allow') return [];
    const changed = (change: string, statementAfter?: StatementJson): ChangedPolicy => ({
      statement: labelOf(statement, index),
      change,
      document: replaced(document, index, statementAfter),
      original: statement,
    });
    const without = (name: 'Action' | 'Resource') => {
      const list = listOf(statement[name]);
      return list.length < 2
        ? []
        : list.map((value) =>
            changed(`without ${name.toLowerCase()} ${value}`, {
              ...statement,
              [name]: list.filter((one) => one !== value),
            }),
          );
    };
    return [
      changed('left out'),
      ...without('Action'),
      ...without('Resource'),
      ...principals(statement).flatMap(([kind, value, all]) =>
        all.length < 2
          ? []
          : [
              changed(`without principal ${value}`, {
                ...statement,
                Principal: { ...(statement.Principal as object), [kind]: all.filter((one) => one !== value) },
              }),
            ],
      ),
      ...conditions(statement).flatMap(({ operator, key, values }) =>
        values.length < 2
          ? []
          : values.map((value) =>
              changed(
                `without ${key} ${value}`,
                withCondition(
                  statement,
                  operator,
                  key,
                  values.filter((one) => one !== value),
                ),
              ),
            ),
      ),
    ];
  });
}

/**
 * The policy with one part wider: a wider resource or action, a condition left out, everybody as the principal, or a
 * Deny that is left out or narrowed.
 */
export function widened(record: PolicyRecord): ChangedPolicy[] {
  const { kind } = record;
  const document = documentOf(record.document);
  return document.Statement.flatMap((statement, index) => {
    const changed = (change: string, statementAfter?: StatementJson): ChangedPolicy => ({
      statement: labelOf(statement, index),
      change,
      document: replaced(document, index, statementAfter),
      original: statement,
    });
    if (statement.Effect === 'Deny') return [changed('left out'), ...narrowed(statement, changed)];
    const wider = (name: 'Action' | 'Resource', widen: (value: string) => string) =>
      listOf(statement[name]).flatMap((value) => {
        const wide = widen(value);
        return wide === value
          ? []
          : [
              changed(`${name.toLowerCase()} ${value} as ${wide}`, {
                ...statement,
                [name]: listOf(statement[name]).map((one) => (one === value ? wide : one)),
              }),
            ];
      });
    return [
      ...(kind === 'trust' ? [] : wider('Resource', (value) => widerResource(record, value))),
      ...wider('Action', (value) => (value === '*' || kind === 'trust' ? value : `${value.split(':')[0]}:*`)),
      ...conditions(statement).map(({ operator, key }) =>
        changed(`without the condition ${operator} ${key}`, withCondition(statement, operator, key)),
      ),
      ...(statement.Principal === undefined || isEverybody(statement.Principal)
        ? []
        : [changed('with everybody as principal', { ...statement, Principal: '*' })]),
    ];
  });
}

/** A Deny that still denies something: without one of its actions or resources, or not for callers with a tag. */
function narrowed(
  statement: StatementJson,
  changed: (change: string, after: StatementJson) => ChangedPolicy,
): ChangedPolicy[] {
  const without = (name: 'Action' | 'Resource') => {
    const list = listOf(statement[name]);
    return list.length < 2
      ? []
      : list.map((value) =>
          changed(`denies without ${name.toLowerCase()} ${value}`, {
            ...statement,
            [name]: list.filter((one) => one !== value),
          }),
        );
  };
  const block = { ...statement.Condition?.StringNotEquals, [exemptTag]: 'yes' };
  return [
    ...without('Action'),
    ...without('Resource'),
    changed('denies only callers without a tag', {
      ...statement,
      Condition: { ...statement.Condition, StringNotEquals: block },
    }),
  ];
}

/** A key that no policy here names. */
export const exemptTag = 'aws:PrincipalTag/exempt';

/** A resource's policy applies to that resource only. In a bucket's policy, a prefix can become all objects. */
function widerResource({ kind, holder }: PolicyRecord, value: string): string {
  if (kind !== 'resource') return '*';
  return value.startsWith(`${holder}/`) ? `${holder}/*` : value;
}

function isEverybody(principal: StatementJson['Principal']): boolean {
  return principal === '*' || (typeof principal === 'object' && listOf(principal.AWS).includes('*'));
}

function replaced(document: DocumentJson, index: number, statement: StatementJson | undefined): DocumentJson {
  return {
    ...document,
    Statement: document.Statement.flatMap((one, at) =>
      at !== index ? [one] : statement === undefined ? [] : [statement],
    ),
  };
}

function principals({ Principal }: StatementJson): [kind: string, value: string, all: readonly string[]][] {
  if (Principal === undefined || Principal === '*') return [];
  return Object.entries(Principal).flatMap(([kind, values]) =>
    listOf(values).map((value): [string, string, readonly string[]] => [kind, value, listOf(values)]),
  );
}

export function conditions({ Condition = {} }: StatementJson): { operator: string; key: string; values: string[] }[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat().map(String) })),
  );
}

/** @param values the values that stay; without them, the condition is left out */
function withCondition(
  statement: StatementJson,
  operator: string,
  key: string,
  values?: readonly string[],
): StatementJson {
  const block = Object.fromEntries(
    Object.entries(statement.Condition?.[operator] ?? {}).flatMap(([name, value]) =>
      name !== key ? [[name, value]] : values === undefined ? [] : [[name, values]],
    ),
  );
  const rest = Object.entries(statement.Condition ?? {}).filter(([name]) => name !== operator);
  const Condition = Object.fromEntries([
    ...rest,
    ...(Object.keys(block).length === 0 ? [] : [[operator, block] as const]),
  ]);
  return Object.keys(Condition).length === 0 ? { ...statement, Condition: undefined } : { ...statement, Condition };
}
