import { rmSync } from 'node:fs';

import { rewrite } from './insecure-changes/insecure-change';
import { securityChecks } from './security-checks';
import { synthesize } from './synthesis';
import { type Properties, properties, type Templates } from './template';

const synthesis = synthesize('default');
afterAll(() => rmSync(synthesis.folder, { recursive: true, force: true }));

async function problems(name: string, templates: Templates): Promise<string[]> {
  const check = securityChecks.find((one) => one.name === name);
  const [found = []] = (await check?.check([{ name: 'changed', synthesis, templates }])) ?? [];
  return found.map(({ problem }) => problem);
}

/** The templates, after a change of the first resource of a type. */
function changed(stack: string, type: string, change: (properties: Properties) => void): Templates {
  // Not structuredClone: in Jest its lists have another prototype, and none equals a list of the rules.
  const templates = JSON.parse(JSON.stringify(synthesis.templates)) as Templates;
  const found = Object.values(templates[stack].Resources).find(({ Type }) => Type === type);
  change(properties(found?.Properties));
  return templates;
}

describe('the closed world of the pipeline', () => {
  const withDefinition = (from: string | RegExp, to: string) =>
    changed('Training', 'AWS::SageMaker::Pipeline', ({ PipelineDefinition }) => {
      const definition = properties(PipelineDefinition);
      definition.PipelineDefinitionBody = rewrite(definition.PipelineDefinitionBody, from, to);
    });

  it('accepts the pipeline as it is', async () => {
    expect(await problems('closed-world-pipeline', synthesis.templates)).toEqual([]);
  });

  it.each([
    ['a Join without its separator', '"Std:Join":{"On":"/",', '"Std:Join":{', /Std:Join has the fields Values/],
    ['a misspelled field of a JsonGet', '"PropertyFile":{"Get"', '"ProperyFile":{"Get"', /Std:JsonGet/],
    [
      'a property file that no step declares',
      'PropertyFiles.Evaluation',
      'PropertyFiles.Evalation',
      /no step declares/,
    ],
    ['an input that is there twice', '"InputName":"models"', '"InputName":"code"', /has code twice/],
    [
      'a place that begins with an id',
      /"Values":\["s3:/,
      '"Values":[{"Get":"Execution.PipelineExecutionId"},"s3:',
      /./,
    ],
  ])('does not accept %s', async (_, from, to, problem) => {
    expect(await problems('closed-world-pipeline', withDefinition(from, to))).toContainEqual(
      expect.stringMatching(problem),
    );
  });
});

test('the closed world does not accept an endpoint that captures a part of its requests', async () => {
  const templates = changed('Serving', 'AWS::SageMaker::EndpointConfig', ({ DataCaptureConfig }) => {
    properties(DataCaptureConfig).InitialSamplingPercentage = 50;
  });
  expect(await problems('closed-world', templates)).toEqual([expect.stringContaining('is 50; allowed: 100')]);
});

describe('the closed world of the dashboard', () => {
  it.each([
    ['a metric that nobody publishes', 'Invocation5XXErrors', 'Invocation5XXError', /no metric of/],
    ['a dimension that the metric does not have', '"EndpointName"', '"Endpoint"', /no metric of/],
    ['a statistic that CloudWatch does not know', '"stat":"Sum"', '"stat":"Summ"', /Summ/],
    ['a widget of another kind', '"type":"metric"', '"type":"custom"', /is a widget custom/],
  ])('does not accept %s', async (_, from, to, problem) => {
    const templates = changed('Monitoring', 'AWS::CloudWatch::Dashboard', (dashboard) => {
      dashboard.DashboardBody = rewrite(dashboard.DashboardBody, from, to);
    });
    expect(await problems('closed-world', templates)).toContainEqual(expect.stringMatching(problem));
  });
});

describe('the closed world of the catalog', () => {
  it('does not accept partition keys in another order than the folders of the path', async () => {
    const templates = structuredClone(synthesis.templates);
    const [table] = Object.values(templates.DataLake.Resources).filter(
      ({ Type, Properties }) => Type === 'AWS::Glue::Table' && JSON.stringify(Properties).includes('"month"'),
    );
    (properties(table.Properties?.TableInput).PartitionKeys as unknown[]).reverse();
    expect(await problems('closed-world', templates)).toContainEqual(expect.stringContaining('month'));
  });
});
