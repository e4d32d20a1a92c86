import { versionToRead } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import type { Output } from '../output';
import { describePackage, packageOf } from '../registry';

export interface CardOptions {
  readonly version: number | 'latest' | 'live';
}

export interface CardResult {
  readonly version: number;
  readonly status: string;
  /** In the registry's schema ("Model package model card schema"). */
  readonly card: Readonly<Record<string, unknown>>;
}

/** The model card that a version was registered with. */
export async function card(context: OperatorContext, options: CardOptions, output: Output): Promise<CardResult> {
  const chosen = await packageOf(context, options.version);
  const { ModelCard } = await describePackage(context, chosen.arn);
  if (ModelCard?.ModelCardContent === undefined)
    throw new CommandFailed(
      `Version ${chosen.version} has no model card.`,
      'Only versions that the pipeline registered have one. The live version: npm run mlops -- card live',
    );
  const content = JSON.parse(ModelCard.ModelCardContent) as Readonly<Record<string, unknown>>;
  output.line(`Model card of version ${chosen.version} (${ModelCard.ModelCardStatus ?? 'no status'})`);
  show(content, '', output);
  return { version: chosen.version, status: ModelCard.ModelCardStatus ?? '', card: content };
}

/** Prints the card as it is nested: a heading for each part, a line for each value. */
function show(value: unknown, indent: string, output: Output): void {
  if (Array.isArray(value)) {
    for (const one of value) show(one, indent, output);
  } else if (typeof value === 'object' && value !== null) {
    const { name, value: amount, notes, ...rest } = value as Record<string, unknown>;
    // Print a metric on one line.
    if (typeof name === 'string' && amount !== undefined)
      output.line(`${indent}${name}: ${String(amount)}${typeof notes === 'string' ? ` (${notes})` : ''}`);
    else if (typeof name === 'string') output.line(`${indent}${name}`);
    for (const [key, inner] of Object.entries(amount === undefined ? rest : {})) {
      if (typeof inner === 'object' && inner !== null) {
        output.line(`${indent}${key.replaceAll('_', ' ')}`);
        show(inner, `${indent}  `, output);
      } else output.line(`${indent}${key.replaceAll('_', ' ')}: ${String(inner)}`);
    }
  } else output.line(`${indent}${String(value)}`);
}

export const cardCommand: CommandDefinition<CardOptions, CardResult> = {
  name: 'card',
  summary: 'print the model card of a version',
  description: 'What the model is for, what it was made from, how good it is and where it fails, as it was registered.',
  configure: (program) => program.argument('[version]', 'a number, latest, or live', 'latest'),
  examples: [
    ['card', 'of the newest version'],
    ['card live', 'of the version that serves'],
    ['card 1 --json', 'of version 1, as JSON'],
  ],
  parse: ([which]) => ({ version: versionToRead(which) }),
  run: card,
};
