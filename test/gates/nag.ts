import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { IConstruct } from 'constructs';

import { context } from '../../cdk.json';
import { securityPacks } from '../../lib/shared/security/packs';
import type { Synthesis } from './synthesis';
import type { Templates } from './template';

export interface NagFinding {
  /** As an acknowledgement names it: `Pack::Pack-Rule[detail]`. */
  readonly id: string;
  /** Construct path in the app, also when it was found in a template. */
  readonly path: string;
  readonly description: string;
}

export function nagConstructs({ app }: Synthesis): NagFinding[] {
  return findings(app, (path) => path);
}

/** The packs take seconds, and most configurations change few of the templates: each distinct one is looked at once. */
const known = new Map<string, readonly NagFinding[]>();

export function nagTemplates(templates: Templates, paths: Synthesis['paths']): NagFinding[] {
  return Object.entries(templates).flatMap(([stack, template]) => {
    const text = JSON.stringify(template, readable);
    const key = `${stack} ${text}`;
    const found = known.get(key) ?? nagTemplate(stack, text);
    known.set(key, found);
    return found.map((one) => ({ ...one, path: paths.get(one.path) ?? one.path }));
  });
}

/**
 * The packs read the properties that a construct was given, not what was overridden afterwards. Including the final
 * template in an app of its own shows them what CloudFormation will see. Each finding's path is `Stack/LogicalId`.
 */
function nagTemplate(stack: string, text: string): NagFinding[] {
  const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-nag-'));
  try {
    const app = new App({ context, outdir: join(folder, 'out') });
    const unreadable: NagFinding[] = [];
    const templateFile = join(folder, `${stack}.json`);
    writeFileSync(templateFile, text);
    try {
      new CfnInclude(new Stack(app, stack), 'T', { templateFile, preserveLogicalIds: true });
    } catch (error) {
      // Such as a reference to a resource that is gone. The packs then see what was included until there.
      unreadable.push({
        id: 'CfnInclude',
        path: stack,
        description: `The template cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
    const found = findings(app, (path) => {
      const [, , ...id] = path.split('/');
      return `${stack}/${id.join('/')}`;
    });
    return [...unreadable, ...found.map((one) => ({ ...one, id: restored(one.id) }))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * CfnInclude does not know Fn::GetStackOutput yet. To the packs an import is the same, something of another stack; its
 * name is the text that they write in a finding's id.
 */
function readable(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'Fn::GetStackOutput' in value
    ? { 'Fn::ImportValue': JSON.stringify(value) }
    : value;
}

/** The packs write each closing brace of an import's name as `>`. */
function restored(id: string): string {
  return id.replace(/\{"Fn::GetStackOutput":[^>]*>[^>]*>>/g, (reference) => reference.replaceAll('>', '}'));
}

function findings(app: IConstruct, pathOf: (path: string) => string): NagFinding[] {
  return securityPacks(app).flatMap((pack) =>
    pack.validateScope(app).violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map((resource) => ({
        id: `${pack.readPackName}::${ruleName}`,
        path: pathOf((resource as { constructPath?: string }).constructPath ?? ''),
        description,
      })),
    ),
  );
}
