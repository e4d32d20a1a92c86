import { Lazy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WorkflowSettings } from './workflow-context';

/** `mla-blueprint` as `MlaBlueprint`: the first part of stack names and of metric namespaces. */
export function workflowName(prefix: string): string {
  // With a digit at the start of a part, `a-1` and `a1` would get the same name.
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(prefix)) {
    throw new Error(
      `The prefix "${prefix}" (lib/config.ts) must be words of small letters and digits, joined by hyphens; each word begins with a letter`,
    );
  }
  return prefix.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export interface WorkflowStackProps extends StackProps {
  readonly context: WorkflowSettings;
}

/** A stack that knows whose it is, so that two workflows in one account share no name. */
export class WorkflowStack extends Stack {
  readonly workflowName: string;

  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    super(scope, id, props);
    this.workflowName = workflowName(props.context.configuration.prefix);
  }
}

/**
 * A CloudWatch namespace of our own metrics, such as `MlaBlueprint/Ingest`. It is resolved when the stack is
 * synthesized, because the stack knows the prefix.
 */
export function metricNamespace(part: string): string {
  return Lazy.uncachedString({
    produce: ({ scope }) => {
      const stack = Stack.of(scope);
      if (!(stack instanceof WorkflowStack))
        throw new Error(`${scope.node.path}: metrics of a workflow belong to one of its stacks`);
      return `${stack.workflowName}/${part}`;
    },
  });
}
