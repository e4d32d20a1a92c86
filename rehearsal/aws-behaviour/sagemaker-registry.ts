import type { Handling } from './handling';

export const sagemakerRegistry: readonly Handling[] = [
  {
    id: 'sagemaker-registry/deletion-of-a-version-takes-a-while',
    enforcedBy: ['lambda/remove-model-packages/handler.ts'],
    tests: [
      {
        file: 'test/lambda/remove-model-packages.test.ts',
        title: 'waits for versions that are being deleted, and deletes none of them twice',
      },
    ],
    unsettled: {
      chosen: 'The function works whether a deletion takes a while or not.',
      watch: 'The deletion of the Training stack, with several registered versions.',
      ifWrong:
        'The custom resource RegisteredModels fails with the error that DeleteModelPackage or ListModelPackages gave.',
      change: 'Tolerate that error in lambda/remove-model-packages/handler.ts.',
    },
  },
  {
    id: 'sagemaker-registry/reads-the-artifact-as-the-caller',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/training/training-stack.test.ts',
        title: 'reads the two reports and the models that it registers, and no other object',
      },
    ],
  },
];
