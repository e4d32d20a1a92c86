import { AwsError, type LocalService, type Platform, type ServiceCall } from '../platform';

interface Key {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}

/** Application Auto Scaling: targets and policies are kept and shown. Nothing scales here: a fleet of the rehearsal is one process whatever its count. */
export class AutoScalingService implements LocalService {
  readonly name = 'application-autoscaling';
  readonly operations = new Set([
    'RegisterScalableTarget', 'DescribeScalableTargets', 'DeregisterScalableTarget', 'PutScalingPolicy', 'DescribeScalingPolicies', 'DeleteScalingPolicy',
    'ListTagsForResource', 'TagResource',
  ]);
  private readonly targets = new Map<string, Record<string, unknown>>();
  private readonly policies = new Map<string, Record<string, unknown>>();

  constructor(private readonly platform: Platform) {}

  handle(call: ServiceCall): Promise<unknown> {
    return Promise.resolve(this.answer(call.operation, call.input as unknown as Key & Record<string, unknown>));
  }

  private answer(operation: string, input: Key & Record<string, unknown>): unknown {
    const { partition, region, accountId, clock } = this.platform;
    const id = [input.ServiceNamespace, input.ResourceId, input.ScalableDimension].join('|');
    const policy = `${id}|${String(input.PolicyName)}`;
    switch (operation) {
      case 'RegisterScalableTarget': {
        const arn = `arn:${partition}:application-autoscaling:${region}:${accountId}:scalable-target/${Buffer.from(id).toString('hex').slice(0, 36)}`;
        const role = `arn:${partition}:iam::${accountId}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`;
        const { Tags: _tags, ...kept } = input;
        this.targets.set(id, { ...this.targets.get(id), ...kept, RoleARN: input.RoleARN ?? role, ScalableTargetARN: arn, CreationTime: new Date(clock.now()) });
        return { ScalableTargetARN: arn };
      }
      case 'DescribeScalableTargets':
        return { ScalableTargets: [...this.targets.values()].filter((one) => one.ServiceNamespace === input.ServiceNamespace) };
      case 'DeregisterScalableTarget':
        if (!this.targets.delete(id)) throw new AwsError('ObjectNotFoundException', `No scalable target found for service namespace: ${input.ServiceNamespace}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}`);
        for (const key of this.policies.keys()) if (key.startsWith(`${id}|`)) this.policies.delete(key);
        return {};
      case 'PutScalingPolicy': {
        if (!this.targets.has(id)) throw new AwsError('ObjectNotFoundException', `No scalable target registered for namespace: ${input.ServiceNamespace}, resource ID: ${input.ResourceId}`);
        const arn = `arn:${partition}:autoscaling:${region}:${accountId}:scalingPolicy:${Buffer.from(policy).toString('hex').slice(-36)}:resource/${input.ServiceNamespace}/${input.ResourceId}:policyName/${String(input.PolicyName)}`;
        this.policies.set(policy, { ...input, PolicyARN: arn, CreationTime: new Date(clock.now()), Alarms: [] });
        return { PolicyARN: arn, Alarms: [] };
      }
      case 'DescribeScalingPolicies':
        return { ScalingPolicies: [...this.policies.values()].filter((one) => one.ServiceNamespace === input.ServiceNamespace) };
      case 'DeleteScalingPolicy':
        if (!this.policies.delete(policy)) throw new AwsError('ObjectNotFoundException', `No scaling policy found: ${String(input.PolicyName)}`);
        return {};
      default:
        return { Tags: {} };
    }
  }
}
