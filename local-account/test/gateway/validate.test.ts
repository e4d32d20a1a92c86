import { compilePattern, validateInput, validateOutput } from '../../gateway/validate';
import { type ServiceModel, ServiceModels } from '../../service-model';
import { testPython } from '../fixtures/test-platform';

describe('validation by the service model', () => {
  let model: ServiceModel;
  beforeAll(async () => {
    model = new ServiceModels(await testPython()).get('sagemaker');
  });

  const processing = {
    ProcessingJobName: 'prepare-1',
    RoleArn: 'arn:aws:iam::123456789012:role/Prepare',
    AppSpecification: { ImageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1' },
    ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 } },
  };
  const cluster = (more: Record<string, unknown>) => ({
    ...processing,
    ProcessingResources: { ClusterConfig: { ...processing.ProcessingResources.ClusterConfig, ...more } },
  });
  const complaint = (input: unknown): string => {
    try {
      validateInput(model, 'CreateProcessingJobRequest', input);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('passes a correct request', () => {
    expect(complaint(processing)).toBe('');
  });

  it.each<[string, () => unknown, string]>([
    [
      'an enum',
      () => cluster({ InstanceType: 'ml.m5.huge' }),
      "Value 'ml.m5.huge' at 'processingResources.clusterConfig.instanceType' failed to satisfy constraint: Member must satisfy enum value set: [",
    ],
    [
      'a minimum',
      () => cluster({ InstanceCount: 0 }),
      "Value '0' at 'processingResources.clusterConfig.instanceCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    ['a whole number', () => cluster({ InstanceCount: 1.5 }), 'Member must be an integer'],
    [
      'a type',
      () => cluster({ InstanceCount: '1' }),
      "Value '1' at 'processingResources.clusterConfig.instanceCount' failed to satisfy constraint: Member must be an integer",
    ],
    [
      'a length',
      () => ({ ...processing, ProcessingJobName: 'x'.repeat(64) }),
      'Member must have length less than or equal to 63',
    ],
    [
      'a pattern',
      () => ({ ...processing, RoleArn: 'role/Prepare-of-the-workflow' }),
      'Member must satisfy regular expression pattern: arn:aws[a-z\\-]*:iam::\\d{12}:role/',
    ],
    [
      'an unknown member',
      () => ({ ...processing, RoleARN: 'x' }),
      "at 'roleARN' failed to satisfy constraint: Member must be one of [ProcessingInputs,",
    ],
    [
      'a missing member of a list item',
      () => ({ ...processing, Tags: [{ Key: 'a' }] }),
      "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ],
  ])('names %s that is wrong', (_, input, message) => {
    expect(complaint(input())).toContain(message);
  });

  it('counts all violations', () => {
    expect(complaint({})).toMatch(/^4 validation errors detected: /);
  });

  it('refuses milliseconds where an output has seconds', () => {
    const answer = {
      EndpointName: 'e',
      EndpointArn: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e',
      EndpointStatus: 'InService',
      CreationTime: Date.now(),
      LastModifiedTime: new Date(),
    };
    expect(() => validateOutput(model, 'DescribeEndpoint', 'DescribeEndpointOutput', answer)).toThrow(
      /'creationTime'.*timestamp/,
    );
  });

  it('compiles nearly every pattern of the locally implemented services', () => {
    const patterns = new Set(
      Object.values(model.shapes).flatMap((shape) => (shape.pattern === undefined ? [] : [shape.pattern])),
    );
    expect([...patterns].filter((pattern) => compilePattern(pattern) === undefined).length).toBeLessThanOrEqual(4);
  });
});
