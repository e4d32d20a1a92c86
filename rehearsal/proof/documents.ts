/** A policy statement as JSON. A member with several values is a list. */
export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface DocumentJson {
  readonly Version?: string;
  readonly Statement: readonly StatementJson[];
}

export function documentOf(raw: unknown): DocumentJson {
  const document = raw as { readonly Version?: string; readonly Statement: StatementJson | readonly StatementJson[] };
  return { ...document, Statement: [document.Statement].flat() };
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

export function labelOf(statement: StatementJson, index: number): string {
  return statement.Sid ?? `#${index + 1}`;
}
