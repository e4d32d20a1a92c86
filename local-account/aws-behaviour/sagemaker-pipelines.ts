import type { ServiceLedger, Source } from './behaviour';

const accessPage: Source = {
  page: 'Amazon SageMaker AI Developer Guide: IAM Access Management (Pipelines)',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html',
};
const retryPage: Source = {
  page: 'Amazon SageMaker AI Developer Guide: Retry Policy for Pipeline Steps',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html',
};
/**
 * The index that was searched gives the text of such a file, and not its repository: what it supports alone is not
 * certain.
 */
const unnamed = (seen: string): Source => ({
  repository: 'unnamed',
  at: `a public repository that the search did not name: ${seen}`,
});
const realLog = unnamed(
  "a log of how somebody cut down a pipeline's role in an account, with the denials that followed, of August 6, 2026",
);
const tests = 'local-account/test/sagemaker';
const pipelineTests = `${tests}/pipeline.test.ts`;
const definitionTests = `${tests}/pipeline-definitions.test.ts`;
const stepTests = `${tests}/pipeline-steps.test.ts`;

export const sagemakerPipelines: ServiceLedger = {
  service: 'sagemaker-pipelines',
  behaviours: [
    {
      id: 'sagemaker-pipelines/only-what-executes-can-be-stopped',
      subjects: ['sagemaker:StopPipelineExecution'],
      does:
        "Stopping an execution that has ended, or stops already, is refused with a ValidationException that says: Only pipelines with 'Executing' status can be stopped. " +
        'Other faults have the same code, so clients know this one by its text.',
      sources: [
        {
          repository: 'apache/airflow',
          at: 'providers/amazon/src/airflow/providers/amazon/aws/hooks/sagemaker.py (stop_pipeline), issue 29077',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/pipeline/pipelines.ts'],
      tests: [
        { file: pipelineTests, title: 'cannot be stopped when it has ended, with the message that clients match' },
      ],
    },
    {
      id: 'sagemaker-pipelines/job-name-prefix',
      subjects: [
        'sagemaker:CreateHyperParameterTuningJob',
        'sagemaker:CreateProcessingJob',
        'AWS::SageMaker::Pipeline',
      ],
      does:
        "A job name in a step's arguments is a prefix. Pipelines adds the execution's id, a token and the number of retries, and shortens nothing. " +
        "This leaves 38 characters of a name to us, and 6 of a tuning job's.",
      sources: [accessPage],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/pipeline/job-names.ts'],
      tests: [
        { file: stepTests, title: 'does not start a tuning job whose prefix %s has more than six characters' },
        { file: stepTests, title: 'completes the name that a step gives its job, without shortening it' },
      ],
    },
    {
      id: 'sagemaker-pipelines/register-model-calls',
      subjects: [
        'sagemaker:CreateModelPackageGroup',
        'sagemaker:CreateModelPackage',
        'sagemaker:DescribeModelPackage',
        'sagemaker:AddTags',
      ],
      does:
        "A RegisterModel step creates the model package group, also where it exists, then the version, and then describes the version, all as the pipeline's role. " +
        'It tags what it creates. It tolerates that the group exists, and not that a call is denied.',
      sources: [realLog, accessPage],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/pipeline/register-model.ts'],
      tests: [
        { file: stepTests, title: 'and succeeds with them, though the group exists' },
        { file: stepTests, title: 'and fails without %s' },
      ],
    },
    {
      id: 'sagemaker-pipelines/property-files-in-any-argument',
      subjects: ['sagemaker:CreatePipeline', 'sagemaker:UpdatePipeline', 'AWS::SageMaker::Pipeline'],
      does: "A value of a property file (Std:JsonGet) may stand in any argument of a later step, also inside Std:Join. The developer guide shows it in conditions, and Std:Join in a Fail step's message.",
      sources: [
        {
          page: 'Amazon SageMaker AI Developer Guide: Pass Data Between Steps',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html',
        },
      ],
      sure: 'possible',
      enforcedBy: ['local-account/sagemaker/pipeline/values.ts'],
      tests: [
        { file: pipelineTests, title: 'runs steps in order, decides by a property file, and registers the model' },
      ],
    },
    {
      id: 'sagemaker-pipelines/arguments-fit-the-operation',
      subjects: ['sagemaker:CreatePipeline', 'sagemaker:UpdatePipeline', 'AWS::SageMaker::Pipeline'],
      does:
        "CreatePipeline and UpdatePipeline read each step's arguments against the operation that the step calls. An unknown member, one value in place of a list, and a word " +
        'that is not of an enumeration are refused. RegisterModel takes no ModelPackageName.',
      sources: [
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'pull request 3472 (Unknown Argument member), issue 2345 (Expecting start of Json Array)',
        },
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'issue 4711: the operation itself refuses FastFile as an input mode of a processing job',
        },
        unnamed('a failed CreatePipeline, with "Model Validation failed" and the value FastFile'),
      ],
      sure: 'likely',
      enforcedBy: ['local-account/gateway/step-arguments.ts'],
      tests: [{ file: definitionTests, title: 'refuses a definition with %s' }],
    },
    {
      id: 'sagemaker-pipelines/options-by-step-type',
      subjects: ['sagemaker:CreatePipeline', 'sagemaker:UpdatePipeline'],
      does:
        'Only steps that run a job can be cached, and only they and the two model steps can have retry policies. Property files belong to processing steps. ' +
        'Step names have at most 64 letters, digits, hyphens and underscores.',
      sources: [
        retryPage,
        {
          page: 'SageMaker AI Pipelines: pipeline definition JSON schema',
          url: 'https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/pipeline/step-options.ts'],
      tests: [{ file: definitionTests, title: 'refuses a definition with %s' }],
    },
    {
      id: 'sagemaker-pipelines/register-model-retries',
      subjects: ['sagemaker:CreatePipeline', 'AWS::SageMaker::Pipeline'],
      does: 'A registration starts no job, so its retry policies name faults of the call (Step.*) and no exceptions of jobs (SageMaker.*).',
      sources: [
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'src/sagemaker/workflow/model_step.py: SageMakerJobStepRetryPolicy is not allowed for a register model step',
        },
        retryPage,
      ],
      sure: 'possible',
      enforcedBy: ['local-account/sagemaker/pipeline/step-options.ts'],
      tests: [{ file: definitionTests, title: 'refuses a definition with %s' }],
    },
    {
      id: 'sagemaker-pipelines/retries',
      subjects: ['sagemaker:StartPipelineExecution'],
      does:
        'Pipelines tries again by itself after a fault or throttling of the service that a step calls. A quota (SageMaker.RESOURCE_LIMIT) fails the step at once unless a policy names it, ' +
        'and the reason says so. Tuning jobs try their training jobs again themselves: a policy for their internal errors has no effect.',
      sources: [
        retryPage,
        unnamed('a failed step, with "No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT"'),
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/pipeline/retry.ts'],
      tests: [
        { file: stepTests, title: 'where a policy is about a quota: the job waits for the one before it' },
        { file: stepTests, title: 'not at a quota without such a policy, and says so' },
        { file: stepTests, title: 'by itself after a fault of the service' },
      ],
    },
    {
      id: 'sagemaker-pipelines/parameters-match-the-definition',
      subjects: ['sagemaker:StartPipelineExecution'],
      does: 'An execution takes values for parameters that the definition names, of their type, and needs one for each that has no default.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of StartPipelineExecutionRequest, and Parameter, Name',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/pipeline/pipelines.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/pipeline.test.ts',
          title: 'refuses parameters that are unknown, missing or of another type',
        },
      ],
    },
    {
      id: 'sagemaker-pipelines/parameter-values',
      subjects: ['sagemaker:StartPipelineExecution'],
      does:
        'The API takes parameter values of no characters. Pipelines then checks all values against a schema of its own and refuses an empty text: ' +
        '[string "" is too short (length: 0, required minimum: 1)], one text for each empty value. Nothing runs.',
      sources: [
        { repository: 'aws/sagemaker-python-sdk', at: 'issue 4016, issue 3564 (an empty default)' },
        unnamed('a test of a launcher that quotes an answer with one text for each of several empty values'),
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/pipeline/pipelines.ts'],
      tests: [
        { file: pipelineTests, title: 'starts nothing when a parameter %s' },
        { file: pipelineTests, title: 'starts nothing when a default is empty, and names every empty value' },
      ],
    },
    {
      id: 'sagemaker-pipelines/deletes-no-running-pipeline',
      subjects: ['sagemaker:DeletePipeline', 'AWS::SageMaker::Pipeline'],
      does: 'A pipeline is deleted only when none of its executions runs. They must be stopped first, and each ends only after its jobs.',
      sources: [
        {
          page: 'Amazon SageMaker AI API Reference: DeletePipeline',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeletePipeline.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/pipeline/pipelines.ts'],
      tests: [{ file: pipelineTests, title: 'stops, and with it the running job, and cannot be deleted before' }],
    },
    {
      id: 'sagemaker-pipelines/definitions-are-read-when-stored',
      subjects: ['sagemaker:CreatePipeline', 'sagemaker:UpdatePipeline', 'AWS::SageMaker::Pipeline'],
      does: 'CreatePipeline and UpdatePipeline read the definition and refuse a wrong one: "Unable to parse pipeline definition. ...". What follows differs from fault to fault; where we have not seen it, the message is ours, also for a pipeline without a definition.',
      sources: [
        { repository: 'aws/sagemaker-python-sdk', at: 'issue 2746: Cannot parse object, unknown property' },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreatePipelineRequest, PipelineDefinition and PipelineDefinitionS3Location',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/pipeline/definition.ts', 'local-account/sagemaker/pipeline/pipelines.ts'],
      tests: [
        { file: 'local-account/test/sagemaker/pipeline-definitions.test.ts', title: 'refuses a definition with %s' },
        {
          file: 'local-account/test/sagemaker/pipeline-definitions.test.ts',
          title: 'is not made twice, nor without a definition',
        },
      ],
    },
    {
      id: 'sagemaker-pipelines/taken-names-by-their-words',
      subjects: ['sagemaker:CreatePipeline'],
      does: 'A pipeline name that is taken is a ValidationException, and clients know it by "Pipeline names must be unique within an AWS account and region".',
      sources: [
        {
          repository: 'unnamed-public-repository',
          at: 'a SageMaker pipelines example in JavaScript matches this text',
        },
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'Pipeline.upsert matches "Pipeline names must be unique within"',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/pipeline/pipelines.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/pipeline-definitions.test.ts',
          title: 'is not made twice, nor without a definition',
        },
      ],
    },
    {
      id: 'sagemaker-pipelines/steps-fail-with-the-error-they-saw',
      subjects: ['sagemaker:StartPipelineExecution'],
      does: 'A step that fails says why: a Fail step its own message, a job step "ClientError: " and the reason of the job or of the refused call. A condition whose property file is missing or cannot be read as the pipeline\'s role fails; these messages are ours.',
      sources: [
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'issue 4140: ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: ...',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of FailStepMetadata and PipelineExecutionStep, FailureReason',
        },
        {
          page: 'Pass Data Between Steps - Amazon SageMaker',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/pipeline/execution.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/pipeline.test.ts',
          title: 'reuses a cached step, and fails with the message of the Fail step',
        },
        {
          file: 'local-account/test/sagemaker/pipeline.test.ts',
          title: 'fails when its role may not read the property file, and when the job fails',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: ['sagemaker:StartPipelineExecution', 'sagemaker:DeletePipeline', 'sagemaker:StopPipelineExecution'],
      pages: [
        {
          page: 'Amazon SageMaker AI API Reference: StartPipelineExecution',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html',
        },
        {
          page: 'Amazon SageMaker AI API Reference: DeletePipeline',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeletePipeline.html',
        },
      ],
      found: ['sagemaker-pipelines/parameter-values', 'sagemaker-pipelines/deletes-no-running-pipeline'],
    },
    {
      subjects: ['sagemaker:CreatePipeline', 'sagemaker:UpdatePipeline', 'AWS::SageMaker::Pipeline'],
      pages: [accessPage, retryPage],
      found: [
        'sagemaker-pipelines/job-name-prefix',
        'sagemaker-pipelines/register-model-calls',
        'sagemaker-pipelines/arguments-fit-the-operation',
        'sagemaker-pipelines/options-by-step-type',
        'sagemaker-pipelines/register-model-retries',
        'sagemaker-pipelines/retries',
      ],
    },
    {
      subjects: [
        'sagemaker:StartPipelineExecution',
        'sagemaker:DescribePipelineExecution',
        'sagemaker:StopPipelineExecution',
        'sagemaker:RetryPipelineExecution',
        'sagemaker:ListPipelineExecutions',
        'sagemaker:ListPipelineExecutionSteps',
        'sagemaker:ListPipelineParametersForExecution',
        'sagemaker:DescribePipelineDefinitionForExecution',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        {
          page: 'PipelineExecutionStep - Amazon SageMaker',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PipelineExecutionStep.html',
        },
      ],
      found: ['sagemaker-pipelines/parameters-match-the-definition'],
    },
    {
      subjects: ['sagemaker:DescribePipeline', 'sagemaker:DeletePipeline', 'sagemaker:ListPipelines'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-pipeline: schema, UpdateHandler.java and DeleteHandler.java',
        },
        {
          page: 'Default cache key attributes by pipeline step type - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html',
        },
      ],
      found: 'nothing beyond the model',
    },
    {
      subjects: ['sagemaker:UpdatePipelineExecution'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdatePipelineExecution; the project never calls it',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
