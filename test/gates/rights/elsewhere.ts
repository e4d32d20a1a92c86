import { withoutPolicy } from '../allowed/rights/without-policy';
import type { Finding } from '../finding';
import { allResources, isProperties, type Templates, text, type Value } from '../template';
import { readPolicies } from './resources';

/** Types whose rights the other checks of this folder read. */
const readTypes = new Set([
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::Permission',
]);

/** Words by which AWS names what gives rights. A URL of a function can be called without any. */
const aboutRights =
  /polic(y|ies)(document|text|arns?|config|configuration|name|type|body)?s?$|permissions?(arn|s)?$|principals?$|acls?$|accesscontrol|grant|accesspoint|trust|sharing|federat|identityprovider|authorizer|(?<=lambda)url$/i;

/**
 * Policies in places that no other check reads: a type or a property whose name says that it gives rights, or that
 * holds statements. Each is either read, or listed as one that gives none (allowed/rights/without-policy.ts).
 */
export function checkElsewhere(templates: Templates): Finding[] {
  return allResources(templates).flatMap(({ stack, id, resource, properties }): Finding[] => {
    const { Type: type } = resource;
    if (readTypes.has(type)) return [];
    const place = `${stack}/${id}`;
    const policyOfKind = [...readPolicies].some((one) => one.startsWith(`${type} `));
    const name = type.split('::').slice(1).join('');
    return [
      ...(!policyOfKind && (type.startsWith('AWS::IAM::') || aboutRights.test(name)) && !(type in withoutPolicy)
        ? [{ place, problem: `${type} can give rights that nothing judges` }]
        : []),
      ...statements(type, properties).map((problem) => ({ place, problem })),
    ];
  });
}

function statements(type: string, properties: Value): string[] {
  const found: string[] = [];
  const look = (value: Value | undefined, path: string) => {
    if (
      typeof value === 'string' &&
      /"(Not)?(Action|Principal|Resource)"\s*:/.test(value) &&
      /"Effect"\s*:/.test(value)
    )
      found.push(`${path} holds a policy as text, which nothing judges`);
    if (Array.isArray(value)) for (const one of value) look(one, path);
    if (!isProperties(value)) return;
    if ('Effect' in value && ('Action' in value || 'NotAction' in value || 'Principal' in value))
      found.push(`${path} holds a statement, which nothing judges: ${text(value)}`);
    for (const [name, inner] of Object.entries(value)) {
      if (readPolicies.has(`${type} ${name}`) && path === '') continue;
      if (aboutRights.test(name) && !(`${type} ${name}` in withoutPolicy))
        found.push(`${path}${name} can give rights that nothing judges`);
      else look(inner, `${path}${name}.`);
    }
  };
  look(properties, '');
  return found;
}
