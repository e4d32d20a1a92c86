import type { Handling } from './handling';

export const builds: readonly Handling[] = [
  {
    id: 'builds/immutable-tags-are-pushed-once',
    enforcedBy: ['lib/serving/custom-image.ts'],
    tests: [
      {
        file: 'test/lib/serving/variants.test.ts',
        title: "is built by CodeBuild from the project's Dockerfile, under a tag that its source decides",
      },
    ],
  },
  {
    id: 'builds/sagemaker-is-admitted-by-the-repository',
    enforcedBy: ['lib/serving/custom-image.ts'],
    tests: [{ file: 'test/lib/serving/variants.test.ts', title: 'may be pulled by SageMaker, for this account only' }],
  },
];
