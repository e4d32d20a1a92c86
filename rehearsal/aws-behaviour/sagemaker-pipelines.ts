import type { Handling } from './handling';

export const sagemakerPipelines: readonly Handling[] = [
  {
    id: 'sagemaker-pipelines/job-name-prefix',
    enforcedBy: ['pipelines/definition/job-name-prefixes.ts'],
    tests: [
      { file: 'test/pipelines/definition.test.ts', title: 'of %s is refused when SageMaker could not complete it' },
      {
        file: 'test/lib/training/training-stack.test.ts',
        title: 'starts jobs of this workflow only: tuning jobs by their short prefix',
      },
    ],
  },
  {
    id: 'sagemaker-pipelines/register-model-calls',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/training/training-stack.test.ts',
        title: 'creates, tags and describes versions in one group',
      },
    ],
    unsettled: {
      chosen:
        "The role may also tag versions, and the rehearsal asks for that. The log saw the denial for the group; the API reference says that a version takes its group's tags.",
      watch: 'The first RegisterModel step, and its AddTags calls in CloudTrail.',
      ifWrong: 'Nothing fails: the role has one permission that it does not need.',
      change:
        'Remove sagemaker:AddTags from DescribeAndTagModelPackage in lib/training/training-pipeline.ts, and the hop from local-account/sagemaker/pipeline/register-model.ts.',
    },
  },
  {
    id: 'sagemaker-pipelines/property-files-in-any-argument',
    enforcedBy: ['pipelines/definition/values.ts'],
    tests: [
      {
        file: 'test/pipelines/flight-disruption.test.ts',
        title: 'every later step takes the chosen trial, none the best one by its metric',
      },
    ],
    unsettled: {
      chosen:
        'SelectModel writes the name of the chosen training job into a property file, and later steps join it into the URI of its archive. So the model stays where its training wrote it. The model card and the metadata of a version take values of property files, too.',
      watch: 'The deployment of the Training stack, and the step EvaluateModel of the first execution.',
      ifWrong:
        'CreatePipeline refuses the definition, or EvaluateModel fails with an S3Uri that holds an unresolved value.',
      change:
        'Let SelectModel copy the chosen archive to an output of its own, and take that output in pipelines/flight-disruption/pipeline.ts.',
    },
  },
  {
    id: 'sagemaker-pipelines/arguments-fit-the-operation',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/training/training-stack.test.ts',
        title:
          'is one that SageMaker accepts: names, references, options of steps, and arguments of the operations that they call',
      },
    ],
  },
  {
    id: 'sagemaker-pipelines/register-model-retries',
    enforcedBy: [],
    tests: [
      {
        file: 'test/pipelines/definition.test.ts',
        title: 'of a registration covers only the API call, because there is no job',
      },
    ],
  },
  {
    id: 'sagemaker-pipelines/retries',
    enforcedBy: [],
    tests: [
      {
        file: 'test/pipelines/definition.test.ts',
        title: 'of a tuning job leaves out failures that the tuning job itself retries',
      },
    ],
  },
  {
    id: 'sagemaker-pipelines/deletes-no-running-pipeline',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lambda/stop-pipeline-executions.test.ts',
        title: 'stops every execution once, and waits for it',
      },
      {
        file: 'test/lib/training/training-stack.test.ts',
        title: 'happens before the pipeline is deleted, and before versions and logs are removed',
      },
    ],
  },
];
