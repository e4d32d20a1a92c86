import type { ServiceLedger } from './behaviour';

export const applicationAutoScaling: ServiceLedger = {
  service: 'application-auto-scaling',
  behaviours: [
    {
      id: 'application-auto-scaling/validates-as-the-caller',
      subjects: [
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'AWS::ApplicationAutoScaling::ScalableTarget',
        'AWS::ApplicationAutoScaling::ScalingPolicy',
      ],
      does: 'The service first calls the target service and CloudWatch with the caller\'s permissions and parameters that cannot succeed. Each denial is collected, and the request fails with a ValidationException: "User is missing the following permissions: ...". A permission on named alarms does not pass, because no alarm is named.',
      sources: [
        {
          page: 'Permissions validation for Application Auto Scaling API calls on target resources',
          url: 'https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html',
        },
        {
          page: 'Auto scaling prerequisites - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html',
        },
        { repository: 'aws/aws-auto-scaling-custom-resource', at: 'issue 25: the words of the refusal' },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/autoscaling.ts'],
      tests: [
        {
          file: 'local-account/test/events/autoscaling.test.ts',
          title: 'refuses a target whose caller could not change the endpoint or its alarms, and lists what is missing',
        },
        {
          file: 'local-account/test/events/autoscaling.test.ts',
          title: 'does not see permissions on single alarms: it tries without parameters',
        },
      ],
    },
    {
      id: 'application-auto-scaling/holds-instance-types',
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint', 'AWS::ApplicationAutoScaling::ScalableTarget'],
      does: 'While a variant is a scalable target, an update that changes its instance type or takes the variant out is refused. The target must be deregistered first and registered again afterwards; another model for the same variant is no such change.',
      sources: [
        {
          page: 'Update endpoints that use auto scaling - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html',
        },
        {
          repository: 'hashicorp/terraform-provider-aws',
          at: 'issue 14337: an update of instance sizes fails in the same apply that would replace the target',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/update-rules.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'and keeps its instance type as long as it does',
        },
      ],
    },
    {
      id: 'application-auto-scaling/targets-go-with-their-endpoint',
      subjects: ['sagemaker:DeleteEndpoint', 'application-autoscaling:DeregisterScalableTarget'],
      does: 'DeleteEndpoint deregisters the scalable targets of its variants with the permission of its caller. Without application-autoscaling:DeregisterScalableTarget it is refused: "An Application AutoScaling scalable target exists for a variant being deleted, and the IAM identity used to invoke DeleteEndpoint does not have ... permission".',
      sources: [
        {
          page: 'Delete endpoints configured for auto scaling - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-delete-with-scaling.html',
        },
        { repository: 'awslabs/stable-diffusion-aws-extension', at: 'issue 161: the words' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/scalable-targets.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/asynchronous.test.ts',
          title: 'is deleted only by who may deregister its scalable target, which goes with it',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::ApplicationAutoScaling::ScalableTarget',
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:DescribeScalableTargets',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/application-autoscaling/2016-02-06/service-2.json: documentation of these operations and their members',
        },
        {
          repository: 'pulumi/pulumi-aws-native',
          at: 'aws-cloudformation-schema/aws-applicationautoscaling-scalabletarget.json',
        },
        {
          page: 'Update endpoints that use auto scaling - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html',
        },
      ],
      found: [
        'application-auto-scaling/holds-instance-types',
        'application-auto-scaling/targets-go-with-their-endpoint',
      ],
    },
    {
      subjects: [
        'AWS::ApplicationAutoScaling::ScalingPolicy',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DeleteScalingPolicy',
        'application-autoscaling:DescribeScalingPolicies',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/application-autoscaling/2016-02-06/service-2.json: documentation of these operations and their members',
        },
        {
          page: 'Delete a scaling policy - Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-delete.html',
        },
      ],
      found: 'nothing beyond the model',
    },
    {
      subjects: [
        'application-autoscaling:DescribeScalingActivities',
        'application-autoscaling:DescribeScheduledActions',
        'application-autoscaling:PutScheduledAction',
        'application-autoscaling:DeleteScheduledAction',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/application-autoscaling/2016-02-06/service-2.json: documentation of these operations; the project has no scheduled action',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
