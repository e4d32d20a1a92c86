import type { ServiceLedger } from './behaviour';

export const sagemakerRegistry: ServiceLedger = {
  service: 'sagemaker-registry',
  behaviours: [
    {
      id: 'sagemaker-registry/reads-the-artifact-as-the-caller',
      subjects: ['sagemaker:CreateModelPackage'],
      does:
        'CreateModelPackage reads the model artifact as whoever calls it, which in a pipeline is the pipeline\'s role. Without s3:GetObject the call is refused with ' +
        '"Access denied for bucket", naming the object.',
      sources: [
        { repository: 'unnamed-public-repository', at: 'comment on the bucket policy statement for RegisterModel, which quotes the failed run' },
      ],
      sure: 'certain',
      enforcedBy: ['rehearsal/sagemaker/registry/model-packages.ts'],
      tests: [
        { file: 'test/rehearsal/sagemaker/pipeline.test.ts', title: 'and fails without %s' },
        { file: 'test/lib/training/training-stack.test.ts', title: 'reads the evaluation and the models that it registers, and no other object' },
      ],
    },
  ],
  readings: [
    {
      subjects: ['sagemaker:CreateModelPackage', 'sagemaker:CreateModelPackageGroup', 'sagemaker:DescribeModelPackage'],
      pages: [
        { page: 'Amazon SageMaker AI API Reference: CreateModelPackage', url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html' },
      ],
      found: ['sagemaker-registry/reads-the-artifact-as-the-caller', 'sagemaker-pipelines/register-model-calls'],
    },
  ],
};
