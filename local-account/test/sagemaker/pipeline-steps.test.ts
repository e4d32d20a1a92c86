import { AwsError } from '../../platform';
import { PIPELINE_ROLE, PIPELINE_STATEMENTS, pipelineBench } from './pipeline-bench';
import { ACCOUNT, REGION, type Workbench } from './workbench';

describe('steps of pipelines', () => {
  const pipelines = pipelineBench();
  const { processing, registering, tuning, run } = pipelines;
  let bench: Workbench;
  beforeAll(() => {
    bench = pipelines.bench();
  });

  it('completes the name that a step gives its job, without shortening it', async () => {
    const named = processing('Prepare', '1');
    const prefix = 'p'.repeat(38);
    const { id, steps } = await run({ ...named, Arguments: { ...named.Arguments, ProcessingJobName: prefix } });
    const name = steps.get('Prepare')?.Metadata?.ProcessingJob?.Arn?.split('/').at(-1);
    expect(name).toMatch(new RegExp(`^${prefix}-${id}-[a-z0-9]{9}-0$`));
    expect(name).toHaveLength(63);
  });

  it.each(['a-long-prefix', 'letters'])(
    'does not start a tuning job whose prefix %s has more than six characters',
    async (prefix) => {
      const { steps } = await run(tuning(prefix));
      expect(steps.get('TuneModel')?.FailureReason).toMatch(
        new RegExp(
          `^ClientError: Failed to invoke sagemaker:CreateHyperParameterTuningJob. Error Details: .*Value '${prefix}-[a-z0-9]{12}-[a-z0-9]{10}-0' at ` +
            `'hyperParameterTuningJobName' failed to satisfy constraint: Member must have length less than or equal to 32`,
        ),
      );
    },
  );

  it.each(['letter', undefined])("makes a tuning job's name fit with the prefix %s", async (prefix) => {
    const { steps } = await run(tuning(prefix));
    expect(steps.get('TuneModel')?.FailureReason).not.toMatch(/hyperParameterTuningJobName/);
  });

  describe("registers a model by three calls, each as the pipeline's role", () => {
    const group = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package-group/models`;
    const versions = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/models/*`;
    const allowed = {
      artifact: PIPELINE_STATEMENTS.artifact,
      createGroup: { Effect: 'Allow', Action: 'sagemaker:CreateModelPackageGroup', Resource: group },
      tagGroup: { Effect: 'Allow', Action: 'sagemaker:AddTags', Resource: group },
      create: { Effect: 'Allow', Action: 'sagemaker:CreateModelPackage', Resource: versions },
      tag: { Effect: 'Allow', Action: 'sagemaker:AddTags', Resource: versions },
      describe: { Effect: 'Allow', Action: 'sagemaker:DescribeModelPackage', Resource: versions },
    };

    it('and succeeds with them, though the group exists', async () => {
      bench.allow(allowed, PIPELINE_ROLE);
      expect((await run(registering())).execution.PipelineExecutionStatus).toBe('Succeeded');
    });

    it.each<[keyof typeof allowed, RegExp]>([
      [
        'createGroup',
        /Failed to invoke sagemaker:CreateModelPackageGroup.*not authorized to perform: sagemaker:CreateModelPackageGroup on resource: .*group\/models/,
      ],
      [
        'tagGroup',
        /Failed to invoke sagemaker:CreateModelPackageGroup.*not authorized to perform: sagemaker:AddTags on resource: .*model-package-group\/models/,
      ],
      [
        'create',
        /Failed to invoke sagemaker:CreateModelPackage\. .*not authorized to perform: sagemaker:CreateModelPackage/,
      ],
      [
        'tag',
        /Failed to invoke sagemaker:CreateModelPackage\. .*not authorized to perform: sagemaker:AddTags on resource: .*model-package\/models/,
      ],
      [
        'artifact',
        /Failed to invoke sagemaker:CreateModelPackage\. Error Details: Access denied for bucket: workbench, object key: model\.tar\.gz$/,
      ],
      [
        'describe',
        /Failed to invoke sagemaker:DescribeModelPackage.*not authorized to perform: sagemaker:DescribeModelPackage/,
      ],
    ])('and fails without %s', async (missing, message) => {
      bench.allow(Object.fromEntries(Object.entries(allowed).filter(([name]) => name !== missing)), PIPELINE_ROLE);
      expect((await run(registering())).steps.get('Register')?.FailureReason).toMatch(message);
    });
  });

  describe('tries again', () => {
    const policy = (ExceptionType: string, more: object = { MaxAttempts: 2 }) => [
      { ExceptionType: [ExceptionType], IntervalSeconds: 60, BackoffRate: 1, ...more },
    ];
    const serviceFault = new AwsError('InternalFailure', 'not now', 500);
    const limit = new AwsError(
      'ResourceLimitExceeded',
      'The account-level service limit is 1 Instances, with current utilization of 1 Instances and a request delta of 1 Instances.',
    );

    /** Lets CreateProcessingJob fail so often. */
    function failing(error: AwsError, times: number): jest.SpyInstance {
      const handle = bench.service.control.handle.bind(bench.service.control);
      let left = times;
      return jest.spyOn(bench.service.control, 'handle').mockImplementation((call) => {
        if (call.operation === 'CreateProcessingJob' && left-- > 0) return Promise.reject(error);
        return handle(call);
      });
    }
    afterEach(() => jest.restoreAllMocks());

    it('where a policy is about a quota: the job waits for the one before it', async () => {
      failing(limit, 2);
      const before = bench.clock.now();
      const { execution, steps } = await run(
        processing('Prepare', '1', { RetryPolicies: policy('SageMaker.RESOURCE_LIMIT') }),
      );
      expect(execution.PipelineExecutionStatus).toBe('Succeeded');
      expect(steps.get('Prepare')?.AttemptCount).toBe(3);
      expect(steps.get('Prepare')?.Metadata?.ProcessingJob?.Arn).toMatch(/-2$/);
      expect(bench.clock.now() - before).toBeGreaterThanOrEqual(120_000);
    });

    it('not at a quota without such a policy, and says so', async () => {
      failing(limit, 1);
      const { arn, steps } = await run(
        processing('Prepare', '1', { RetryPolicies: policy('SageMaker.CAPACITY_ERROR') }),
      );
      expect(steps.get('Prepare')?.FailureReason).toBe(
        `ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: ${limit.message}\n` +
          `Retry not appropriate on execution of step with PipelineExecutionArn ${arn} and StepId Prepare. No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT.`,
      );
    });

    it('by itself after a fault of the service', async () => {
      failing(serviceFault, 4);
      const { execution } = await run(processing('Prepare', '1'));
      expect(execution.PipelineExecutionStatus).toBe('Succeeded');
    });
  });
});
