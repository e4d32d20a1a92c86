import { rmSync } from 'node:fs';

import { rewrite } from './insecure-changes/insecure-change';
import { securityChecks } from './security-checks';
import { synthesize } from './synthesis';
import { properties, type Templates } from './template';

const synthesis = synthesize('default');
afterAll(() => rmSync(synthesis.folder, { recursive: true, force: true }));

async function problems(templates: Templates): Promise<string[]> {
  const check = securityChecks.find(({ name }) => name === 'closed-world-pipeline');
  const [found = []] = (await check?.check([{ name: 'changed', synthesis, templates }])) ?? [];
  return found.map(({ problem }) => problem);
}

function changed(from: string | RegExp, to: string): Templates {
  const templates = structuredClone(synthesis.templates);
  const [pipeline] = Object.values(templates.Training.Resources).filter(
    ({ Type }) => Type === 'AWS::SageMaker::Pipeline',
  );
  const definition = properties(pipeline.Properties?.PipelineDefinition);
  definition.PipelineDefinitionBody = rewrite(definition.PipelineDefinitionBody, from, to);
  return templates;
}

describe('the closed world of the pipeline', () => {
  it('accepts the pipeline as it is', async () => {
    expect(await problems(synthesis.templates)).toEqual([]);
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
    expect(await problems(changed(from, to))).toContainEqual(expect.stringMatching(problem));
  });
});
