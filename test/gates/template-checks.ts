import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import validate from 'asl-validator';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib';

import { lintPolicy } from 'local-account/iam/lint';
import { compilePolicy } from 'local-account/iam/policy-document';
import { resolve } from '../fixtures/resolve';
import { acknowledgements, checkAcknowledgements, uncovered } from './acknowledgements';
import { closedWorld } from './closed-world';
import type { Finding } from './finding';
import { invariants } from './invariants';
import { nagConstructs, nagTemplates } from './nag';
import { stateMachines } from './resolved';
import { rightsChecks } from './rights';
import { caseByCase, relevant, type SecurityCheck, templateByTemplate } from './security-check';
import { endpointStatements, identityStatements, resourceStatements, trustStatements } from './statements';
import { type Properties, text } from './template';

const today = new Date().toISOString().slice(0, 10);

const nag = caseByCase('nag', 'the packs of rules on the final templates', ({ synthesis, templates, ...rest }) => {
  const found = nagTemplates(relevant({ synthesis, templates, ...rest }), synthesis.paths);
  return uncovered(found, acknowledgements(synthesis)).map(({ id, path, description }) => ({
    place: `${path} ${id}`,
    problem: description,
  }));
});

const acknowledged = caseByCase(
  'acknowledgements',
  'each acknowledgement is used, once, with evidence that is not due for review',
  ({ synthesis, templates }) =>
    checkAcknowledgements(
      [...nagConstructs(synthesis), ...nagTemplates(templates, synthesis.paths)],
      acknowledgements(synthesis),
      today,
    ),
);

const statesLanguage = caseByCase('states-language', 'asl-validator on the resolved state machines', ({ templates }) =>
  stateMachines(templates).flatMap(({ stack, id, definition }): Finding[] => {
    const problem = problemOf(definition);
    return problem === undefined ? [] : [{ place: `${stack}/${id}`, problem }];
  }),
);

const validated = new Map<string, string | undefined>();

/** The validator takes a tenth of a second for a definition, and most cases have the same ones. */
function problemOf(definition: Properties): string | undefined {
  const key = JSON.stringify(definition);
  if (!validated.has(key)) {
    const { isValid, errorsText } = validate(JSON.parse(key));
    validated.set(key, isValid ? undefined : errorsText());
  }
  return validated.get(key);
}

const policyLint = templateByTemplate(
  'policy-lint',
  'every action and condition key of every policy exists',
  async (stack, template) => {
    const templates = { [stack]: template };
    const statements = [
      ...identityStatements(templates),
      ...trustStatements(templates),
      ...resourceStatements(templates),
      ...endpointStatements(templates),
    ];
    const findings: Finding[] = [];
    for (const { id, statement } of statements) {
      // Who and what do not matter here: only whether the words are IAM's.
      const { Sid, Action, NotAction, Condition } = resolve(statement) as Record<string, unknown>;
      const words = { Sid, Effect: 'Allow', Action, NotAction, Condition, Resource: '*' };
      const Statement = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
      const policy = compilePolicy('identity', 'policy', `${stack}/${id}`, {
        Version: '2012-10-17',
        Statement: [Statement],
      });
      for (const { problem } of await lintPolicy(policy))
        findings.push({ place: `${stack}/${id} ${text(statement.Sid ?? '')}`, problem });
    }
    return findings;
  },
);

interface ValidationViolation {
  readonly ruleName: string;
  readonly description: string;
}

/** CDK's Vpc takes its zones from Fn::GetAZs and acknowledges what the rules say about it by itself. */
const byCdk = ['W3010'];

const validator = new CloudFormationValidatePlugin();

const cloudFormationValidate = templateByTemplate(
  'cloudformation-validate',
  "CloudFormation's own rules, warnings included",
  (stack, template) => {
    const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-validate-'));
    try {
      const templatePath = join(folder, `${stack}.json`);
      writeFileSync(templatePath, JSON.stringify(template));
      const one = { stackConstructPath: stack, templatePath, accountId: '111122223333', region: 'eu-central-1' };
      const report = validator.validate({ templatePaths: [templatePath], stackTemplates: [one] } as Parameters<
        typeof validator.validate
      >[0]);
      return (report.violations as readonly ValidationViolation[])
        .filter(({ ruleName }) => !byCdk.includes(ruleName))
        .map(({ ruleName, description }) => ({ place: `${stack} ${ruleName}`, problem: description }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

const invariantChecks: readonly SecurityCheck[] = invariants.map(({ name, why, check }) =>
  caseByCase(name, why, ({ templates }) => check(templates)),
);

export const templateChecks: readonly SecurityCheck[] = [
  acknowledged,
  nag,
  policyLint,
  statesLanguage,
  cloudFormationValidate,
  ...rightsChecks,
  ...closedWorld,
  ...invariantChecks,
];
