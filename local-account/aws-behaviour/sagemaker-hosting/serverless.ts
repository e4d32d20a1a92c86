import type { Behaviour } from '../behaviour';

/** Serverless endpoints. */
export const serverless: readonly Behaviour[] = [
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
    id: 'sagemaker-hosting/serverless-excludes',
    subjects: ['sagemaker:CreateEndpointConfig', 'sagemaker:UpdateEndpoint'],
    does: 'A serverless endpoint has no VPC, network isolation, inference pipeline, second variant or data capture, and an endpoint with instances cannot become serverless. That it has no queue either is our reading. The message is ours.',
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
      'local-account/sagemaker/endpoint/update-rules.ts',
    ],
    tests: [
      { file: 'local-account/test/sagemaker/serverless.test.ts', title: 'refuses %s' },
      {
        file: 'local-account/test/sagemaker/serverless.test.ts',
        title: 'refuses a model in a VPC, or one that is network isolated',
      },
      {
        file: 'local-account/test/sagemaker/serverless.test.ts',
        title: 'cannot replace an endpoint with instances, and cannot become serverless again',
      },
      { file: 'local-account/test/sagemaker/shadow-variants.test.ts', title: 'makes no configuration with %s' },
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
];
