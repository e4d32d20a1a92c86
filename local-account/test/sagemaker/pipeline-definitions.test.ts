import { CreatePipelineCommand, UpdatePipelineCommand } from '@aws-sdk/client-sagemaker';
import { PIPELINE_ROLE, pipelineBench } from './pipeline-bench';
import type { Workbench } from './workbench';

describe('definitions of pipelines', () => {
  const pipelines = pipelineBench();
  const { processing, registering, update } = pipelines;
  let bench: Workbench;
  beforeAll(() => {
    bench = pipelines.bench();
  });

  it('is not made twice, nor without a definition', async () => {
    const more = { RoleArn: PIPELINE_ROLE, ClientRequestToken: 'create-token-00000000000000000000000' };
    await expect(
      bench.sagemaker.send(new CreatePipelineCommand({ PipelineName: 'flow', PipelineDefinition: '{}', ...more })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Pipeline names must be unique within an AWS account and region/) as string,
    });
    await expect(bench.sagemaker.send(new CreatePipelineCommand({ PipelineName: 'empty', ...more }))).rejects.toThrow(
      /Either Pipeline Definition/,
    );
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['a reference to nothing', { Steps: [processing('A', { Get: 'Parameters.No' })] }, /no parameter No/],
    ['a dependency on nothing', { Steps: [processing('A', '1', { DependsOn: ['B'] })] }, /depends on B/],
    [
      'a cycle',
      { Steps: [processing('A', '1', { DependsOn: ['B'] }), processing('B', '1', { DependsOn: ['A'] })] },
      /A -> B -> A/,
    ],
    ['two steps of one name', { Steps: [processing('A', '1'), processing('A', '1')] }, /more than one step is named A/],
    [
      'a step type it does not run',
      { Steps: [{ Name: 'A', Type: 'Lambda', Arguments: {} }] },
      /the local account runs Processing/,
    ],
  ])('refuses a definition with %s', async (_, document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify({ Version: '2020-12-01', ...document });
    await expect(
      bench.sagemaker.send(new UpdatePipelineCommand({ PipelineName: 'flow', PipelineDefinition: text })),
    ).rejects.toThrow(message);
  });

  it.each([
    [
      "a job's exception on a registration",
      () => registering({ RetryPolicies: [{ ExceptionType: ['SageMaker.CAPACITY_ERROR'] }] }),
      /SageMaker.CAPACITY_ERROR is not supported in a retry policy of step Register of type RegisterModel/,
    ],
    [
      'a retry of a Fail step',
      () => ({ Name: 'A', Type: 'Fail', Arguments: { ErrorMessage: 'x' }, RetryPolicies: [] }),
      /of type Fail cannot have RetryPolicies/,
    ],
    [
      'two ways to give up',
      () =>
        processing('A', '1', {
          RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 1, ExpireAfterMin: 1 }],
        }),
      /both MaxAttempts and ExpireAfterMin/,
    ],
    [
      'a cached registration',
      () => registering({ CacheConfig: { Enabled: true } }),
      /of type RegisterModel cannot have a CacheConfig/,
    ],
    [
      'a duration that is none',
      () => processing('A', '1', { CacheConfig: { Enabled: true, ExpireAfter: 'a month' } }),
      /not an ISO 8601 duration/,
    ],
    [
      'property files of a registration',
      () => registering({ PropertyFiles: [] }),
      /of type RegisterModel cannot have PropertyFiles/,
    ],
    [
      'a property file that its step does not declare',
      () => [
        processing('B', '1'),
        processing('A', { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.B.PropertyFiles.No' }, Path: 'x' } }),
      ],
      /step B declares no such property file/,
    ],
    ['a name that is too long', () => processing('a'.repeat(65), '1'), /is not a step name/],
    [
      'an unknown argument',
      () => ({ ...registering(), Arguments: { ...registering().Arguments, ModelPackageName: 'one' } }),
      /^Unable to parse pipeline definition. Unknown Argument member 'ModelPackageName'\.$/,
    ],
    [
      'an unknown argument deep within',
      () => ({ Name: 'A', Type: 'Processing', Arguments: { AppSpecification: { Image: 'x' } } }),
      /^Unable to parse pipeline definition. Unknown Argument member 'Image'\.$/,
    ],
    [
      'one value in place of a list',
      () => ({
        Name: 'A',
        Type: 'Processing',
        Arguments: { NetworkConfig: { VpcConfig: { Subnets: { Get: 'Parameters.S' } } } },
      }),
      /^Unable to parse pipeline definition. Expecting start of Json Array\.$/,
    ],
    [
      'a word that is not of its enumeration',
      () => ({
        Name: 'A',
        Type: 'Processing',
        Arguments: {
          ProcessingInputs: [
            { InputName: 'i', S3Input: { S3Uri: 's3://b/k', S3DataType: 'S3Prefix', S3InputMode: 'FastFile' } },
          ],
        },
      }),
      /^Unable to parse pipeline definition. Model Validation failed: Value 'FastFile' for 'ProcessingS3InputMode' failed to satisfy enum value set: \[/,
    ],
  ])('refuses a definition with %s', async (_, step, message) => {
    await expect(update(...[step()].flat())).rejects.toThrow(message);
  });
});
