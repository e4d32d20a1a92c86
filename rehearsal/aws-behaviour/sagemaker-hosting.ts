import type { Handling } from './handling';

export const sagemakerHosting: readonly Handling[] = [
  {
    id: 'sagemaker-hosting/silent-rollback',
    enforcedBy: ['lib/release/state-machine/update.ts'],
    tests: [
      {
        file: 'test/lib/release/release-definition.test.ts',
        title: 'rolls back an update that SageMaker undid without an error, and keeps the approval',
      },
      { file: 'test/lambda/explain-update.test.ts', title: "compares the endpoint's configuration with the stack's" },
    ],
    unsettled: {
      chosen:
        "After UPDATE_COMPLETE the release compares the endpoint's configuration with the stack's. It is right whether or not CloudFormation notices.",
      watch:
        "The first release that is rolled back: the status of the Serving stack, and the release's states CheckConfiguration and ExplainRollback.",
      ifWrong:
        'The stack ends in UPDATE_COMPLETE although the endpoint has the old configuration; the notice says that CloudFormation did not notice.',
      change: 'None: the release takes the stack back. Note in local-account/FIDELITY.md what CloudFormation does.',
    },
  },
  {
    id: 'sagemaker-hosting/no-instance-for-a-second-fleet',
    enforcedBy: ['lambda/explain-update/explain.ts'],
    tests: [
      { file: 'test/lambda/explain-update.test.ts', title: 'does not blame the model for %s' },
      {
        file: 'test/lib/release/release-definition.test.ts',
        title: 'keeps the approval when the account has no instance for a second fleet, and notifies people',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/retained-weights',
    enforcedBy: ['lib/serving/real-time-endpoint.ts'],
    tests: [
      {
        file: 'test/lib/serving/serving-stack.test.ts',
        title: 'keeps canary and rollback in every update, and the fleet at its scaled size, but no weights',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/data-capture-is-not-retained',
    enforcedBy: ['lib/serving/real-time-endpoint.ts'],
    tests: [],
    unsettled: {
      chosen:
        'The template does not name it. The endpoint then captures as its new configuration says, because capture belongs to the configuration and not to a variant.',
      watch: 'After a deployment that changes the capture destination: DescribeEndpoint, DataCaptureConfig.',
      ifWrong: 'DescribeEndpoint shows the old destination, and captures go on arriving there.',
      change: 'Set retainAllVariantProperties to false for that one deployment, in lib/serving/real-time-endpoint.ts.',
    },
  },
  {
    id: 'sagemaker-hosting/endpoint-is-deleted-when-it-has-settled',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        'The call is refused. CloudFormation is taken to wait for the endpoint before it calls, because no page says what its handler does.',
      watch: '`cdk destroy` while scaling changes the number of instances.',
      ifWrong: 'The Serving stack ends in DELETE_FAILED with "Cannot update in-progress endpoint".',
      change: 'Delete the stack again, and say so in the teardown section of README.md.',
    },
  },
  {
    id: 'sagemaker-hosting/policies-need-the-same-variants',
    enforcedBy: [
      'test/gates/invariants/jobs.ts',
      'lib/serving/real-time-endpoint.ts',
      'lib/release/state-machine/smoke-test.ts',
    ],
    tests: [
      { file: 'test/lib/serving/variants.test.ts', title: 'by %s, a release waits for a canary: %s' },
      { file: 'test/lib/serving/variants.test.ts', title: 'by share, it comes and goes under no deployment policy' },
    ],
    unsettled: {
      chosen:
        'An endpoint with a challenger by share has no deployment policy, which the page allows. One with a challenger in the shadow keeps its policy: the page speaks of variants, and the examples do not say whether a shadow is one. The rehearsal refuses a change of production variants only.',
      watch: 'The first `npm run mlops -- challenge 2` with a challenger in the shadow.',
      ifWrong:
        'UpdateEndpoint is refused for its variant names, and the Serving stack ends in UPDATE_ROLLBACK_COMPLETE.',
      change: 'Leave the deployment configuration out with every challenger in lib/serving/real-time-endpoint.ts.',
    },
  },
  {
    id: 'sagemaker-hosting/a-package-is-the-primary-container',
    enforcedBy: ['lib/serving/live-model.ts'],
    tests: [
      {
        file: 'test/lib/serving/variants.test.ts',
        title: "serves the package's containers in series, and tells them the version alone",
      },
    ],
    unsettled: {
      chosen:
        'The package is the primary container. The rehearsal takes both forms, and gives the environment beside the package to each of its containers.',
      watch:
        'The first release with variants.inferencePipeline: the model in the Serving stack, and MODEL_VERSION in the predictions.',
      ifWrong:
        'CreateModel is refused, or predictions end without the version because only one container got the environment.',
      change:
        'Name the package in Containers with InferenceExecutionConfig in lib/serving/live-model.ts, or put the version into the package.',
    },
  },
  {
    id: 'sagemaker-hosting/endpoint-returns-its-arn',
    enforcedBy: ['lib/serving/real-time-endpoint.ts'],
    tests: [
      {
        file: 'test/lib/serving/serving-stack.test.ts',
        title: 'the scalable target names the endpoint, and comes after it',
      },
    ],
  },
];
