/** Types and properties that sound as if they gave rights, and give none. */
export const withoutPolicy: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'when to scale',
  'AWS::ApplicationAutoScaling::ScalingPolicy PolicyName': 'its name',
  'AWS::ApplicationAutoScaling::ScalingPolicy PolicyType': 'how it scales',
  'AWS::ApplicationAutoScaling::ScalingPolicy TargetTrackingScalingPolicyConfiguration': 'by which metric it scales',
  'AWS::ApplicationAutoScaling::ScalingPolicy StepScalingPolicyConfiguration': 'in which steps it scales',
  'AWS::EC2::FlowLog DeliverLogsPermissionArn': 'a role, which has duties of its own',
  'AWS::ECR::Repository LifecyclePolicy': 'when images are deleted',
  'AWS::ECR::Repository LifecyclePolicyText': 'when images are deleted',
  'AWS::Events::Rule RetryPolicy': 'how often an event is sent again',
  'AWS::S3::Bucket BlockPublicAcls': 'only denies',
  'AWS::S3::Bucket IgnorePublicAcls': 'only denies',
  'AWS::S3::Bucket BlockPublicPolicy': 'only denies',
  'AWS::S3::Bucket RestrictPublicBuckets': 'only denies',
  'AWS::SageMaker::Endpoint BlueGreenUpdatePolicy': 'how traffic moves to a new model',
};
