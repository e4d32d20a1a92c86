import { atLeast } from '../../pipelines/definition/conditions';
import { pipelineDocument } from '../../pipelines/definition/pipeline';
import { conditionStep, failStep, processingStep, retryTransientFaults } from '../../pipelines/definition/steps';
import { execution, join, jsonGet, output, property, stringParameter } from '../../pipelines/definition/values';

const prepare = processingStep('PrepareData', {
  cacheFor: 'P7D',
  retryPolicies: retryTransientFaults,
  propertyFiles: [{ name: 'Report', outputName: 'report', path: 'report.json' }],
  arguments: { RoleArn: 'role' },
});

test('a step is written as SageMaker reads it', () => {
  const document = pipelineDocument({ parameters: [stringParameter('Until'), stringParameter('Airports', 'JFK')], steps: [prepare] });
  expect(document).toMatchObject({
    Version: '2020-12-01',
    Parameters: [{ Name: 'Until', Type: 'String' }, { Name: 'Airports', Type: 'String', DefaultValue: 'JFK' }],
    Steps: [
      {
        Name: 'PrepareData',
        Type: 'Processing',
        CacheConfig: { Enabled: true, ExpireAfter: 'P7D' },
        PropertyFiles: [{ PropertyFileName: 'Report', OutputName: 'report', FilePath: 'report.json' }],
        RetryPolicies: [{ ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'] }, {}],
      },
    ],
  });
});

test('values of the run are references', () => {
  expect(output(prepare, 'train')).toEqual({ Get: "Steps.PrepareData.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri" });
  expect(property(prepare, 'ProcessingJobArn')).toEqual({ Get: 'Steps.PrepareData.ProcessingJobArn' });
  expect(join('/', 's3://bucket', execution.id)).toEqual({ 'Std:Join': { On: '/', Values: ['s3://bucket', { Get: 'Execution.PipelineExecutionId' }] } });
  expect(jsonGet(prepare, 'Report', 'a.b')).toEqual({ 'Std:JsonGet': { PropertyFile: { Get: 'Steps.PrepareData.PropertyFiles.Report' }, Path: 'a.b' } });
});

test('a reference to a parameter or step that is not there is refused by name', () => {
  const stray = processingStep('Stray', { arguments: { S3Uri: stringParameter('Nowhere').value } });
  expect(() => pipelineDocument({ parameters: [], steps: [stray] })).toThrow('"Parameters.Nowhere" names no parameter');
  const lost = processingStep('Lost', { arguments: { S3Uri: output(prepare, 'train') } });
  expect(() => pipelineDocument({ parameters: [], steps: [lost] })).toThrow('names no step of the pipeline');
});

test('two steps of one name are refused, also in different branches', () => {
  const gate = conditionStep('Gate', { conditions: [atLeast(1, 0)], ifSteps: [failStep('Stop', 'x')], elseSteps: [failStep('Stop', 'y')] });
  expect(() => pipelineDocument({ parameters: [], steps: [gate] })).toThrow('more than one step named Stop');
});

test('a name that SageMaker would refuse is refused here', () => {
  expect(() => pipelineDocument({ parameters: [], steps: [processingStep('Prepare Data', { arguments: {} })] })).toThrow('"Prepare Data"');
});
