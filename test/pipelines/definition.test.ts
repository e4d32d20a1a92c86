import { atLeast, below } from '../../pipelines/definition/conditions';
import { type Pipeline, pipelineDocument } from '../../pipelines/definition/pipeline';
import {
  conditionStep,
  failStep,
  processingStep,
  registerModelStep,
  retryJobFaults,
  retryServiceFaults,
  retryTuningFaults,
  type Step,
  trainingStep,
  tuningStep,
} from '../../pipelines/definition/steps';
import { execution, join, jsonGet, output, property, stringParameter } from '../../pipelines/definition/values';

const prepare = processingStep('Prepare', { arguments: { Image: 'x' } });
const document = (...steps: Step[]) =>
  pipelineDocument({ parameters: [], steps }) as { Steps: Record<string, unknown>[] };

// The shapes are those that SageMaker's own SDK writes.
describe('a value', () => {
  test('of a parameter, an execution, a step', () => {
    expect(stringParameter('Until').value).toEqual({ Get: 'Parameters.Until' });
    expect(execution.id).toEqual({ Get: 'Execution.PipelineExecutionId' });
    expect(property(prepare, 'BestTrainingJob.TrainingJobName')).toEqual({
      Get: 'Steps.Prepare.BestTrainingJob.TrainingJobName',
    });
    expect(output(prepare, 'train')).toEqual({
      Get: "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri",
    });
  });

  test('joined, or read from a property file', () => {
    expect(join('/', 's3://bucket', execution.id)).toEqual({
      'Std:Join': { On: '/', Values: ['s3://bucket', { Get: 'Execution.PipelineExecutionId' }] },
    });
    expect(jsonGet(prepare, 'Report', 'a.b')).toEqual({
      'Std:JsonGet': { PropertyFile: { Get: 'Steps.Prepare.PropertyFiles.Report' }, Path: 'a.b' },
    });
  });
});

describe('a step', () => {
  test('has the name and type that SageMaker expects', () => {
    expect(document(tuningStep('Tune', { arguments: {} })).Steps[0]).toEqual({
      Name: 'Tune',
      Type: 'Tuning',
      Arguments: {},
    });
    expect(document(registerModelStep('Register', { arguments: {} })).Steps[0]?.Type).toBe('RegisterModel');
  });

  test('writes caching, retries, order and property files where SageMaker reads them', () => {
    const retry = { ExceptionType: ['Step.THROTTLING'] as const, IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3 };
    const step = processingStep('Evaluate', {
      dependsOn: [prepare],
      cacheFor: 'P1D',
      retryPolicies: [retry],
      propertyFiles: [{ name: 'Report', outputName: 'evaluation', path: 'evaluation.json' }],
      arguments: {},
    });
    expect(document(prepare, step).Steps[1]).toEqual({
      Name: 'Evaluate',
      Type: 'Processing',
      DependsOn: ['Prepare'],
      RetryPolicies: [retry],
      CacheConfig: { Enabled: true, ExpireAfter: 'P1D' },
      Arguments: {},
      PropertyFiles: [{ PropertyFileName: 'Report', OutputName: 'evaluation', FilePath: 'evaluation.json' }],
    });
  });

  test('with a condition contains the steps of both branches', () => {
    const gate = conditionStep('Gate', {
      conditions: [atLeast(0.4, 0.3), below(1, 2)],
      ifSteps: [prepare],
      elseSteps: [failStep('Stop', 'no')],
    });
    expect(document(gate).Steps[0]).toEqual({
      Name: 'Gate',
      Type: 'Condition',
      Arguments: {
        Conditions: [
          { Type: 'GreaterThanOrEqualTo', LeftValue: 0.4, RightValue: 0.3 },
          { Type: 'LessThan', LeftValue: 1, RightValue: 2 },
        ],
        IfSteps: [{ Name: 'Prepare', Type: 'Processing', Arguments: { Image: 'x' } }],
        ElseSteps: [{ Name: 'Stop', Type: 'Fail', Arguments: { ErrorMessage: 'no' } }],
      },
    });
  });

  test.each(['', 'a b', '-a', 'a-', 'größe', 'a'.repeat(65)])('cannot be called %p', (name) => {
    expect(() => document(processingStep(name, { arguments: {} }))).toThrow(/valid for SageMaker/);
  });
});

test('a document has its version and its parameters, with a default where there is one', () => {
  expect(
    pipelineDocument({ parameters: [stringParameter('Until'), stringParameter('Airports', 'JFK')], steps: [] }),
  ).toMatchObject({
    Version: '2020-12-01',
    Parameters: [
      { Name: 'Until', Type: 'String' },
      { Name: 'Airports', Type: 'String', DefaultValue: 'JFK' },
    ],
  });
});

describe('a retry', () => {
  const types = (policies: typeof retryJobFaults) => policies.flatMap(({ ExceptionType }) => ExceptionType);

  test('of a job follows failures of the platform and of quotas, never of the script', () => {
    expect(types(retryJobFaults)).toEqual([
      'Step.SERVICE_FAULT',
      'Step.THROTTLING',
      'SageMaker.JOB_INTERNAL_ERROR',
      'SageMaker.CAPACITY_ERROR',
      'SageMaker.RESOURCE_LIMIT',
    ]);
  });

  test('of a tuning job leaves out failures that the tuning job itself retries', () => {
    expect(types(retryTuningFaults)).toEqual([
      'Step.SERVICE_FAULT',
      'Step.THROTTLING',
      'SageMaker.CAPACITY_ERROR',
      'SageMaker.RESOURCE_LIMIT',
    ]);
  });

  test('of a registration covers only the API call, because there is no job', () => {
    expect(types(retryServiceFaults)).toEqual(['Step.SERVICE_FAULT', 'Step.THROTTLING']);
  });

  test('waits a minute or more for a quota, and gives up by time, not by count', () => {
    const limit = retryJobFaults.find(({ ExceptionType }) => ExceptionType.includes('SageMaker.RESOURCE_LIMIT'));
    expect(limit?.IntervalSeconds).toBeGreaterThanOrEqual(60);
    expect(limit?.MaxAttempts).toBeUndefined();
    expect(limit?.ExpireAfterMin).toBeGreaterThanOrEqual(60);
  });
});

describe('the job name of a step', () => {
  const named = (argument: string, length: number) => ({ arguments: { [argument]: 'n'.repeat(length) } });

  test.each([
    ['a processing step', (length: number) => processingStep('A', named('ProcessingJobName', length)), 38],
    ['a training step', (length: number) => trainingStep('A', named('TrainingJobName', length)), 38],
    ['a tuning step', (length: number) => tuningStep('A', named('HyperParameterTuningJobName', length)), 6],
  ])('of %s is refused when SageMaker could not complete it', (_, step, longest) => {
    expect(() => document(step(longest))).not.toThrow();
    expect(() => document(step(longest + 1))).toThrow(
      `has ${longest + 1} characters. SageMaker Pipelines leaves ${longest}`,
    );
  });
});

describe('a pipeline is refused before it is deployed', () => {
  const refused = (pipeline: Partial<Pipeline>) => () => pipelineDocument({ parameters: [], steps: [], ...pipeline });

  test('when two steps have one name, also across branches', () => {
    const gate = conditionStep('Gate', { conditions: [], ifSteps: [prepare], elseSteps: [] });
    expect(refused({ steps: [prepare, gate] })).toThrow(/more than one step named Prepare/);
    const twice = conditionStep('Gate', {
      conditions: [],
      ifSteps: [failStep('Stop', 'x')],
      elseSteps: [failStep('Stop', 'y')],
    });
    expect(refused({ steps: [twice] })).toThrow(/more than one step named Stop/);
  });

  test('when a step refers to no parameter', () => {
    const step = processingStep('A', { arguments: { deep: [{ er: stringParameter('Untill').value }] } });
    expect(refused({ parameters: [stringParameter('Until')], steps: [step] })).toThrow(
      /"Parameters.Untill" names no parameter/,
    );
  });

  test('when a step refers to no step', () => {
    expect(
      refused({ steps: [processingStep('A', { arguments: { uri: output({ name: 'Prepar' }, 'train') } })] }),
    ).toThrow(/names no step/);
  });

  test('and accepted when all references exist, in any order', () => {
    const later = processingStep('A', { arguments: { uri: output(prepare, 'train'), id: execution.id } });
    expect(refused({ steps: [later, prepare] })).not.toThrow();
  });
});

describe('refuses a secret in a definition, and names step and setting without the value', () => {
  const secret = 'AKIAIOSFODNN7EXAMPLE';
  test.each<[string, Record<string, unknown>, string]>([
    [
      'in the environment of a job, by its name',
      { Environment: { DB_PASSWORD: 'hunter2' } },
      'Environment.DB_PASSWORD',
    ],
    ['in the environment, by its value', { Environment: { SETTINGS: secret } }, 'Environment.SETTINGS'],
    [
      'among hyperparameters',
      { TrainingJobDefinition: { StaticHyperParameters: { api_key: 'x' } } },
      'StaticHyperParameters.api_key',
    ],
    [
      'among hyperparameters, by its value',
      { HyperParameters: { extra: '-----BEGIN RSA PRIVATE KEY-----' } },
      'HyperParameters.extra',
    ],
    ['among arguments', { AppSpecification: { ContainerArguments: ['--token', 'x'] } }, 'ContainerArguments.0'],
    [
      'in the environment of a registered model',
      { InferenceSpecification: { Containers: [{ Environment: { AUTH_TOKEN: 'x' } }] } },
      'Containers[0].Environment.AUTH_TOKEN',
    ],
  ])('%s', (_name, settings, place) => {
    const make = () => document(processingStep('Leaky', { arguments: settings }));
    expect(make).toThrow(`Step Leaky: Arguments.`);
    expect(make).toThrow(place);
    expect(make).not.toThrow(/hunter2|AKIA|BEGIN/);
  });

  test('also in a branch of a condition', () => {
    const leaky = processingStep('Leaky', { arguments: { Environment: { SECRET: 'x' } } });
    expect(() =>
      document(conditionStep('Gate', { conditions: [atLeast(1, 0)], ifSteps: [leaky], elseSteps: [] })),
    ).toThrow('Environment.SECRET');
  });
});
