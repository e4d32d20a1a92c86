import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { context } from '../../cdk.json';
import { sandbox } from '../../lib/config';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { workflow } from '../../lib/workflow';

/** Of these CloudFormation takes no tags ("Tags" is not among the properties of their pages). */
const takeNone: readonly string[] = [
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::Glue::Database',
  'AWS::Glue::SecurityConfiguration',
  'AWS::Glue::Table',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'Custom::AnalysisConfig',
  'Custom::RemoveOnDelete',
  'Custom::S3AutoDeleteObjects',
];

test('every resource that takes tags says whose it is, who pays, and what data it holds', () => {
  const untagged = new Map<string, string>();
  const machines: string[] = [];
  for (const modelMonitor of [false, true]) {
    const stacks = workflow(
      new App({ context }),
      { ...sandbox, monitoring: { ...sandbox.monitoring, modelMonitor } },
      flightDisruption,
    );
    for (const [name, stack] of Object.entries(stacks)) {
      const { Resources } = Template.fromStack(stack as Stack).toJSON() as {
        Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
      };
      for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
        if (Type === 'AWS::StepFunctions::StateMachine') machines.push(JSON.stringify(Properties.DefinitionString));
        const tags = (Properties.Tags ?? Properties.ResourceTags ?? []) as { Key: string }[] | Record<string, string>;
        const keys = Array.isArray(tags) ? tags.map(({ Key }) => Key) : Object.keys(tags);
        if (!Object.keys(sandbox.tags).every((key) => keys.includes(key))) untagged.set(Type, `${name}/${id}`);
      }
    }
  }
  expect([...untagged].filter(([type]) => !takeNone.includes(type))).toEqual([]);
  // Stack tags do not reach what a machine creates: each job that it starts needs its own.
  const started = machines.filter((definition) => /sagemaker:create\w+Job\b/.test(definition));
  expect(started.length).toBeGreaterThanOrEqual(3);
  for (const definition of started) {
    expect((definition.match(/\bcostCenter\b/g) ?? []).length).toBe(
      (definition.match(/sagemaker:create\w+Job\b/g) ?? []).length,
    );
  }
});
