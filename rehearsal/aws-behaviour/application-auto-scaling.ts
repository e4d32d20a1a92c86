import type { ServiceLedger } from './behaviour';

export const applicationAutoScaling: ServiceLedger = {
  service: 'application-auto-scaling',
  behaviours: [
    {
      id: 'application-auto-scaling/holds-instance-types',
      subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint', 'AWS::ApplicationAutoScaling::ScalableTarget'],
      does: 'While a variant is a scalable target, an update that changes its instance type or takes the variant out is refused. The target must be deregistered first and registered again afterwards; another model for the same variant is no such change.',
      sources: [
        { page: 'Update endpoints that use auto scaling - Amazon SageMaker AI', url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html' },
        { repository: 'hashicorp/terraform-provider-aws', at: 'issue 14337: an update of instance sizes fails in the same apply that would replace the target' },
      ],
      sure: 'certain',
      enforcedBy: ['rehearsal/sagemaker/endpoint/endpoints.ts'],
      tests: [
        { file: 'test/rehearsal/sagemaker/asynchronous.test.ts', title: 'and keeps its instance type as long as it does' },
      ],
      unsettled: {
        chosen: 'The rehearsal refuses the update. The stack keeps the target registered, so another instance type takes two deployments: one without the target, one with the new type.',
        watch: 'The first change of instances.endpoint.instanceType on an endpoint that is live.',
        ifWrong: 'The Serving stack ends in UPDATE_ROLLBACK_COMPLETE, and the reason says that the variant must be deregistered.',
        change: 'Make the target depend on a setting in lib/serving/real-time-endpoint.ts, and describe the two deployments in docs/serving.md.',
      },
    },
  ],
  readings: [
    {
      subjects: ['AWS::ApplicationAutoScaling::ScalableTarget', 'application-autoscaling:RegisterScalableTarget', 'application-autoscaling:DeregisterScalableTarget', 'application-autoscaling:DescribeScalableTargets'],
      pages: [
        { repository: 'boto/botocore', at: 'botocore/data/application-autoscaling/2016-02-06/service-2.json: documentation of these operations and their members' },
        { repository: 'pulumi/pulumi-aws-native', at: 'aws-cloudformation-schema/aws-applicationautoscaling-scalabletarget.json' },
        { page: 'Update endpoints that use auto scaling - Amazon SageMaker AI', url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html' },
      ],
      found: ['application-auto-scaling/holds-instance-types'],
    },
    {
      subjects: ['AWS::ApplicationAutoScaling::ScalingPolicy', 'application-autoscaling:PutScalingPolicy', 'application-autoscaling:DeleteScalingPolicy', 'application-autoscaling:DescribeScalingPolicies'],
      pages: [
        { repository: 'boto/botocore', at: 'botocore/data/application-autoscaling/2016-02-06/service-2.json: documentation of these operations and their members' },
        { page: 'Delete a scaling policy - Amazon SageMaker AI', url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-delete.html' },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
