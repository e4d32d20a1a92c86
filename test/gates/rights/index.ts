import { caseByCase, type SecurityCheck } from '../security-check';
import { checkElsewhere } from './elsewhere';
import { checkResourcePolicies } from './resources';
import { checkRoles, unusedRoles } from './roles';

/** A closed world of rights: what is not in test/gates/allowed/rights fails, in every configuration. */
export const rightsChecks: readonly SecurityCheck[] = [
  caseByCase('rights-of-roles', 'each role may do its duties, all of them, and nothing else', ({ templates }) =>
    checkRoles(templates),
  ),
  caseByCase(
    'rights-on-resources',
    'the policies of buckets, keys, queues, topics, endpoints and functions say what their kind allows, exactly',
    ({ templates }) => checkResourcePolicies(templates),
  ),
  caseByCase('rights-elsewhere', 'nothing else gives rights', ({ templates }) => checkElsewhere(templates)),
  {
    name: 'rights-of-no-role',
    about: 'each role in the list of duties is a role of some configuration',
    check: (cases) => {
      const findings = unusedRoles(cases.map(({ templates }) => templates)).map((place) => ({
        place,
        problem: 'is a role of no configuration: remove its entry from test/gates/allowed/rights/roles',
      }));
      return Promise.resolve(cases.map((_, index) => (index === 0 ? findings : [])));
    },
  },
];
