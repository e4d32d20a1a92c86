import type { Behaviour } from '../behaviour';

/** Requests to endpoints, also asynchronous ones. */
export const invocations: readonly Behaviour[] = [
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
    tests: [{ file: 'local-account/test/sagemaker/endpoint.test.ts', title: 'serves a body of exactly the limit' }],
  },
  {
    id: 'sagemaker-hosting/target-models-need-a-multi-model-endpoint',
    subjects: ['sagemaker-runtime:InvokeEndpoint'],
    does: 'TargetModel on another endpoint is a ValidationError: "Endpoint ... is not a multi-model endpoint and does not support target model header."',
    sources: [{ repository: 'aws/amazon-sagemaker-examples', at: 'issues 1026 and 1216' }],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/endpoint/runtime.ts'],
    tests: [
      { file: 'local-account/test/sagemaker/endpoint.test.ts', title: 'refuses %s before the container sees it' },
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
        title: 'drops a request whose time to live ended in the queue',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/asynchronous-payloads',
    subjects: ['sagemaker-runtime:InvokeEndpointAsync'],
    does: 'An asynchronous request has either a location or a body, and a body of at most 128,000 bytes. The message is ours.',
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
        title: 'accepts a request with the location of its payload',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/asynchronous-failures-are-told',
    subjects: ['sagemaker-runtime:InvokeEndpointAsync', 'AWS::SageMaker::EndpointConfig'],
    does: 'An asynchronous request that fails leaves an object below S3FailurePath and a message with failureReason to the error topic. For an answer of the model it says "ClientError: Received client error (400) from model. See the SageMaker Endpoint logs in your account for more information.", and "server error (500)" is a ClientError, too. The messages for S3 and for a model that does not respond are ours.',
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
        title: "writes the model's error to the failure path",
      },
      {
        file: 'local-account/test/sagemaker/asynchronous.test.ts',
        title: 'fails with a notification when its role may not read the request',
      },
    ],
  },
];
