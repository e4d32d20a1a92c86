import { App, Aws, CfnResource, Fn, Stack } from 'aws-cdk-lib';

import { context } from '../../../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../../../lib/config';
import { flightDisruption } from '../../../../lib/problem/flight-disruption';
import type { ProblemSpec } from '../../../../lib/problem/problem-spec';
import { checkFixedNames, type RunTimeName, runTimeNamePrefix } from '../../../../lib/shared/stack/name-length';
import { workflow } from '../../../../lib/workflow';
import { otherPatterns } from '../../../fixtures/serving-patterns';

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>;
}

/** The templates of all stacks with another prefix; what synth refuses is thrown. */
function synthesize(
  prefix: string,
  changes: Partial<WorkflowConfiguration> = {},
  problem = flightDisruption,
): Template[] {
  const app = new App({ context });
  workflow(app, { ...sandbox, ...changes, prefix }, problem);
  return app.synth().stacks.map(({ template }) => template as Template);
}

const longestPrefix = 'a'.repeat(18);

it('refuses a prefix with which the names of jobs would be too long at run time, naming prefix, part and limit', () => {
  expect(() => synthesize(`${longestPrefix}a`)).toThrow(
    'The name of a processing job, "aaaaaaaaaaaaaaaaaaa-quality-" and 36 more characters, would have 64 characters; the service accepts 63. ' +
      'The prefix "aaaaaaaaaaaaaaaaaaa" (lib/config.ts) has 19: choose a prefix of at most 18 characters.',
  );
});

const configurations: [string, Partial<WorkflowConfiguration>, ProblemSpec][] = [
  ['as it is', {}, flightDisruption],
  ['with Model Monitor', { monitoring: { ...sandbox.monitoring, modelMonitor: true } }, flightDisruption],
  ['with batch scoring alone', {}, otherPatterns.batch.problem],
];

it.each(configurations)(
  'gives every job a name within 63 characters with the longest prefix, %s',
  (_, changes, problem) => {
    const machines = synthesize(longestPrefix, changes, problem).flatMap(({ Resources }) =>
      Object.values(Resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine'),
    );
    // Read from the definitions themselves, so that a name that somebody adds without the check is seen.
    const names = machines.flatMap(({ Properties }) => [
      ...JSON.stringify(Properties).matchAll(/States\.Format\('(a{18}-[^']*)', ([^"]*?)\)\\*"/g),
    ]);
    const lengths = names.map(([, format, values]) => {
      const added = values
        .split(', ')
        .map((value) => (value === 'States.UUID()' ? 36 : value === '$.attempt' ? 4 : 32));
      return format.replaceAll('{}', '').length + added.reduce((sum, one) => sum + one, 0);
    });
    expect(lengths.length).toBeGreaterThanOrEqual(2);
    expect(lengths.filter((length) => length > 63)).toEqual([]);
  },
);

const limits: [RunTimeName, number][] = [
  ['processing job', 63],
  ['training job', 63],
  ['transform job', 63],
  ['hyperparameter tuning job', 32],
  ['state machine execution', 80],
];

it.each(limits)('takes a %s of %i characters and not of one more', (kind, limit) => {
  expect(runTimeNamePrefix(kind, { prefix: 'mine', part: 'part', added: limit - 10 })).toBe('mine-part-');
  expect(() => runTimeNamePrefix(kind, { prefix: 'mine', part: 'part', added: limit - 9 })).toThrow(
    `${limit + 1} characters; the service accepts ${limit}`,
  );
});

it('says to shorten the other parts if no prefix is short enough', () => {
  expect(() => runTimeNamePrefix('hyperparameter tuning job', { prefix: 'mine', added: 40 })).toThrow(
    'shorten the other parts of the name',
  );
});

describe('a name that a template fixes', () => {
  const stackWith = (type: string, properties: Record<string, unknown>): App => {
    const app = new App();
    checkFixedNames(app, 'mine');
    new CfnResource(new Stack(app, 'Stack'), 'Named', { type, properties });
    return app;
  };
  const role = (properties: Record<string, unknown>): App =>
    stackWith('AWS::IAM::Role', { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }, ...properties });

  it('is refused when it is longer than the service accepts', () => {
    const name = `mine-${'x'.repeat(80)}`;
    expect(() => stackWith('AWS::StepFunctions::StateMachine', { StateMachineName: name }).synth()).toThrow(
      `Stack/Named: StateMachineName of AWS::StepFunctions::StateMachine, ${name}, would have 85 characters; the service accepts 80.`,
    );
  });

  it('counts the longest region that it may be joined with', () => {
    const roleName = (letters: number) => Fn.join('-', [`mine${'x'.repeat(letters)}`, 'approver', Aws.REGION]);
    expect(() => role({ RoleName: roleName(36) }).synth()).not.toThrow();
    expect(() => role({ RoleName: roleName(37) }).synth()).toThrow('would have 65 characters; the service accepts 64');
  });

  it('is left to CloudFormation if only the deployment knows it', () => {
    expect(() => role({ RoleName: Fn.importValue('other') }).synth()).not.toThrow();
    expect(() => role({}).synth()).not.toThrow();
  });

  it('has a limit here for every property that the prefix names something by', () => {
    const named = synthesize(longestPrefix).flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
        Object.entries(Properties)
          // A table names its database, which is another resource.
          .filter(
            ([key, value]) =>
              /Name$/.test(key) && Type !== 'AWS::Glue::Table' && JSON.stringify(value).includes(longestPrefix),
          )
          .map(([key]) => [Type, key] as const),
      ),
    );
    expect(named.length).toBeGreaterThan(7);
    for (const [type, key] of named)
      expect(() => stackWith(type, { [key]: 'x'.repeat(2000) }).synth()).toThrow(`${key} of ${type}`);
  });
});
