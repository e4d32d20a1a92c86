import { App } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../lib/config';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { workflow } from '../../lib/workflow';
import { otherPatterns } from '../fixtures/serving-patterns';

interface StackTemplate {
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}
type Templates = ReadonlyMap<string, StackTemplate>;

function templates(configuration: WorkflowConfiguration, problem = flightDisruption): Templates {
  const app = new App({ context });
  workflow(app, configuration, problem);
  return new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, template as StackTemplate]));
}

const usual = templates(sandbox);
const { variants } = sandbox;
const unusual: [string, Templates][] = [
  ...Object.entries(otherPatterns).map(([pattern, { configuration, problem }]): [string, Templates] => [
    pattern,
    templates(configuration, problem),
  ]),
  [
    'a challenger',
    templates({ ...sandbox, variants: { ...variants, challenger: { mode: 'share', percent: 10, instances: 1 } } }),
  ],
  ['two containers', templates({ ...sandbox, variants: { ...variants, inferencePipeline: true } })],
  ['an image of its own', templates({ ...sandbox, variants: { ...variants, customImage: true } })],
  ['another rollout', templates({ ...sandbox, release: { ...sandbox.release, rollout: { kind: 'all-at-once' } } })],
  ['a stream', templates({ ...sandbox, streaming: { ...sandbox.streaming, enabled: true } })],
  ['Model Monitor', templates({ ...sandbox, monitoring: { ...sandbox.monitoring, modelMonitor: true } })],
  ['MLflow', templates({ ...sandbox, experiments: { mlflow: true } })],
  [
    'an endpoint that may sleep',
    templates({ ...sandbox, idleEndpoint: { ...sandbox.idleEndpoint, removeAfterHours: 24 } }),
  ],
];

function exportsOf({ Outputs = {} }: StackTemplate): Map<string, string> {
  return new Map(
    Object.values(Outputs).flatMap(({ Value, Export }) =>
      Export === undefined ? [] : [[Export.Name, JSON.stringify(Value)] as const],
    ),
  );
}

/**
 * What CloudFormation would refuse of a deployment in order: an export that a standing stack imports neither goes nor
 * changes.
 */
function embraces(before: Templates, after: Templates): string[] {
  const imported = new Set(
    [...before.values()].flatMap((template) =>
      [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name),
    ),
  );
  return [...before].flatMap(([stack, template]) => {
    const next = exportsOf(after.get(stack) ?? {});
    return [...exportsOf(template)]
      .filter(([name, value]) => imported.has(name) && next.get(name) !== value)
      .map(([name]) => name);
  });
}

describe('one configuration deployed over another', () => {
  test('the stacks do import from each other', () => {
    expect(
      [...usual.values()].filter((template) => JSON.stringify(template).includes('Fn::ImportValue')).length,
    ).toBeGreaterThan(2);
  });

  test.each(unusual)('%s can come, and can go again', (_, other) => {
    expect(embraces(usual, other)).toEqual([]);
    expect(embraces(other, usual)).toEqual([]);
  });

  test('any serving pattern can follow any other', () => {
    const patterns = unusual.slice(0, Object.keys(otherPatterns).length);
    for (const [, before] of patterns) for (const [, after] of patterns) expect(embraces(before, after)).toEqual([]);
  });
});
