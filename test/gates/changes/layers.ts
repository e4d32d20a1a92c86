import { closedWorld } from '../closed-world';
import { rightsChecks } from '../rights';
import type { SecurityCheck } from '../security-check';
import { securityChecks } from '../security-checks';

import { TemplateTests } from './template-tests';

/** Checks of one kind. A change is counted for the first layer that notices it. */
export interface Layer {
  readonly name:
    | 'static checks'
    | 'closed world'
    | 'rights'
    | 'meaning'
    | 'packs'
    | 'types'
    | 'unit tests'
    | 'snapshots';
  readonly about: string;
  readonly checks: readonly SecurityCheck[];
  /** It shows the change to a reviewer, who may still let it pass. */
  readonly seenOnly?: boolean;
}

/**
 * Left out: the Python tools take seconds for a template; and acknowledgements are written where a construct is, so a
 * change of the source can bring its acknowledgement along.
 */
const leftOut = ['cfn-lint', 'checkov', 'secrets', 'acknowledgements', 'evidence'];
const packs = ['nag'];
const meaning = ['meaning'];
const types = ['cloudformation-validate'];
const slower = ['states-language'];

/** In the order of their cost. */
export function layersOf(names?: readonly string[]): Layer[] {
  const usual = securityChecks.filter(({ name }) => !leftOut.includes(name));
  const of = (list: readonly string[]) => usual.filter(({ name }) => list.includes(name));
  const others = [
    ...packs,
    ...types,
    ...slower,
    ...meaning,
    ...[...closedWorld, ...rightsChecks].map(({ name }) => name),
  ];
  const layers: Layer[] = [
    {
      name: 'static checks',
      about: 'invariants, policy lint, states language',
      checks: [...usual.filter(({ name }) => !others.includes(name)), ...of(slower)],
    },
    { name: 'closed world', about: 'what is on the lists of test/gates/allowed', checks: closedWorld },
    { name: 'rights', about: 'what roles and resources are for', checks: rightsChecks },
    { name: 'packs', about: "cdk-nag's packs", checks: of(packs) },
    { name: 'types', about: "CloudFormation's property types and rules", checks: of(types) },
    { name: 'meaning', about: 'alarms go off by their causes, and only by them', checks: of(meaning) },
    { name: 'unit tests', about: 'the tests of the stacks in test/lib', checks: [new TemplateTests().check] },
  ];
  return layers.filter(({ name }) => names === undefined || names.includes(name));
}
