import type { Stack, StackOutput } from './stack';

/** What living stacks give to others. An export: one name, one stack; what is imported can neither change nor go. */
export class Exports {
  constructor(private readonly stacks: () => Iterable<Stack>) {}

  find(name: string): { readonly stack: Stack; readonly value: string } | undefined {
    for (const stack of this.living()) {
      const output = stack.outputs.find(({ exportName }) => exportName === name);
      if (output) {
        return { stack, value: output.value };
      }
    }
    return undefined;
  }

  /** The living stack of a name: who reads its outputs holds nothing in place. */
  stack(stackName: string): Stack | undefined {
    return this.living().find(({ name }) => name === stackName);
  }

  list(): { readonly stack: Stack; readonly name: string; readonly value: string }[] {
    return this.living().flatMap((stack) =>
      stack.outputs.flatMap(({ exportName, value }) =>
        exportName === undefined ? [] : [{ stack, name: exportName, value }],
      ),
    );
  }

  importers(name: string): Stack[] {
    return this.living().filter((stack) => stack.imports.has(name));
  }

  // AWS: cloudformation/imported-exports-stay
  /** Why the outputs of `stack` cannot become `next`, or undefined. */
  obstacle(stack: Stack, next: readonly StackOutput[]): string | undefined {
    for (const { exportName, value } of next) {
      const owner = exportName === undefined ? undefined : this.find(exportName);
      if (owner && owner.stack !== stack) {
        return `Export with name ${exportName} is already exported by stack ${owner.stack.name}`;
      }
      if (owner && owner.value !== value && this.usedBy(stack, exportName).length > 0) {
        return `Cannot update export ${exportName} as it is in use by ${this.usedBy(stack, exportName).join(' and ')}`;
      }
    }
    const kept = new Set(next.map(({ exportName }) => exportName));
    const gone = stack.outputs.find(
      ({ exportName }) =>
        exportName !== undefined && !kept.has(exportName) && this.usedBy(stack, exportName).length > 0,
    );
    return (
      gone &&
      `Cannot delete export ${gone.exportName} as it is in use by ${this.usedBy(stack, gone.exportName).join(' and ')}`
    );
  }

  private usedBy(owner: Stack, name: string | undefined): string[] {
    return name === undefined
      ? []
      : this.importers(name)
          .filter((stack) => stack !== owner)
          .map((stack) => stack.name);
  }

  private living(): Stack[] {
    return [...this.stacks()].filter((stack) => !stack.deleted);
  }
}
