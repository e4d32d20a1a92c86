import { pageOf, UnknownToken } from '../pages';
import type { AwsError } from '../platform';
import { validation } from './errors';

/** What every stored resource has. */
export interface Entity {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  modifiedAt: Date;
}

/** The resources of one type, in memory, by name. SageMaker compares names without regard to case. */
export class Store<T extends Entity> {
  private readonly entities = new Map<string, T>();

  /** `missing` and `taken` word the errors: every SageMaker resource has its own. */
  constructor(
    private readonly missing: (name: string) => AwsError,
    private readonly taken: (name: string, arn: string) => AwsError,
  ) {}

  add(entity: T): T {
    this.ensureFree(entity.name);
    this.entities.set(entity.name.toLowerCase(), entity);
    return entity;
  }

  ensureFree(name: string): void {
    const present = this.find(name);
    if (present) {
      throw this.taken(name, present.arn);
    }
  }

  find(name: string): T | undefined {
    return this.entities.get(name.toLowerCase());
  }

  get(name: string): T {
    const entity = this.find(name);
    if (!entity) {
      throw this.missing(name);
    }
    return entity;
  }

  delete(name: string): boolean {
    return this.entities.delete(name.toLowerCase());
  }

  /** Those of a snapshot, into a store that has none. */
  take(entities: readonly T[]): void {
    for (const entity of entities) this.entities.set(entity.name.toLowerCase(), entity);
  }

  /** Oldest first. */
  all(): T[] {
    return [...this.entities.values()];
  }
}

/** Members that SageMaker's List operations share. */
export interface ListInput {
  readonly NextToken?: string;
  readonly MaxResults?: number;
  readonly SortOrder?: string;
  readonly SortBy?: string;
  readonly NameContains?: string;
  readonly CreationTimeAfter?: Date | number;
  readonly CreationTimeBefore?: Date | number;
  readonly LastModifiedTimeAfter?: Date | number;
  readonly LastModifiedTimeBefore?: Date | number;
}

/** Filters, sorts and pages as List operations do. */
export function list<T extends Entity>(
  entities: readonly T[],
  input: ListInput,
  options: {
    readonly matches?: (entity: T) => boolean;
    readonly ascending?: boolean;
    readonly status?: (entity: T) => string;
  } = {},
): { readonly page: T[]; readonly NextToken?: string } {
  const contains = input.NameContains?.toLowerCase();
  const found = entities.filter(
    (entity) =>
      (contains === undefined || entity.name.toLowerCase().includes(contains)) &&
      within(entity.createdAt, input.CreationTimeAfter, input.CreationTimeBefore) &&
      within(entity.modifiedAt, input.LastModifiedTimeAfter, input.LastModifiedTimeBefore) &&
      (options.matches?.(entity) ?? true),
  );
  const key: (entity: T) => string | number =
    input.SortBy === 'Name'
      ? ({ name }) => name
      : input.SortBy === 'Status' && options.status
        ? options.status
        : input.SortBy === 'LastModifiedTime'
          ? ({ modifiedAt }) => modifiedAt.getTime()
          : ({ createdAt }) => createdAt.getTime();
  const ascending = input.SortOrder === undefined ? (options.ascending ?? false) : input.SortOrder === 'Ascending';
  // Entities are ordered oldest first; a descending list puts the newest of equals first.
  const indexed = found.map((entity, index) => ({ entity, index }));
  indexed.sort((a, b) => {
    const [left, right] = [key(a.entity), key(b.entity)];
    const order = left < right ? -1 : left > right ? 1 : a.index - b.index;
    return ascending ? order : -order;
  });
  return paged(
    indexed.map(({ entity }) => entity),
    input,
    10,
  );
}

/** One page. */
export function paged<T>(
  items: readonly T[],
  input: Pick<ListInput, 'NextToken' | 'MaxResults'>,
  size: number,
): { page: T[]; NextToken?: string } {
  try {
    const { page, next } = pageOf(items, input.NextToken, input.MaxResults ?? size);
    return { page, ...(next === undefined ? {} : { NextToken: next }) };
  } catch (error) {
    // AWS: sagemaker-jobs/page-tokens
    throw error instanceof UnknownToken ? validation('Invalid NextToken') : error;
  }
}

function within(time: Date, after: Date | number | undefined, before: Date | number | undefined): boolean {
  return (
    (after === undefined || time.getTime() >= millis(after)) &&
    (before === undefined || time.getTime() <= millis(before))
  );
}

function millis(time: Date | number): number {
  return time instanceof Date ? time.getTime() : time * 1000;
}
