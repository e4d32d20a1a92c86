import type { ServiceLedger } from './behaviour';

export const sagemakerHosting: ServiceLedger = {
  service: 'sagemaker-hosting',
  behaviours: [
    {
      id: 'sagemaker-hosting/silent-rollback',
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'An update that fails, for want of capacity or in its health checks, ends with the endpoint InService on its old configuration, and the failure reason may be empty. Whoever looks at the status alone takes it for a success.',
      sources: [
        { repository: 'hashicorp/terraform-provider-aws', at: 'issues 48997, 46663 and 39099, pull request 49020' },
        {
          repository: 'aws-controllers-k8s/sagemaker-controller',
          at: 'pull request 7: the failure reason disappears with the next update',
        },
      ],
      sure: 'likely',
      enforcedBy: [
        'local-account/cloudformation/provisioners/sagemaker-endpoint.ts',
        'lib/release/state-machine/update.ts',
      ],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title:
            'is called an update that failed by a CloudFormation that looks at the configuration, and a complete one by a CloudFormation that looks at the status',
        },
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
        change: 'None: the release takes the stack back. Note in docs/reference/fidelity.md what CloudFormation does.',
      },
    },
    {
      id: 'sagemaker-hosting/no-instance-for-a-second-fleet',
      subjects: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint'],
      does: 'A blue/green update needs instances for two fleets. Without the quota the call fails with ResourceLimitExceeded ("The account-level service limit ... is N Instances"); without capacity the update fails later with "Unable to provision requested ML compute capacity".',
      sources: [
        {
          repository: 'aws-samples/sagemaker-custom-project-templates',
          at: 'issue 51: the words in a CloudFormation event',
        },
        { repository: 'DIAGNijmegen/rse-grand-challenge', at: 'issue 2631: the words for missing capacity' },
      ],
      sure: 'certain',
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
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'RetainAllVariantProperties keeps the weights of variants that exist, not only their instance counts. A new variant gets its InitialVariantWeight beside them, so its share is not the configured one, and later changes of weights in the configuration do nothing.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdateEndpointInput, RetainAllVariantProperties',
        },
        {
          page: 'API VariantProperty',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VariantProperty.md',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/endpoints.ts', 'lib/serving/real-time-endpoint.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/variants.test.ts',
          title:
            'keeps the weight of the variant that was there, so that a newcomer of 10 % gets ten of eleven parts; later percentages change nothing',
        },
        {
          file: 'local-account/test/sagemaker/variants.test.ts',
          title: "takes the configuration's weights where DesiredWeight is excluded, each time",
        },
        {
          file: 'test/lib/serving/serving-stack.test.ts',
          title: 'keeps canary and rollback in every update, and the fleet at its scaled size, but no weights',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/data-capture-is-not-retained',
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'ExcludeRetainedVariantProperties lists DataCaptureConfig among its values and says "not currently supported".',
      sources: [
        {
          page: 'VariantProperty - Amazon SageMaker API reference',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VariantProperty.html',
        },
      ],
      sure: 'possible',
      enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts', 'lib/serving/real-time-endpoint.ts'],
      tests: [{ file: 'local-account/test/sagemaker/variants.test.ts', title: 'cannot exclude DataCaptureConfig' }],
      unsettled: {
        chosen:
          'The template does not name it. The endpoint then captures as its new configuration says, because capture belongs to the configuration and not to a variant.',
        watch: 'After a deployment that changes the capture destination: DescribeEndpoint, DataCaptureConfig.',
        ifWrong: 'DescribeEndpoint shows the old destination, and captures go on arriving there.',
        change:
          'Set retainAllVariantProperties to false for that one deployment, in lib/serving/real-time-endpoint.ts.',
      },
    },
    {
      id: 'sagemaker-hosting/hosting-answers-validation-exception',
      subjects: [
        'sagemaker:DescribeEndpoint',
        'sagemaker:DescribeEndpointConfig',
        'sagemaker:DescribeModel',
        'sagemaker:DescribeModelPackage',
        'sagemaker:DescribeModelPackageGroup',
        'sagemaker:CreateEndpoint',
        'sagemaker:CreateEndpointConfig',
        'sagemaker:CreateModel',
      ],
      does: 'Endpoints, their configurations, models and the registry have no error of their own for what is missing or there already. Both are a ValidationException, and only the text tells them apart: "Could not find endpoint configuration ...", "Cannot create already existing endpoint ...", "ModelPackageGroup ... does not exist".',
      sources: [
        {
          repository: 'hashicorp/terraform-provider-aws',
          at: 'issue 40048 quotes "Could not find endpoint configuration", issue 40080 "Cannot create already existing endpoint"',
        },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-modelpackagegroup, DeleteHandler.java: matches the text "ModelPackageGroup ... does not exist"',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of the errors of these operations',
        },
      ],
      sure: 'certain',
      enforcedBy: [
        'local-account/sagemaker/endpoint/endpoints.ts',
        'local-account/sagemaker/registry/endpoint-configs.ts',
        'local-account/sagemaker/registry/models.ts',
        'local-account/sagemaker/registry/model-packages.ts',
      ],
      tests: [{ file: 'local-account/test/sagemaker/endpoint.test.ts', title: 'forgets a deleted endpoint' }],
    },
    {
      id: 'sagemaker-hosting/one-change-at-a-time',
      subjects: ['sagemaker:UpdateEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'],
      does: 'An endpoint takes one change at a time, scaling included: while it is Creating, Updating, SystemUpdating or RollingBack an update is refused ("Cannot update in-progress endpoint"). A failed endpoint can only be deleted.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DescribeEndpointOutput, EndpointStatus',
        },
        { repository: 'hashicorp/terraform-provider-aws', at: 'pull request 39152, about a change that is under way' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/endpoints.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'keeps the scaled instance count only when told to, and takes no second update meanwhile',
        },
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'fails to create what does not start, and what the role may not read; what failed cannot be updated',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/endpoint-is-deleted-when-it-has-settled',
      subjects: ['sagemaker:DeleteEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'An endpoint that is being created or changed cannot be deleted: the call is refused, and one that cannot start stays Creating for an hour or longer before it can go.',
      sources: [
        {
          repository: 'aws/amazon-sagemaker-examples',
          at: 'pull request 3188: a notebook must wait until the endpoint is in service before it deletes it',
        },
        {
          repository: 'aws/amazon-sagemaker-examples',
          at: 'issue 3432: an endpoint stuck in Creating cannot be deleted',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DescribeEndpointOutput, EndpointStatus',
        },
      ],
      sure: 'certain',
      enforcedBy: [
        'local-account/sagemaker/endpoint/endpoints.ts',
        'local-account/cloudformation/provisioners/sagemaker-endpoint.ts',
      ],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'keeps the scaled instance count only when told to, and takes no second update meanwhile',
        },
      ],
      unsettled: {
        chosen:
          'The call is refused. CloudFormation is taken to wait for the endpoint before it calls, because no page says what its handler does.',
        watch: '`cdk destroy` while scaling changes the number of instances.',
        ifWrong: 'The Serving stack ends in DELETE_FAILED with "Cannot update in-progress endpoint".',
        change: 'Delete the stack again, and say so in the teardown section of README.md.',
      },
    },
    {
      id: 'sagemaker-hosting/update-needs-the-configuration-in-force',
      subjects: ['sagemaker:UpdateEndpoint', 'sagemaker:DeleteEndpointConfig'],
      does: 'UpdateEndpoint reads the configuration that is in force as well as the new one. When the old one was deleted first, the update is refused with "Could not find endpoint configuration" and names the old one, though DeleteEndpointConfig had accepted the deletion.',
      sources: [
        {
          repository: 'hashicorp/terraform-provider-aws',
          at: 'issue 40048: the old configuration was deleted before the endpoint was updated',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdateEndpoint and DeleteEndpointConfig: a configuration in use must not be deleted',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/endpoints.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'takes no update when the configuration in force was deleted',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/one-variant-is-resized-at-a-time',
      subjects: ['sagemaker:UpdateEndpointWeightsAndCapacities'],
      does: 'One call changes the weights of several variants, but the capacity of one only.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdateEndpointWeightsAndCapacities',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/endpoints.ts'],
      tests: [{ file: 'local-account/test/sagemaker/endpoint.test.ts', title: 'resizes one variant at a time' }],
    },
    {
      id: 'sagemaker-hosting/deployment-sizes',
      subjects: ['sagemaker:UpdateEndpoint', 'sagemaker:CreateEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'A deployment configuration names one policy. A canary is at most half the instances, a linear step a tenth to a half, a rolling batch a twentieth to a half; waits and time limits have bounds.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DeploymentConfig, TrafficRoutingConfig, RollingUpdatePolicy',
        },
        {
          repository: 'pulumi/pulumi-aws-native',
          at: 'aws-cloudformation-schema/aws-sagemaker-endpoint.json: bounds of the waits',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
      tests: [{ file: 'local-account/test/sagemaker/rollout.test.ts', title: 'refuses %s' }],
    },
    {
      id: 'sagemaker-hosting/deployment-timeout-exceeds-its-waits',
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'The time limit of a blue/green deployment must be larger than its waiting times together.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of BlueGreenUpdatePolicy, MaximumExecutionTimeoutInSeconds',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
      tests: [{ file: 'local-account/test/sagemaker/rollout.test.ts', title: 'refuses %s' }],
    },
    {
      id: 'sagemaker-hosting/policies-need-the-same-variants',
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
      does: 'A blue/green or rolling deployment needs the same variant names before and after. An update that adds or removes a variant therefore carries no deployment policy; SageMaker then shifts all traffic at once.',
      sources: [
        {
          page: 'Exclusions - Amazon SageMaker AI (Deployment guardrails)',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html',
        },
      ],
      sure: 'likely',
      enforcedBy: [
        'test/gates/invariants/jobs.ts',
        'local-account/sagemaker/endpoint/deployment-rules.ts',
        'lib/serving/real-time-endpoint.ts',
        'lib/release/state-machine/smoke-test.ts',
      ],
      tests: [
        { file: 'test/lib/serving/variants.test.ts', title: 'by %s, a release waits for a canary: %s' },
        {
          file: 'local-account/test/sagemaker/rollout.test.ts',
          title: 'refuses a policy where a variant comes, and takes the update without one',
        },
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
      subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
      does: "A model names a model package as its primary container, also a package of several containers. AWS's SDK sends this form for every package; no published example has the package in a list of containers with an execution mode.",
      sources: [
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'src/sagemaker/model.py of version 2, class ModelPackage: one container definition that names the package, whatever the package holds',
        },
      ],
      sure: 'possible',
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
          'The first release with variants.inferencePipeline: the model in the Serving stack, and MODEL_VERSION in the answers.',
        ifWrong:
          'CreateModel is refused, or answers end without the version because only one container got the environment.',
        change:
          'Name the package in Containers with InferenceExecutionConfig in lib/serving/live-model.ts, or put the version into the package.',
      },
    },
    {
      id: 'sagemaker-hosting/endpoint-returns-its-arn',
      subjects: ['AWS::SageMaker::Endpoint'],
      does: 'The published schema of the resource lists the ARN as the only attribute that Fn::GetAtt surely returns. CDK reads EndpointName, too; whether that works is not documented by the schema.',
      sources: [
        {
          repository: 'pulumi/pulumi-aws-native',
          at: 'aws-cloudformation-schema/aws-sagemaker-endpoint.json: readOnlyProperties',
        },
      ],
      sure: 'possible',
      enforcedBy: ['lib/serving/real-time-endpoint.ts'],
      tests: [
        {
          file: 'test/lib/serving/serving-stack.test.ts',
          title: 'the scalable target names the endpoint, and comes after it',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/rolling-excludes',
      subjects: ['sagemaker:UpdateEndpoint'],
      does: 'Endpoints of several production variants and serverless endpoints have no rolling deployment.',
      sources: [
        {
          page: 'Exclusions - Amazon SageMaker AI (Deployment guardrails)',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/rollout.test.ts',
          title: 'refuses to roll an endpoint of several variants',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/one-shadow-variant',
      subjects: ['sagemaker:CreateEndpointConfig'],
      does: 'A configuration with a shadow variant has one of them, and one production variant.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateEndpointConfigInput, ShadowProductionVariants',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/endpoint-configs.ts'],
      tests: [{ file: 'local-account/test/sagemaker/variants.test.ts', title: 'is refused %s' }],
    },
    {
      id: 'sagemaker-hosting/serverless-memory-steps',
      subjects: ['sagemaker:CreateEndpointConfig'],
      does: 'A serverless container has 1, 2, 3, 4, 5 or 6 GB of memory, nothing between.',
      sources: [
        {
          page: 'ProductionVariantServerlessConfig - Amazon SageMaker',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/serving-kind.ts'],
      tests: [{ file: 'local-account/test/sagemaker/serverless.test.ts', title: 'refuses %s' }],
    },
    {
      id: 'sagemaker-hosting/create-model-reads-the-artifact',
      subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
      does: 'CreateModel looks at each artifact as the execution role. What the role may not read is refused with "Could not access model data at ...", what is not there with "Could not find model data at ...". In a stack the model fails, not the endpoint.',
      sources: [
        { repository: 'philschmid/llm-sagemaker-sample', at: 'issue 2 quotes the refusal in full' },
        { repository: 'aws-ia/ecs-blueprints', at: 'issue 223: a stack fails with "Could not find model data at"' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/models.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'refuses a model whose artifact its role may not read, or which is not there',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/approved-versions-deploy',
      subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
      does: 'A version of a model package group must be Approved before a model can be made of it.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateModelPackageInput, ModelApprovalStatus',
        },
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'sagemaker-serve/src/sagemaker/serve/model_builder.py: a comment says that CreateModel requires an approved package',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/models.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'takes tags for the group, not for a version, and deploys approved versions only',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/containers-in-series-are-named',
      subjects: ['sagemaker:CreateModel'],
      does: 'In an inference pipeline either each container has a host name or none has.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ContainerDefinition, ContainerHostname',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/models.ts'],
      tests: [{ file: 'local-account/test/sagemaker/variants.test.ts', title: 'refuses a model: %s' }],
    },
    {
      id: 'sagemaker-hosting/runtime-answers-validation-error',
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'sagemaker-runtime:InvokeEndpointAsync'],
      does: 'The runtime has a ValidationError of its own, where the control plane says ValidationException: for an endpoint or a variant that is not there, and for the wrong one of the two operations.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker-runtime/2017-05-13/service-2.json: documentation of the errors of InvokeEndpoint and InvokeEndpointAsync; AsyncInferenceConfig',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/runtime.ts', 'local-account/sagemaker/endpoint/routing.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'is not invoked as a synchronous one, nor the other way round',
        },
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'shows the refusal of the container as ModelError, and serves the next request',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/runtime-body-limit',
      subjects: ['sagemaker-runtime:InvokeEndpoint'],
      does: 'A request has at most 6,291,456 bytes; a larger one is refused before the model sees it.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker-runtime/2017-05-13/service-2.json: documentation of BodyBlob (its greatest length)',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/runtime.ts'],
      tests: [
        { file: 'local-account/test/sagemaker/bad-requests.test.ts', title: 'serves a body of exactly the limit' },
      ],
    },
    {
      id: 'sagemaker-hosting/runtime-asynchronous-requests-expire',
      subjects: ['sagemaker-runtime:InvokeEndpointAsync'],
      does: 'An asynchronous request waits at most RequestTTLSeconds, six hours by default, and is then marked as expired.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker-runtime/2017-05-13/service-2.json: documentation of InvokeEndpointAsyncInput, RequestTTLSeconds',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/asynchronous.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'gives up a request whose time to live ended in the queue',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/asynchronous-payloads',
      subjects: ['sagemaker-runtime:InvokeEndpointAsync'],
      does: 'An asynchronous request has either a location or a body, and a body of at most 128,000 bytes. The words are ours.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker-runtime/2017-05-13/service-2.json: documentation of InvokeEndpointAsyncInput, Body; AsyncBodyBlob',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/asynchronous.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'takes a request that says where its payload is',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/asynchronous-failures-are-told',
      subjects: ['sagemaker-runtime:InvokeEndpointAsync', 'AWS::SageMaker::EndpointConfig'],
      does: 'An asynchronous request that fails leaves an object below S3FailurePath and a message with failureReason to the error topic. For an answer of the model it says "ClientError: Received client error (400) from model. See the SageMaker Endpoint logs in your account for more information.", and "server error (500)" is a ClientError, too. The words for S3 and for a model that does not answer are ours.',
      sources: [
        {
          repository: 'unnamed-public-repository',
          at: 'a test event of a Lambda function shows an error message of January 2023 in full; an article shows one with server error (500)',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/asynchronous.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'writes what the model refused to the failure path, and says why',
        },
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'fails, and says so, when its role may not read the request',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/capacities-of-variants',
      subjects: ['sagemaker:UpdateEndpointWeightsAndCapacities'],
      does: 'A change names variants of the endpoint: "The variant name(s) ... is/are not present within endpoint configuration ...". Only asynchronous endpoints have no instances, and serverless variants have none to change; the words for these are ours.',
      sources: [
        { repository: 'getmoto/moto', at: 'pull request 5082: the message for an unknown variant' },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DesiredWeightAndCapacity, ServerlessUpdateConfig and ProductionVariant',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/endpoints.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/variants.test.ts',
          title: 'get other weights while the endpoint is Updating, then InService',
        },
        { file: 'local-account/test/sagemaker/serverless.test.ts', title: 'has no instances to scale' },
      ],
    },
    {
      id: 'sagemaker-hosting/serverless-excludes',
      subjects: ['sagemaker:CreateEndpointConfig', 'sagemaker:UpdateEndpoint'],
      does: 'A serverless endpoint has no VPC, network isolation, inference pipeline, second variant or data capture, and an endpoint with instances cannot become serverless. That it has no queue either is our reading. The words are ours.',
      sources: [
        {
          page: "SageMaker Serverless Inference: Setup and Its Real Limits (DEV Community), which goes through AWS's list of exclusions",
          url: 'https://dev.to/multigrid/sagemaker-serverless-inference-setup-and-its-real-limits-6e',
        },
        { repository: 'aws/amazon-sagemaker-examples', at: 'issue 3102: no VPC configuration' },
      ],
      sure: 'likely',
      enforcedBy: [
        'local-account/sagemaker/registry/serving-kind.ts',
        'local-account/sagemaker/registry/endpoint-configs.ts',
        'local-account/sagemaker/endpoint/endpoints.ts',
      ],
      tests: [
        { file: 'local-account/test/sagemaker/serverless.test.ts', title: 'refuses %s' },
        {
          file: 'local-account/test/sagemaker/serverless.test.ts',
          title: 'refuses a model in a VPC, or one that is network isolated',
        },
        {
          file: 'local-account/test/sagemaker/serverless.test.ts',
          title: 'cannot be made of an endpoint with instances, and never goes back once it has some',
        },
        { file: 'local-account/test/sagemaker/variants.test.ts', title: 'makes no configuration with %s' },
      ],
    },
    {
      id: 'sagemaker-hosting/serverless-throttles',
      subjects: ['sagemaker-runtime:InvokeEndpoint'],
      does: 'A request beyond MaxConcurrency gets a ThrottlingException. Reports about endpoints with instances show it with status 400 and without a message; "Rate exceeded" is ours.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ProductionVariantServerlessConfig, MaxConcurrency',
        },
        { repository: 'opensearch-project/ml-commons', at: 'issues 2429 and 2438' },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/serverless.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/serverless.test.ts',
          title: 'throttles what is more than its concurrency, and serves the next',
        },
      ],
    },
    {
      id: 'sagemaker-hosting/target-models-need-a-multi-model-endpoint',
      subjects: ['sagemaker-runtime:InvokeEndpoint'],
      does: 'TargetModel on another endpoint is a ValidationError: "Endpoint ... is not a multi-model endpoint and does not support target model header."',
      sources: [{ repository: 'aws/amazon-sagemaker-examples', at: 'issues 1026 and 1216' }],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/runtime.ts'],
      tests: [
        { file: 'local-account/test/sagemaker/bad-requests.test.ts', title: 'refuses %s before the container sees it' },
      ],
    },
    {
      id: 'sagemaker-hosting/variants-have-names-and-one-kind',
      subjects: ['sagemaker:CreateEndpointConfig', 'AWS::SageMaker::EndpointConfig'],
      does: 'The variants of a configuration have different names, and each has either instances or serverless settings. The words are ours.',
      sources: [
        { repository: 'mlflow/mlflow', at: 'pull request 6486: SageMaker refuses a variant name that is there' },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ProductionVariant, ServerlessConfig',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/registry/endpoint-configs.ts'],
      tests: [{ file: 'local-account/test/sagemaker/variants.test.ts', title: 'makes no configuration with %s' }],
    },
    {
      id: 'sagemaker-hosting/models-have-containers',
      subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
      does: 'A model has a primary container or a list of containers, and a container has an image or a model package that holds one. The words are ours.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateModelInput, PrimaryContainer and Containers; ContainerDefinition, Image and ModelPackageName',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/registry/models.ts'],
      tests: [{ file: 'local-account/test/sagemaker/variants.test.ts', title: 'refuses a model: %s' }],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::SageMaker::Endpoint',
        'sagemaker:CreateEndpoint',
        'sagemaker:UpdateEndpoint',
        'sagemaker:DescribeEndpoint',
        'sagemaker:DeleteEndpoint',
        'sagemaker:ListEndpoints',
        'sagemaker:UpdateEndpointWeightsAndCapacities',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        { repository: 'pulumi/pulumi-aws-native', at: 'aws-cloudformation-schema/aws-sagemaker-endpoint.json' },
        {
          page: 'Auto-Rollback Configuration and Monitoring - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html',
        },
        {
          page: 'Exclusions - Amazon SageMaker AI (Deployment guardrails)',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html',
        },
      ],
      found: [
        'sagemaker-hosting/hosting-answers-validation-exception',
        'sagemaker-hosting/one-change-at-a-time',
        'sagemaker-hosting/endpoint-is-deleted-when-it-has-settled',
        'sagemaker-hosting/update-needs-the-configuration-in-force',
        'sagemaker-hosting/one-variant-is-resized-at-a-time',
        'sagemaker-hosting/deployment-sizes',
        'sagemaker-hosting/deployment-timeout-exceeds-its-waits',
        'sagemaker-hosting/rolling-excludes',
        'sagemaker-hosting/policies-need-the-same-variants',
        'application-auto-scaling/holds-instance-types',
      ],
    },
    {
      subjects: [
        'AWS::SageMaker::EndpointConfig',
        'sagemaker:CreateEndpointConfig',
        'sagemaker:DescribeEndpointConfig',
        'sagemaker:DeleteEndpointConfig',
        'sagemaker:ListEndpointConfigs',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        {
          page: 'ProductionVariantServerlessConfig - Amazon SageMaker',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html',
        },
      ],
      found: [
        'sagemaker-hosting/one-shadow-variant',
        'sagemaker-hosting/serverless-memory-steps',
        'sagemaker-hosting/update-needs-the-configuration-in-force',
      ],
    },
    {
      subjects: [
        'AWS::SageMaker::Model',
        'sagemaker:CreateModel',
        'sagemaker:DescribeModel',
        'sagemaker:DeleteModel',
        'sagemaker:ListModels',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        { repository: 'pulumi/pulumi-aws-native', at: 'aws-cloudformation-schema/aws-sagemaker-model.json' },
      ],
      found: [
        'sagemaker-hosting/create-model-reads-the-artifact',
        'sagemaker-hosting/approved-versions-deploy',
        'sagemaker-hosting/containers-in-series-are-named',
        'sagemaker-hosting/a-package-is-the-primary-container',
      ],
    },
    {
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'sagemaker-runtime:InvokeEndpointAsync'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker-runtime/2017-05-13/service-2.json: documentation of both operations and their members',
        },
      ],
      found: [
        'sagemaker-hosting/runtime-answers-validation-error',
        'sagemaker-hosting/runtime-body-limit',
        'sagemaker-hosting/runtime-asynchronous-requests-expire',
      ],
    },
    {
      subjects: ['sagemaker:AddTags', 'sagemaker:ListTags', 'sagemaker:DeleteTags'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of AddTags, ListTags',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
