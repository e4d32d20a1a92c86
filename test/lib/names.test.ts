import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { context } from '../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../lib/config';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { workflowName } from '../../lib/shared/stack/workflow-stack';
import { workflow } from '../../lib/workflow';
import { stackPrefixOf } from '../../operator/context';

/** Properties that name a resource, and types whose names one account has once, whatever the region. */
const naming = /^(Name|[A-Z][A-Za-z]*Name)$/;
const global = /^AWS::(IAM|Budgets|CE|S3)::|^AWS::CloudTrail::Trail$/;
/** Names that refer to something else, or are no names. */
const references = new Set([
  'DisplayName',
  'BucketName',
  'S3BucketName',
  'AttributeName',
  'KeyName',
  'MetricName',
  'ZoneName',
  'DatabaseName',
  'FilterName',
  'ServiceName',
  'LogGroupNames',
]);

type Json = Readonly<Record<string, unknown>>;

function fill(value: unknown, region: string): string | undefined {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = (value ?? {}) as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref === 'AWS::Region') return region;
  if (Ref === 'AWS::AccountId') return '111122223333';
  if (Ref === 'AWS::Partition') return 'aws';
  const parts = join?.[1].map((part) => fill(part, region));
  return parts?.every((part) => part !== undefined) ? parts.join(join?.[0]) : undefined;
}

/** Names of resources (with the region, unless they are global), of stacks, of exports and of metric namespaces. */
function namesOf(prefix: string, region: string, change: Partial<WorkflowConfiguration> = {}): Set<string> {
  const stacks = Object.values(
    workflow(new App({ context }), { ...sandbox, ...change, prefix }, flightDisruption),
  ) as Stack[];
  const names = new Set<string>();
  for (const stack of stacks) {
    names.add(`${region} stack ${stack.stackName}`);
    const template = Template.fromStack(stack).toJSON() as {
      Resources: Record<string, { Type: string; Properties?: Json }>;
      Outputs?: Record<string, { Export?: { Name: unknown } }>;
    };
    for (const { Export } of Object.values(template.Outputs ?? {}))
      if (Export) names.add(`${region} export ${fill(Export.Name, region)}`);
    for (const { Type, Properties = {} } of Object.values(template.Resources)) {
      // The custom resources' types and what CDK itself knows by reference are no names in the account.
      if (Type.startsWith('Custom::') || Type === 'AWS::Lambda::Permission') continue;
      const own = {
        ...Properties,
        ...((Properties.DatabaseInput ?? {}) as Json),
        ...((Properties.AnomalyMonitor ?? {}) as Json),
      };
      for (const [property, value] of Object.entries(own)) {
        const name = naming.test(property) && !references.has(property) ? fill(value, region) : undefined;
        if (name !== undefined && !(Type === 'AWS::EC2::FlowLog' && property === 'LogGroupName'))
          names.add(`${global.test(Type) ? 'everywhere' : region} ${Type} ${name}`);
      }
      const spaces =
        JSON.stringify(Properties).match(
          /"(?:MetricNamespace|Namespace|METRIC_NAMESPACE|WORKFLOW_NAMESPACE)":"([^"]+)"/g,
        ) ?? [];
      for (const space of spaces)
        if (!/"(AWS\/|\/?aws\/)/i.test(space.replace(/^"[^"]+":/, '')))
          names.add(`${region} namespace ${space.split('":')[1]}`);
    }
  }
  return names;
}

const both = (one: Set<string>, other: Set<string>) => [...one].filter((name) => other.has(name));

describe('two workflows in one account', () => {
  const variants: Partial<WorkflowConfiguration>[] = [
    {},
    { variants: { ...sandbox.variants, customImage: true } },
    { monitoring: { ...sandbox.monitoring, modelMonitor: true } },
    { experiments: { mlflow: true } },
  ];

  test.each(variants)('share no name in one region: %j', (change) => {
    const one = namesOf('mla-blueprint', 'eu-west-1', change);
    expect(one.size).toBeGreaterThan(30);
    expect(both(one, namesOf('other-team', 'eu-west-1', change))).toEqual([]);
  });

  test('of one prefix share no global name in two regions', () => {
    const one = namesOf('mla-blueprint', 'eu-west-1');
    expect([...one].filter((name) => name.startsWith('everywhere')).length).toBeGreaterThan(1);
    expect(both(one, namesOf('mla-blueprint', 'us-east-1'))).toEqual([]);
  });

  test('have stacks that the commands find by the same prefix', () => {
    for (const prefix of ['mla-blueprint', 'other-team', 'a', 'x2-y3'])
      expect(stackPrefixOf(prefix)).toBe(workflowName(prefix));
    expect(workflowName('mla-blueprint')).toBe('MlaBlueprint');
  });

  test.each(['', 'Mla', 'a--b', 'a-1', '-a', 'a_b', 'a-'])('cannot have the prefix "%s"', (prefix) => {
    expect(() => workflowName(prefix)).toThrow(/prefix/);
  });
});
