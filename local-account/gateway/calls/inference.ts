import { type Call, field, type Row, regional, type ServiceCalls, scoped, unscoped } from './rows';
import { named } from './sagemaker-rows';

/** Amazon SageMaker AI Runtime. */
export const sagemakerRuntime: ServiceCalls = {
  prefix: 'sagemaker',
  source: 'Actions, resources, and condition keys for Amazon SageMaker',
  operations: {
    InvokeEndpoint: [
      {
        action: 'sagemaker:InvokeEndpoint',
        type: 'endpoint',
        resource: named('endpoint', 'EndpointName'),
        context: { 'sagemaker:TargetModel': field('TargetModel') },
      },
    ],
    ...scoped('sagemaker', 'endpoint', named('endpoint', 'EndpointName'), 'InvokeEndpointAsync'),
  },
};

const scalable = (call: Call): string => regional(call, 'application-autoscaling', 'scalable-target/*');
const SCALING: Row['context'] = {
  'application-autoscaling:service-namespace': field('ServiceNamespace'),
  'application-autoscaling:scalable-dimension': field('ScalableDimension'),
};

/**
 * Target tracking makes and removes its alarms in the caller's name ("Application Auto Scaling identity-based policy
 * examples": permissions required for target tracking scaling policies).
 */
const ALARM_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  PutScalingPolicy: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms'],
  DeleteScalingPolicy: ['cloudwatch:DeleteAlarms'],
};

function trackingAlarm(action: string): Row {
  return {
    action,
    type: 'alarm',
    resource: (call) => regional(call, 'cloudwatch', `alarm:TargetTracking-${field('ResourceId')(call)}-AlarmHigh-1`),
    when: (call) => call.operation !== 'PutScalingPolicy' || field('PolicyType')(call) === 'TargetTrackingScaling',
  };
}

/** Application Auto Scaling. */
export const applicationAutoscaling: ServiceCalls = {
  prefix: 'application-autoscaling',
  source: 'Actions, resources, and condition keys for AWS Application Auto Scaling',
  operations: {
    ...unscoped(
      'application-autoscaling',
      'DescribeScalableTargets',
      'DescribeScalingPolicies',
      'DescribeScalingActivities',
      'DescribeScheduledActions',
    ),
    ...Object.fromEntries(
      [
        'RegisterScalableTarget',
        'DeregisterScalableTarget',
        'PutScalingPolicy',
        'DeleteScalingPolicy',
        'PutScheduledAction',
        'DeleteScheduledAction',
      ].map((operation): [string, Row[]] => [
        operation,
        [
          {
            action: `application-autoscaling:${operation}`,
            type: 'ScalableTarget',
            resource: scalable,
            context: SCALING,
          },
          ...(ALARM_ACTIONS[operation] ?? []).map((action) => trackingAlarm(action)),
        ],
      ]),
    ),
  },
};
