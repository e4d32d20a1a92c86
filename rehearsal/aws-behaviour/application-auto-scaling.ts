import type { Handling } from './handling';

export const applicationAutoScaling: readonly Handling[] = [
  {
    id: 'application-auto-scaling/validates-as-the-caller',
    enforcedBy: ['test/gates/invariants/identity.ts', 'lib/release/serving-deployment-role.ts'],
    tests: [],
    unsettled: {
      chosen:
        "CloudFormation's role for a release has the six permissions on every resource, as the SageMaker page has them. Whether SageMaker's three would pass for our endpoint alone, the pages leave open.",
      watch:
        'The first release: the event of the resource AWS::ApplicationAutoScaling::ScalableTarget in the Serving stack.',
      ifWrong:
        'CREATE_FAILED with "User is missing the following permissions: ..." and another permission in the list. The release is rolled back and says so.',
      change: 'Add the permission to `AllowAutoScalingPermissionValidation` in lib/release/serving-deployment-role.ts.',
    },
  },
  {
    id: 'application-auto-scaling/holds-instance-types',
    enforcedBy: ['lib/serving/real-time-endpoint.ts'],
    tests: [
      {
        file: 'test/lib/serving/serving-stack.test.ts',
        title: 'a fleet of one size is no scalable target, so that its instance type can change',
      },
    ],
  },
];
