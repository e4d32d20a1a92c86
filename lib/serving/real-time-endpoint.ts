import * as sagemakerAlpha from '@aws-cdk/aws-sagemaker-alpha';
import { Annotations, Aws, type CfnCondition, Duration, Fn } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { existsOnlyWith } from './approved-model-condition';
import type { EndpointProps } from './endpoint-props';
import type { LiveModel } from './live-model';
import { deploymentConfig } from './rollout';

export interface RealTimeEndpointProps extends EndpointProps {
  readonly rollbackAlarms: readonly cloudwatch.IAlarm[];
  /** @default only the live variant */
  readonly challenger?: Challenger;
}

export interface Challenger {
  readonly model: LiveModel;
  /** Holds when an approved challenger version is named. */
  readonly exists: CfnCondition;
  readonly mode: 'share' | 'shadow';
  readonly percent: number;
  readonly instances: number;
}

/** Name of the live variant: part of metric dimensions, capture paths and the autoscaling resource id. */
export const variantName = 'live';
/** Name of the second variant, in both modes: `share` and `shadow`. */
export const challengerVariantName = 'challenger';

/**
 * The live model on a real-time endpoint that is updated by canary (DEPLOY-01: low latency for users; DEPLOY-06: safe
 * rollout; SVC-07: parts of an endpoint). Logical ids are fixed: generated physical names contain them, and the
 * policies of the release's CloudFormation role match those names.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
 */
export class RealTimeEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: RealTimeEndpointProps) {
    super(scope, id);
    const { context, lake } = props;
    const { instances, serving, release } = context.configuration;
    const { instanceType, minimum, maximum } = instances.endpoint;
    const config = new sagemakerAlpha.EndpointConfig(this, 'EndpointConfig', {
      encryptionKey: context.dataKey,
      instanceProductionVariants: [
        {
          model: sagemakerAlpha.Model.fromModelName(this, 'ByName', props.model.modelName),
          variantName,
          instanceType: sagemakerAlpha.InstanceType.of(instanceType),
          // Two instances by default, in two zones: one may fail, and a canary needs a fleet that can be split
          // (Security Hub control SageMaker.4).
          // https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
          initialInstanceCount: minimum,
        },
      ],
    });
    // Escape hatch: the alpha L2 (2.159.1) has no data capture.
    const cfnConfig = config.node.findChild('EndpointConfig') as sagemaker.CfnEndpointConfig;
    cfnConfig.overrideLogicalId('LiveEndpointConfig');
    // Capture every request and prediction: monitoring compares them with the baseline (MON-04: watching the input
    // data; MON-05: watching the output). A sample costs less but hides rare categories, and this model drifts there
    // first.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
    cfnConfig.dataCaptureConfig = {
      enableCapture: true,
      initialSamplingPercentage: serving.realTime.capturedPercent,
      destinationS3Uri: `s3://${lake.capture.bucketName}/capture`,
      kmsKeyId: context.dataKey.keyArn,
      captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
      // SageMaker captures a content type that is not listed as base64, and the analyzer would have to guess its
      // format.
      captureContentTypeHeader: { csvContentTypes: ['text/csv'], jsonContentTypes: ['application/json'] },
    };
    covers(cfnConfig, 'ART-08', 'MON-04', 'MON-05', 'SVC-18');
    if (props.challenger) addChallenger(cfnConfig, props.challenger, instanceType);

    const endpoint = new sagemakerAlpha.Endpoint(this, 'Endpoint', {
      endpointName: props.endpointName,
      endpointConfig: config,
    });
    // Escape hatch: the alpha L2 (2.159.1) has no deployment configuration.
    const cfnEndpoint = endpoint.node.findChild('Endpoint') as sagemaker.CfnEndpoint;
    cfnEndpoint.overrideLogicalId('LiveEndpoint');
    // The canary. UpdateEndpoint needs the deployment configuration in each call; as a property of the resource, it is
    // in each update. (RetainDeploymentConfig would keep the *previous* one and ignore a change of `release.rollout`.)
    // Every deployment policy needs the same production variants before and after the update. A challenger by share
    // adds and removes one, so it gets no policy: SageMaker shifts all traffic at once, no alarm rolls the update back,
    // and the smoke test is the only check.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
    // AWS: sagemaker-hosting/policies-need-the-same-variants
    if (props.challenger?.mode === 'share') {
      Annotations.of(this).addInfoV2(
        'mla-blueprint:no-staged-rollout',
        'A challenger by share adds and removes a production variant, and SageMaker applies no deployment policy to that: release.rollout and its rollback alarms have no effect. See docs/learn/variants.md.',
      );
    } else {
      cfnEndpoint.deploymentConfig = deploymentConfig(release, props.rollbackAlarms);
    }
    // Keep the number of instances that autoscaling chose: without this, an update resets the fleet to its initial
    // count under full traffic.
    cfnEndpoint.retainAllVariantProperties = true;
    // Do not keep the weights: this configuration decides them. With retained weights, a challenger with 10 % would
    // join a live variant of weight 1, get ten of eleven requests, and keep them after any later change here. The API
    // lists `DataCaptureConfig` as a third property and calls it "not currently supported".
    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VariantProperty.html
    // AWS: sagemaker-hosting/retained-weights
    // AWS: sagemaker-hosting/data-capture-is-not-retained
    const scaled = minimum < maximum;
    cfnEndpoint.excludeRetainedVariantProperties = [
      { variantPropertyType: 'DesiredWeight' },
      // Nothing scales a fleet of fixed size, so this configuration decides its count, too.
      ...(scaled ? [] : [{ variantPropertyType: 'DesiredInstanceCount' }]),
    ];
    for (const alarm of props.rollbackAlarms) cfnEndpoint.node.addDependency(alarm);
    covers(cfnEndpoint, 'DEPLOY-01', 'DEPLOY-06', 'DEPLOYCHK-07', 'COST-05', 'SVC-07');

    // SageMaker refuses a new instance type while the variant has a scalable target. A fleet of fixed size has none:
    // set minimum = maximum, deploy, change the type, deploy (docs/learn/serving.md).
    // https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html
    // AWS: application-auto-scaling/holds-instance-types
    if (scaled) scale(endpoint, cfnEndpoint, props);

    existsOnlyWith(props.hasApprovedModel, this);
  }
}

/**
 * Scales the fleet with its requests (DEPLOYCHK-04: endpoint scaling against traffic and latency).
 * https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
 */
function scale(
  endpoint: sagemakerAlpha.Endpoint,
  cfnEndpoint: sagemaker.CfnEndpoint,
  props: RealTimeEndpointProps,
): void {
  const { instances, serving } = props.context.configuration;
  const { realTime, cooldown } = serving;
  const count = endpoint.findInstanceProductionVariant(variantName).autoScaleInstanceCount({
    minCapacity: instances.endpoint.minimum,
    maxCapacity: instances.endpoint.maximum,
  });
  count.scaleOnInvocations('Requests', {
    // Target tracking on SageMakerVariantInvocationsPerInstance; the L2 multiplies the two values and 60.
    maxRequestsPerSecond: realTime.requestsPerSecond,
    safetyFactor: realTime.safetyFactor,
    scaleInCooldown: Duration.minutes(cooldown.scaleInMinutes),
    scaleOutCooldown: Duration.minutes(cooldown.scaleOutMinutes),
  });
  for (const child of endpoint.node.findAll()) {
    if (!(child instanceof appscaling.CfnScalableTarget)) continue;
    // Escape hatch: the L2 names the service-linked role by its ARN. Application Auto Scaling finds that role without
    // it, and to name it would need iam:PassRole in every release.
    child.addPropertyDeletionOverride('RoleARN');
    // Escape hatch: the L2 reads the attribute EndpointName of the endpoint, which the resource's published schema does
    // not return. The name is fixed, so it is written here.
    // AWS: sagemaker-hosting/endpoint-returns-its-arn
    child.resourceId = `endpoint/${props.endpointName}/variant/${variantName}`;
    child.addResourceDependency(cfnEndpoint);
  }
  covers(count, 'DEPLOYCHK-04', 'COST-02', 'COST-04', 'MON-02');
}

/**
 * A second version next to the live one, if one is named (DEPLOY-07: several model versions). `share`: the requests are
 * split by weight, and callers may choose a variant by name (TargetVariant). `shadow`: it gets copies of that part of
 * the live variant's requests; an endpoint takes one production and one shadow variant.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-ab-testing.html
 */
function addChallenger(config: sagemaker.CfnEndpointConfig, challenger: Challenger, instanceType: string): void {
  const { model, exists, mode, percent, instances } = challenger;
  const ifNamed = (value: object) => Fn.conditionIf(exists.logicalId, value, Aws.NO_VALUE);
  const variant = (weight: number) => ({
    VariantName: challengerVariantName,
    ModelName: model.modelName,
    InstanceType: instanceType,
    InitialInstanceCount: instances,
    InitialVariantWeight: weight,
  });
  if (mode === 'share') {
    config.addPropertyOverride('ProductionVariants.0.InitialVariantWeight', 100 - percent);
    config.addPropertyOverride('ProductionVariants.1', ifNamed(variant(percent)));
  } else {
    config.addPropertyOverride('ShadowProductionVariants', ifNamed([variant(percent / 100)]));
  }
  covers(config, 'DEPLOY-07');
}
