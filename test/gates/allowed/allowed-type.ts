import type { Fields } from './rules';

/** A type of resource that the app may have. */
export interface AllowedType {
  /** What it is for. */
  readonly why: string;
  /** The stacks that may have it. */
  readonly stacks: readonly string[];
  /** Every property, with the rule of its value. By logical id (without hash) where resources of a type differ. */
  readonly properties: Fields | ((id: string) => Fields);
  /** `Delete` must be said for what holds data: `cdk destroy` leaves nothing behind, and nobody guesses. @default none */
  readonly deletion?: 'Delete';
  /**
   * The condition of the template that decides whether it exists. A condition on anything else could switch a
   * protection off. By logical id (without hash) where resources of a type differ. @default none
   */
  readonly condition?: string | ((id: string) => string | undefined);
  /** Types of which it must name one in DependsOn: CloudFormation cannot see that it needs it. @default none */
  readonly after?: readonly string[];
}

export type AllowedTypes = Readonly<Record<string, AllowedType>>;
