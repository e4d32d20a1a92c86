import { randomUUID } from 'node:crypto';
import { CloudWatchClient, DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';

import { AwsError, type LocalService, type Platform, type Principal, type ServiceCall } from '../platform';
import { structuredSnapshot } from '../snapshot/snapshot';
import {
  type Bounds,
  type StepScaling,
  steppedCapacity,
  type TargetTracking,
  trackedCapacity,
  trackedMetric,
} from './scaling-policies';

interface Key {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}

type Target = Key & Bounds & Record<string, unknown>;

interface Policy extends Key {
  readonly PolicyName: string;
  readonly PolicyARN: string;
  readonly PolicyType: string;
  readonly TargetTrackingScalingPolicyConfiguration?: TargetTracking;
  readonly StepScalingPolicyConfiguration?: StepScaling;
  readonly Alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
}

/** What an alarm passes to the scaling policy that is its action. */
export interface ScalingAlarm {
  readonly name: string;
  /** The newest datapoint. */
  readonly value: number;
  readonly threshold: number;
}

const COOLDOWN = 300;

/** "Auto scaling prerequisites" of the SageMaker guide. */
const triedAsTheCaller = [
  'sagemaker:DescribeEndpoint',
  'sagemaker:DescribeEndpointConfig',
  'sagemaker:UpdateEndpointWeightsAndCapacities',
  'cloudwatch:PutMetricAlarm',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:DeleteAlarms',
];

/**
 * Application Auto Scaling for SageMaker's variants: target tracking keeps its two alarms, and alarms change the number
 * of instances.
 */
export class AutoScalingService implements LocalService {
  readonly name = 'application-autoscaling';
  readonly operations = new Set([
    'RegisterScalableTarget',
    'DescribeScalableTargets',
    'DeregisterScalableTarget',
    'PutScalingPolicy',
    'DescribeScalingPolicies',
    'DeleteScalingPolicy',
    'DescribeScalingActivities',
    'ListTagsForResource',
    'TagResource',
  ]);
  private readonly targets = new Map<string, Target>();
  private readonly policies = new Map<string, Policy>();
  private readonly activities: Record<string, unknown>[] = [];
  /** When each policy last changed its target. */
  private readonly changedAt = new Map<string, number>();

  readonly snapshot = structuredSnapshot(
    this.name,
    () => ({
      targets: this.targets,
      policies: this.policies,
      activities: this.activities,
      changedAt: this.changedAt,
    }),
    ({ targets, policies, activities, changedAt }) => {
      for (const [id, target] of targets) this.targets.set(id, target);
      for (const [id, policy] of policies) this.policies.set(id, policy);
      this.activities.push(...activities);
      for (const [id, at] of changedAt) this.changedAt.set(id, at);
    },
  );

  constructor(private readonly platform: Platform) {}

  async handle({ operation, input, principal }: ServiceCall): Promise<unknown> {
    if (operation === 'RegisterScalableTarget' || operation === 'PutScalingPolicy') this.validateAs(principal);
    return this.answer(operation, input as unknown as Key & Record<string, unknown>);
  }

  /**
   * An alarm in ALARM invokes its scaling policy each minute ("Using Amazon CloudWatch alarms": alarm actions, Auto
   * Scaling).
   */
  async invoke(policyArn: string, alarm: ScalingAlarm): Promise<void> {
    const policy = [...this.policies.values()].find(({ PolicyARN }) => PolicyARN === policyArn);
    const target = policy && this.targets.get(idOf(policy));
    if (!policy || !target) {
      return;
    }
    const { endpoint, region, administrator } = this.platform;
    const sagemaker = new SageMakerClient({ endpoint, region, credentials: administrator, maxAttempts: 1 });
    try {
      const [, EndpointName = '', , VariantName = ''] = policy.ResourceId.split('/');
      const found = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
      const current = found.ProductionVariants?.find(
        (variant) => variant.VariantName === VariantName,
      )?.CurrentInstanceCount;
      // While an endpoint changes, Application Auto Scaling waits for it.
      if (current === undefined || found.EndpointStatus !== 'InService') {
        return;
      }
      const wanted = this.wanted(policy, target, current, alarm);
      if (wanted === undefined || wanted === current || this.isCooling(policy, wanted > current)) {
        return;
      }
      await sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName,
          DesiredWeightsAndCapacities: [{ VariantName, DesiredInstanceCount: wanted }],
        }),
      );
      this.changedAt.set(idOf(policy), this.platform.clock.now());
      this.note(policy, alarm, current, wanted);
    } finally {
      sagemaker.destroy();
    }
  }

  private wanted(
    policy: Policy,
    target: Target,
    current: number,
    { name, value, threshold }: ScalingAlarm,
  ): number | undefined {
    const tracking = policy.TargetTrackingScalingPolicyConfiguration;
    if (tracking) {
      const capacity = trackedCapacity(current, value, tracking, target);
      // The high alarm only adds, the low one only takes away.
      return name.includes('-AlarmHigh-')
        ? Math.max(capacity, current)
        : tracking.DisableScaleIn
          ? undefined
          : Math.min(capacity, current);
    }
    return steppedCapacity(current, value - threshold, policy.StepScalingPolicyConfiguration ?? {}, target);
  }

  private isCooling(policy: Policy, out: boolean): boolean {
    const { ScaleOutCooldown = COOLDOWN, ScaleInCooldown = COOLDOWN } =
      policy.TargetTrackingScalingPolicyConfiguration ?? {};
    const cooldown = policy.StepScalingPolicyConfiguration?.Cooldown ?? (out ? ScaleOutCooldown : ScaleInCooldown);
    return this.platform.clock.now() < (this.changedAt.get(idOf(policy)) ?? -Infinity) + cooldown * 1_000;
  }

  private note(policy: Policy, alarm: ScalingAlarm, from: number, to: number): void {
    const at = new Date(this.platform.clock.now());
    this.activities.unshift({
      ActivityId: randomUUID(),
      ServiceNamespace: policy.ServiceNamespace,
      ResourceId: policy.ResourceId,
      ScalableDimension: policy.ScalableDimension,
      Description: `Setting desired instance count to ${to}.`,
      Cause: `monitor alarm ${alarm.name} in state ALARM triggered policy ${policy.PolicyName}`,
      StartTime: at,
      EndTime: at,
      StatusCode: 'Successful',
      StatusMessage: `Successfully set desired instance count to ${to}. Change successfully fulfilled by sagemaker.`,
    });
    this.platform.record({
      kind: 'scaling',
      summary: `${policy.ResourceId}: ${from} -> ${to} instances, because of ${alarm.name}`,
    });
  }

  /**
   * Tries what scaling needs as the caller, without parameters: no resource is named, so only a permission on every
   * resource passes.
   *
   * AWS: application-auto-scaling/validates-as-the-caller
   */
  private validateAs(principal: Principal): void {
    const missing = triedAsTheCaller.filter((action) => {
      try {
        this.platform.authorize('scaling validation', { principal, action, resource: '*' });
        return false;
      } catch (error) {
        if (error instanceof AwsError && /AccessDenied/.test(error.code)) return true;
        throw error;
      }
    });
    if (missing.length > 0)
      throw new AwsError('ValidationException', `User is missing the following permissions: ${missing.join(', ')}`);
  }

  private async answer(operation: string, input: Key & Record<string, unknown>): Promise<unknown> {
    const { partition, region, accountId, clock } = this.platform;
    const id = idOf(input);
    const policyId = `${id}|${String(input.PolicyName)}`;
    /** "If you specify a scalable dimension, you must also specify a resource ID": both only narrow the list. */
    const asked = (one: object): boolean => isAsked(one as Partial<Policy>, input);
    switch (operation) {
      case 'RegisterScalableTarget': {
        const arn = `arn:${partition}:application-autoscaling:${region}:${accountId}:scalable-target/${Buffer.from(id).toString('hex').slice(0, 36)}`;
        const role = `arn:${partition}:iam::${accountId}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`;
        const { Tags: _tags, ...kept } = input;
        const known = this.targets.get(id);
        this.targets.set(id, {
          ...known,
          ...kept,
          RoleARN: input.RoleARN ?? role,
          ScalableTargetARN: arn,
          CreationTime: known?.CreationTime ?? new Date(clock.now()),
        } as unknown as Target);
        return { ScalableTargetARN: arn };
      }
      case 'DescribeScalableTargets':
        return { ScalableTargets: [...this.targets.values()].filter(asked) };
      case 'DescribeScalingActivities':
        return {
          ScalingActivities: this.activities.filter(asked),
        };
      case 'DeregisterScalableTarget':
        if (!this.targets.delete(id))
          throw new AwsError(
            'ObjectNotFoundException',
            `No scalable target found for service namespace: ${input.ServiceNamespace}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}`,
          );
        for (const [key, policy] of [...this.policies]) if (key.startsWith(`${id}|`)) await this.remove(key, policy);
        return {};
      case 'PutScalingPolicy':
        return this.put(policyId, id, input as unknown as Policy);
      case 'DescribeScalingPolicies':
        return { ScalingPolicies: [...this.policies.values()].filter(asked) };
      case 'DeleteScalingPolicy': {
        const policy = this.policies.get(policyId);
        if (!policy)
          throw new AwsError('ObjectNotFoundException', `No scaling policy found: ${String(input.PolicyName)}`);
        await this.remove(policyId, policy);
        return {};
      }
      default:
        return { Tags: {} };
    }
  }

  private async put(policyId: string, targetId: string, input: Policy): Promise<unknown> {
    if (!this.targets.has(targetId))
      throw new AwsError(
        'ObjectNotFoundException',
        `No scalable target registered for namespace: ${input.ServiceNamespace}, resource ID: ${input.ResourceId}`,
      );
    const { partition, region, accountId, clock } = this.platform;
    const PolicyARN = `arn:${partition}:autoscaling:${region}:${accountId}:scalingPolicy:${Buffer.from(policyId).toString('hex').slice(-36)}:resource/${input.ServiceNamespace}/${input.ResourceId}:policyName/${input.PolicyName}`;
    const before = this.policies.get(policyId);
    if (before) await this.deleteAlarms(before);
    const Alarms = input.TargetTrackingScalingPolicyConfiguration
      ? await this.trackingAlarms(input, PolicyARN, input.TargetTrackingScalingPolicyConfiguration)
      : [];
    this.policies.set(policyId, { ...input, PolicyARN, Alarms, CreationTime: new Date(clock.now()) } as Policy);
    return { PolicyARN, Alarms };
  }

  /**
   * The alarms of target tracking: above the target for three minutes, below nine tenths of it for fifteen ("Target
   * tracking scaling policies for Application Auto Scaling"). The caller's permission for them was checked with the
   * call.
   */
  private async trackingAlarms(
    { ResourceId }: Policy,
    policyArn: string,
    tracking: TargetTracking,
  ): Promise<Policy['Alarms']> {
    const { partition, region, accountId } = this.platform;
    const metric = trackedMetric(ResourceId, tracking);
    const bounds = [
      {
        side: 'AlarmHigh',
        Threshold: tracking.TargetValue,
        EvaluationPeriods: 3,
        ComparisonOperator: 'GreaterThanThreshold' as const,
      },
      {
        side: 'AlarmLow',
        Threshold: tracking.TargetValue * 0.9,
        EvaluationPeriods: 15,
        ComparisonOperator: 'LessThanThreshold' as const,
      },
    ];
    return this.withCloudWatch(async (cloudwatch) => {
      const alarms: { AlarmName: string; AlarmARN: string }[] = [];
      for (const { side, ...bound } of bounds) {
        const AlarmName = `TargetTracking-${ResourceId}-${side}-${randomUUID()}`;
        const AlarmDescription = `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`;
        await cloudwatch.send(
          new PutMetricAlarmCommand({
            AlarmName,
            AlarmDescription,
            ...metric,
            Period: 60,
            ...bound,
            AlarmActions: [policyArn],
          }),
        );
        alarms.push({ AlarmName, AlarmARN: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${AlarmName}` });
      }
      return alarms;
    });
  }

  private async remove(policyId: string, policy: Policy): Promise<void> {
    this.policies.delete(policyId);
    await this.deleteAlarms(policy);
  }

  private async deleteAlarms({ Alarms }: Policy): Promise<void> {
    if (Alarms.length === 0) return;
    await this.withCloudWatch((cloudwatch) =>
      cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: Alarms.map(({ AlarmName }) => AlarmName) })),
    );
  }

  private async withCloudWatch<T>(work: (cloudwatch: CloudWatchClient) => Promise<T>): Promise<T> {
    const { endpoint, region, administrator } = this.platform;
    const cloudwatch = new CloudWatchClient({ endpoint, region, credentials: administrator, maxAttempts: 1 });
    try {
      return await work(cloudwatch);
    } finally {
      cloudwatch.destroy();
    }
  }
}

function idOf({ ServiceNamespace, ResourceId, ScalableDimension }: Key): string {
  return [ServiceNamespace, ResourceId, ScalableDimension].join('|');
}

/** What a Describe operation names: the namespace always, the rest only to narrow the list. */
function isAsked(one: Partial<Policy>, input: Partial<Key> & Record<string, unknown>): boolean {
  const among = (list: unknown, value: unknown): boolean =>
    !Array.isArray(list) || list.length === 0 || list.includes(value);
  return (
    one.ServiceNamespace === input.ServiceNamespace &&
    (input.ResourceId === undefined || one.ResourceId === input.ResourceId) &&
    (input.ScalableDimension === undefined || one.ScalableDimension === input.ScalableDimension) &&
    among(input.ResourceIds, one.ResourceId) &&
    among(input.PolicyNames, one.PolicyName)
  );
}
