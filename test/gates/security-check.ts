import { createHash } from 'node:crypto';

import type { Finding } from './finding';
import type { Synthesis } from './synthesis';
import type { Template, Templates } from './template';

/** What a security check reads: an app as it was synthesized, or with one insecure change in its templates. */
export interface Case {
  readonly name: string;
  readonly synthesis: Synthesis;
  readonly templates: Templates;
}

export interface SecurityCheck {
  readonly name: string;
  readonly about: string;
  /**
   * The findings of each case, in order. All at once: a Python tool takes longer to start than to check a template.
   */
  readonly check: (cases: readonly Case[]) => Promise<Finding[][]>;
}

const texts = new WeakMap<object, string>();

/** A synthesized template as text: each insecure change is compared with it. */
function textOf(template: object): string {
  const text = texts.get(template) ?? JSON.stringify(template);
  texts.set(template, text);
  return text;
}

/** The templates that differ from what was synthesized; all of them for the app itself. */
export function relevant({ synthesis, templates }: Case): Templates {
  const changed = Object.entries(templates).filter(([name, template]) => {
    const original = synthesis.templates[name];
    return template !== original && JSON.stringify(template) !== textOf(original ?? {});
  });
  return changed.length === 0 ? templates : Object.fromEntries(changed);
}

/** A check that reads one case after the other. */
export function caseByCase(
  name: string,
  about: string,
  check: (one: Case) => Finding[] | Promise<Finding[]>,
): SecurityCheck {
  return {
    name,
    about,
    check: async (cases) => {
      const findings: Finding[][] = [];
      for (const one of cases) findings.push(await check(one));
      return findings;
    },
  };
}

/**
 * A check that reads one stack's template after the other, each distinct one once: most configurations change few of
 * the stacks.
 */
export function templateByTemplate(
  name: string,
  about: string,
  check: (stack: string, template: Template) => Finding[] | Promise<Finding[]>,
): SecurityCheck {
  const known = new Map<string, Promise<Finding[]>>();
  const once = (stack: string, template: Template) => {
    // The digest: thousands of changed templates would not fit in memory.
    const key = `${stack} ${createHash('sha256').update(JSON.stringify(template)).digest('hex')}`;
    const findings = known.get(key) ?? Promise.resolve(check(stack, template));
    known.set(key, findings);
    return findings;
  };
  return caseByCase(name, about, async (one) => {
    const findings: Finding[] = [];
    for (const [stack, template] of Object.entries(relevant(one))) findings.push(...(await once(stack, template)));
    return findings;
  });
}
