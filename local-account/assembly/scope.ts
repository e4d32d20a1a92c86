import type { Template } from './template';

/** Values of the pseudo parameters. */
export interface StackEnvironment {
  readonly stackName: string;
  readonly stackId: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly notificationArns: readonly string[];
}

/** A parameter's value as Ref sees it: text, or a list for the list types. */
export type ParameterValue = string | readonly string[];

/** Everything that a value of a template may refer to. */
export interface Scope {
  readonly template: Template;
  readonly environment: StackEnvironment;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** Evaluates a condition by its name; throws a TemplateError when there is none. */
  condition(name: string, place: string): boolean;
  /** The physical id of a resource, or undefined when it has none (yet). */
  reference(logicalId: string): string | undefined;
  /** An attribute of a resource, or undefined when it has none of that name. */
  attribute(logicalId: string, name: string): unknown;
  /** The value exported under this name by another stack. */
  exported(name: string): string | undefined;
  /** The value of another stack's output, exported or not. */
  output(stackName: string, outputName: string): string | undefined;
}

/** The suffix of service host names in a partition. */
export function urlSuffix(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/**
 * The zones Fn::GetAZs answers with. An account sees its own selection; every commercial region
 * that CDK's default of two zones works in has at least a and b.
 */
export function availabilityZones(region: string): string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}
