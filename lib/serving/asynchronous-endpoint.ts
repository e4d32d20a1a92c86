import { Duration } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { acknowledge } from '../shared/security/acknowledge';
import { existsOnlyWith } from './approved-model-condition';
import type { AsynchronousTopics } from './asynchronous-topics';
import type { EndpointProps } from './endpoint-props';
import { variantName } from './real-time-endpoint';
import { deploymentConfig } from './rollout';

export interface AsynchronousEndpointProps extends EndpointProps {
  readonly topics: AsynchronousTopics;
  readonly rollbackAlarms: readonly cloudwatch.IAlarm[];
}

/** Wait after the first instance was started from zero: an instance takes some minutes, and a second is not needed yet. */
const secondsToStartAnInstance = 300;

/** Prefixes of requests, predictions and failures in the artifacts bucket. */
export const asynchronousPrefixes = {
  input: 'asynchronous/input',
  output: 'asynchronous/output',
  failure: 'asynchronous/failure',
} as const;

/**
 * The live model behind a queue: requests of up to 1 GB wait in S3, predictions go to S3, SNS topics notify, and
 * without requests there is no instance (DEPLOY-04: large payloads or long processing; COST-04: throughput). The
 * response to a caller holds the S3 location of the prediction, not the prediction.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
 */
export class AsynchronousEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: AsynchronousEndpointProps) {
    super(scope, id);
    const { context, lake } = props;
    const { instances, serving, release } = context.configuration;
    const at = (prefix: string) => `s3://${lake.artifacts.bucketName}/${prefix}`;
    // L1: the alpha L2 (2.159.1) has no asynchronous inference.
    const config = new sagemaker.CfnEndpointConfig(this, 'EndpointConfig', {
      kmsKeyId: context.dataKey.keyArn,
      productionVariants: [
        {
          variantName,
          modelName: props.model.modelName,
          initialVariantWeight: 1,
          instanceType: instances.endpoint.instanceType,
          // One instance, for the smoke test after a release; scaling then removes it. A second one (Security Hub
          // control SageMaker.4) is not needed: requests wait in the queue while an instance is replaced.
          initialInstanceCount: 1,
        },
      ],
      asyncInferenceConfig: {
        clientConfig: { maxConcurrentInvocationsPerInstance: serving.asynchronous.maxConcurrentInvocationsPerInstance },
        outputConfig: {
          s3OutputPath: at(asynchronousPrefixes.output),
          // Without it, a failed request leaves only a notification.
          s3FailurePath: at(asynchronousPrefixes.failure),
          kmsKeyId: context.dataKey.keyArn,
          notificationConfig: { successTopic: props.topics.success.topicArn, errorTopic: props.topics.error.topicArn },
        },
      },
    });
    config.overrideLogicalId('LiveEndpointConfig');
    acknowledge(config, 'EV-017', 'SageMaker.4', ['SecurityHub'], 'The queue waits while an instance is replaced.');
    covers(config, 'ART-08', 'SVC-18', 'DEPLOY-04');

    const endpoint = new sagemaker.CfnEndpoint(this, 'Endpoint', {
      endpointName: props.endpointName,
      endpointConfigName: config.attrEndpointConfigName,
      // A fleet of one instance cannot be split, so all requests move at once. The old fleet stays until the alarms
      // have been watched for the baking time, so a rollback is only a shift of traffic.
      deploymentConfig: deploymentConfig(
        { rollout: { kind: 'all-at-once' }, bakingMinutes: release.bakingMinutes },
        props.rollbackAlarms,
      ),
      // The new fleet starts with its one instance even if scaling had removed it: the smoke test needs one.
      retainAllVariantProperties: false,
    });
    endpoint.overrideLogicalId('LiveEndpoint');
    for (const alarm of props.rollbackAlarms) endpoint.node.addDependency(alarm);
    covers(endpoint, 'DEPLOY-04', 'DEPLOY-06', 'DEPLOYCHK-07', 'COST-05', 'SVC-07');

    this.scale(endpoint, props);
    existsOnlyWith(props.hasApprovedModel, this);
  }

  /**
   * Scales in to zero instances by the backlog of each instance, and out from zero when there is any backlog.
   * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
   */
  private scale(endpoint: sagemaker.CfnEndpoint, props: AsynchronousEndpointProps): void {
    const { context, endpointName } = props;
    const { asynchronous: capacity, cooldown } = context.configuration.serving;
    const metric = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: 'AWS/SageMaker',
        metricName,
        statistic: 'Average',
        period: Duration.minutes(1),
        dimensionsMap: { EndpointName: endpointName },
      });
    // L1: the L2 names the service-linked role, which would need iam:PassRole in every release.
    const target = new appscaling.CfnScalableTarget(this, 'Instances', {
      serviceNamespace: 'sagemaker',
      scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      resourceId: `endpoint/${endpointName}/variant/${variantName}`,
      minCapacity: 0,
      maxCapacity: capacity.maximumInstances,
    });
    target.addResourceDependency(endpoint);
    new appscaling.CfnScalingPolicy(this, 'ByBacklog', {
      policyName: 'ByBacklog',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.attrId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: capacity.backlogPerInstance,
        customizedMetricSpecification: {
          namespace: 'AWS/SageMaker',
          metricName: 'ApproximateBacklogSizePerInstance',
          statistic: 'Average',
          dimensions: [{ name: 'EndpointName', value: endpointName }],
        },
        scaleInCooldown: cooldown.scaleInMinutes * 60,
        scaleOutCooldown: cooldown.scaleOutMinutes * 60,
      },
    });
    // From zero instances, target tracking starts one only when the backlog exceeds its target. This policy starts one
    // for the first request; without it, a few requests would wait forever.
    const fromZero = new appscaling.CfnScalingPolicy(this, 'FromZero', {
      policyName: 'FromZero',
      policyType: 'StepScaling',
      scalingTargetId: target.attrId,
      stepScalingPolicyConfiguration: {
        adjustmentType: 'ChangeInCapacity',
        metricAggregationType: 'Average',
        cooldown: secondsToStartAnInstance,
        stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: 1 }],
      },
    });
    // Not in the alarm catalog: it starts an instance and notifies nobody.
    const { metricName, namespace, statistic } = metric('HasBacklogWithoutCapacity');
    new cloudwatch.CfnAlarm(this, 'BacklogWithoutCapacity', {
      alarmName: backlogAlarmName(endpointName),
      alarmDescription: 'Requests wait and there is no instance. After two minutes, a scaling policy starts one.',
      namespace,
      metricName,
      statistic,
      period: 60,
      dimensions: [{ name: 'EndpointName', value: endpointName }],
      threshold: 1,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: 'missing',
      alarmActions: [fromZero.ref],
    });
    covers(target, 'DEPLOYCHK-04', 'COST-02', 'COST-04', 'MON-02');
  }
}

/** A fixed name: the release's CloudFormation role may create and delete this alarm and no other. */
export function backlogAlarmName(endpointName: string): string {
  return `${endpointName}-backlog-without-capacity`;
}
