import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App, CfnElement, Duration, Stack } from 'aws-cdk-lib';

import { context } from '../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../lib/config';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import type { ProblemSpec } from '../../lib/problem/problem-spec';
import { WorkflowFunction } from '../../lib/shared/function/workflow-function';
import { workflow } from '../../lib/workflow';
import { allowedMetrics } from './allowed/metrics';
import type { RoleDuties } from './allowed/rights/duty';
import { roles } from './allowed/rights/roles';
import { functionRole } from './allowed/rights/roles/kinds';
import { decode, encode } from './changes/embedded-json';
import { securityChecks } from './security-checks';
import { type Synthesis, shortName, synthesize } from './synthesis';
import { isProperties, list, type Properties, type Template, type Templates, type Value } from './template';

/** Ten changes that a developer makes in a week. The checks let each pass, after at most one entry in one list. */
interface HonestChange {
  readonly name: string;
  readonly configuration?: Partial<WorkflowConfiguration>;
  /** Edits the problem. Returns how to take it back. */
  readonly problem?: () => () => void;
  readonly region?: string;
  /** What a developer adds to the code of the stacks. */
  readonly code?: (stacks: ReturnType<typeof workflow>) => void;
  /** The templates as they would be after a change of code that a test cannot make. */
  readonly templates?: (templates: Templates) => void;
  /** The entry that the change needs. Returns how to take it back. */
  readonly entry?: () => () => void;
}

/** Adds to a list, as an edit of its file would. */
function add<T>(to: Readonly<Record<string, T>>, key: string, value: T): () => void {
  const list = to as Record<string, T>;
  list[key] = value;
  return () => {
    delete list[key];
  };
}

function resourceOf(
  templates: Templates,
  stack: string,
  idPrefix: string,
  type?: string,
): [string, Template['Resources'][string]] {
  const found = Object.entries(templates[stack].Resources).find(
    ([id, { Type }]) => id.startsWith(idPrefix) && (type === undefined || Type === type),
  );
  if (found === undefined) throw new Error(`${stack} has no ${idPrefix}`);
  return found;
}

const honestChanges: readonly HonestChange[] = [
  {
    name: 'a new alarm, on throttled calls of a function',
    templates: (templates) => {
      const [, alarm] = resourceOf(templates, 'Monitoring', 'AlarmsPipelineFailed');
      const [functionId] = resourceOf(templates, 'Monitoring', 'AutomaticRetrainingStartRetrainingFunction');
      templates.Monitoring.Resources.AlarmsRetrainingThrottled0123ABCD = {
        ...alarm,
        Properties: {
          ...alarm.Properties,
          Namespace: 'AWS/Lambda',
          MetricName: 'Throttles',
          Dimensions: [{ Name: 'FunctionName', Value: { Ref: functionId } }],
        },
      };
    },
    entry: () =>
      add(allowedMetrics, 'AWS/Lambda/Throttles', [
        {
          statistic: 'Sum',
          is: '>=',
          threshold: [1, 100],
          period: [60, 300],
          missing: 'notBreaching',
          dimensions: ['FunctionName'],
        },
      ]),
  },
  {
    name: 'another instance type',
    configuration: {
      instances: {
        ...sandbox.instances,
        training: { ...sandbox.instances.training, instanceType: 'ml.m5.xlarge', volumeSizeInGb: 30 },
        endpoint: { instanceType: 'ml.c5.xlarge', minimum: 2, maximum: 6 },
      },
    },
  },
  {
    name: 'a new column',
    // As an edit of lib/problem/flight-disruption.ts: the lists follow the problem.
    problem: () => {
      const features = flightDisruption.features as ProblemSpec['features'][number][];
      features.push({
        name: 'engines',
        type: 'number',
        unit: 'engines',
        minimum: 1,
        maximum: 8,
        missing: 'keep',
        usuallyPresent: 0.9,
        why: 'represents the fleet',
      });
      return () => void features.pop();
    },
  },
  {
    name: 'a longer retention',
    configuration: { logRetentionDays: 180, retention: { ...sandbox.retention, captureDays: 60, auditDays: 730 } },
  },
  {
    name: 'a new function',
    code: ({ foundation, monitoring }) =>
      void new WorkflowFunction(monitoring, 'WeeklyNote', {
        context: foundation.context,
        name: 'select-captures',
        description: 'An example of a function that a developer adds.',
        timeout: Duration.minutes(1),
        environment: {},
        statements: [],
      }),
    entry: () => {
      (roles as RoleDuties[]).push(functionRole('Monitoring/WeeklyNoteRole'));
      return () => void (roles as RoleDuties[]).pop();
    },
  },
  { name: 'another region', region: 'eu-west-1' },
  {
    name: 'a challenger',
    configuration: { variants: { ...sandbox.variants, challenger: { mode: 'share', percent: 20, instances: 2 } } },
  },
  {
    name: 'a challenger that only sees copies of the requests',
    configuration: { variants: { ...sandbox.variants, challenger: { mode: 'shadow', percent: 50, instances: 2 } } },
  },
  {
    name: 'a renamed metric',
    templates: (templates) => {
      const mutable = templates as Record<string, Template>;
      for (const [stack, template] of Object.entries(templates))
        mutable[stack] = JSON.parse(JSON.stringify(template).replaceAll('RowsQuarantined', 'RowsRefused')) as Template;
    },
    entry: () =>
      add(allowedMetrics, 'MlaBlueprint/Ingest/RowsRefused', allowedMetrics['MlaBlueprint/Ingest/RowsQuarantined']),
  },
  {
    name: 'a new step of the pipeline',
    templates: (templates) => {
      const [, { Properties: properties = {} }] = resourceOf(
        templates,
        'Training',
        'Pipeline',
        'AWS::SageMaker::Pipeline',
      );
      const definition = properties.PipelineDefinition as Properties;
      const embedded = decode(definition.PipelineDefinitionBody);
      if (!isProperties(embedded?.json ?? null)) throw new Error('the pipeline has no definition');
      const { json, references } = embedded as { json: Properties; references: readonly Value[] };
      const steps = list(json.Steps);
      const first = steps.find((step) => isProperties(step) && step.Type === 'Processing') as Properties;
      properties.PipelineDefinition = {
        PipelineDefinitionBody: encode({
          json: { ...json, Steps: [...steps, { ...first, Name: 'DescribeData' }] },
          references,
        }),
      };
    },
  },
  {
    // New bundles of the functions and other construct metadata. The lock file: test/supply-chain.
    name: 'a library update',
    templates: (templates) => {
      for (const { Resources } of Object.values(templates))
        for (const [id, resource] of Object.entries(Resources)) {
          resource.Metadata = { ...resource.Metadata, 'aws:cdk:path': `Other/${id}` };
          const code = resource.Properties?.Code;
          if (isProperties(code ?? null) && typeof (code as Properties).S3Key === 'string')
            (code as Properties).S3Key = `${'0123456789abcdef'.repeat(4)}.zip`;
        }
    },
  },
];

/**
 * They read all configurations at once, need Python, or play every alarm for long: `npm run gates`. A new alarm also
 * needs an entry in test/meaning/catalog that says what sets it off.
 */
const leftOut = ['meaning', 'rights-of-no-role', 'evidence', 'cfn-lint', 'checkov', 'secrets'];
const checks = securityChecks.filter(({ name }) => !leftOut.includes(name));

const app = synthesize('default');
const folders = [app.folder];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function applied({ configuration, region, code, templates }: HonestChange): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-honest-'));
  folders.push(folder);
  const { CDK_DEFAULT_REGION } = process.env;
  if (region !== undefined) process.env.CDK_DEFAULT_REGION = region;
  const changed = new App({ context, outdir: folder });
  const stacks = workflow(changed, { ...sandbox, ...configuration }, flightDisruption);
  if (region !== undefined) {
    if (CDK_DEFAULT_REGION === undefined) delete process.env.CDK_DEFAULT_REGION;
    else process.env.CDK_DEFAULT_REGION = CDK_DEFAULT_REGION;
  }
  code?.(stacks);
  const result = Object.fromEntries(
    changed
      .synth()
      .stacks.map(({ stackName, templateFullPath }) => [
        shortName(stackName),
        JSON.parse(readFileSync(templateFullPath, 'utf8')) as Template,
      ]),
  );
  templates?.(result);
  const paths = new Map(
    changed.node
      .findAll()
      .filter(CfnElement.isCfnElement)
      .map((node) => [
        `${shortName(Stack.of(node).stackName)}/${String(Stack.of(node).resolve(node.logicalId))}`,
        node.node.path,
      ]),
  );
  return { configuration: 'default', app: changed, folder, templates: result, paths };
}

async function findingsOf(change: HonestChange): Promise<string[]> {
  const undo = [change.problem?.(), change.entry?.()];
  try {
    const synthesis = applied(change);
    const findings: string[] = [];
    // Checks that read stack by stack read those that differ from the app's.
    const one = {
      name: change.name,
      synthesis: { ...synthesis, templates: app.templates },
      templates: synthesis.templates,
    };
    for (const check of checks)
      for (const { place, problem } of (await check.check([one]))[0])
        findings.push(`${check.name}: ${place} ${problem}`);
    return findings;
  } finally {
    for (const one of undo) one?.();
  }
}

test.each(honestChanges)('$name passes', async (change) => {
  expect(await findingsOf(change)).toEqual([]);
});
