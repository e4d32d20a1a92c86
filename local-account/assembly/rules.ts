import { holds } from './conditions';
import type { Scope } from './scope';
import { TemplateError } from './template-error';

/** The Rules section, such as CDK's CheckBootstrapVersion: throws when an assertion does not hold. */
export function checkRules(scope: Scope): void {
  const failures: string[] = [];
  for (const [name, rule] of Object.entries(scope.template.rules)) {
    const place = `Rules/${name}`;
    if (rule.RuleCondition !== undefined && !holds(rule.RuleCondition, scope, `${place}/RuleCondition`)) {
      continue;
    }
    rule.Assertions.forEach((assertion, index) => {
      if (!holds(assertion.Assert, scope, `${place}/Assertions/${index}/Assert`)) {
        failures.push(`${name}: ${assertion.AssertDescription ?? JSON.stringify(assertion.Assert)}`);
      }
    });
  }
  if (failures.length > 0) {
    throw new TemplateError(scope.environment.stackName, 'Rules', `Template error: ${failures.join('; ')}`);
  }
}
