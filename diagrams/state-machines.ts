import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition, Phases } from './state-graph';

export interface StateMachine {
  readonly name: string;
  readonly definition: Definition;
  /** Of a state machine that names its phases; else none. */
  readonly phases: Phases;
}

/** Metadata that `WorkflowStateMachine` (lib/shared/state-machine) writes into the cloud assembly. */
const phasesMetadata = 'mla-blueprint:phases';

/** Every state machine of a cloud assembly (`cdk.out`): what is drawn is what would be deployed. */
export function stateMachinesOf(assembly: string): StateMachine[] {
  const files = readdirSync(assembly);
  const read = (name: string): unknown => JSON.parse(readFileSync(join(assembly, name), 'utf8'));
  const manifest = read('manifest.json') as { artifacts: Readonly<Record<string, { readonly metadata?: Metadata }>> };
  const phases = phasesByLogicalId([
    ...files.filter((name) => name.endsWith('.metadata.json')).map((name) => read(name) as Metadata),
    ...Object.values(manifest.artifacts).map(({ metadata = {} }) => metadata),
  ]);
  return files
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) => Object.entries((read(name) as Template).Resources ?? {}))
    .filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine')
    .map(([id, { Properties }]) => ({
      name: text(Properties?.StateMachineName),
      definition: JSON.parse(text(Properties?.DefinitionString)) as Definition,
      phases: phases.get(id) ?? {},
    }));
}

interface Template {
  readonly Resources?: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

/** Construct path -> entries. */
type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

function phasesByLogicalId(all: readonly Metadata[]): Map<string, Phases> {
  const found = new Map<string, Phases>();
  for (const entries of all.flatMap((metadata) => Object.values(metadata))) {
    const data = (type: string) => entries.find((entry) => entry.type === type)?.data;
    const phases = data(phasesMetadata);
    if (phases !== undefined) found.set(String(data('aws:cdk:logicalId')), phases as Phases);
  }
  return found;
}

/** A property as text. What CloudFormation would insert is of no interest for a diagram. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const [delimiter, parts] =
    (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join'] ?? [];
  if (parts === undefined) return '...';
  return parts.map((part) => (typeof part === 'string' ? part : '...')).join(delimiter);
}
