import * as sagemakerAlpha from '@aws-cdk/aws-sagemaker-alpha';
import { Annotations, Aws, type CfnCondition, Duration, Fn } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import { answers } from '../shared/blueprint/answers';
import { existsOnlyWith } from './approved-model';
import type { LiveModel } from './live-model';
import { deploymentConfig } from './rollout';
import { measuredRequestsPerSecond, safetyFactor } from './scaling-target';

export interface RealTimeEndpointProps {
  readonly endpointName: string;
  readonly model: LiveModel;
  /** Everything here exists only while it holds. */
  readonly hasApprovedModel: CfnCondition;
  readonly dataKey: kms.IKey;
  /** s3://bucket/prefix below which the endpoint writes what it was asked and what it answered. */
  readonly captureUri: string;
  readonly instanceType: string;
  readonly minimumInstances: number;
  readonly maximumInstances: number;
  readonly release: WorkflowConfiguration['release'];
  readonly rollbackAlarms: readonly cloudwatch.IAlarm[];
  /** @default the live variant alone */
  readonly challenger?: Challenger;
}

export interface Challenger {
  readonly model: LiveModel;
  /** There is an approved version to challenge the live one. */
  readonly exists: CfnCondition;
  readonly mode: 'share' | 'shadow';
  readonly percent: number;
  readonly instances: number;
}

/** The one variant's name: part of metric dimensions, capture paths and the autoscaling resource id. */
export const variantName = 'live';
/** Of the second variant, whether it answers or only listens. */
export const challengerVariantName = 'challenger';

/**
 * The live model behind a canary (DEPLOY-01, DEPLOY-06, SVC-07). Logical ids are fixed because generated names contain
 * them, and the release's CloudFormation role names resources by these names.
 */
export class RealTimeEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: RealTimeEndpointProps) {
    super(scope, id);
    const config = new sagemakerAlpha.EndpointConfig(this, 'EndpointConfig', {
      encryptionKey: props.dataKey,
      instanceProductionVariants: [
        {
          model: sagemakerAlpha.Model.fromModelName(this, 'ByName', props.model.modelName),
          variantName,
          instanceType: sagemakerAlpha.InstanceType.of(props.instanceType),
          // Two instances, in two zones: one may fail, and a canary needs a fleet that can be split (Security Hub
          // SageMaker.4).
          initialInstanceCount: props.minimumInstances,
        },
      ],
    });
    // Seam: the L2 knows no data capture.
    const cfnConfig = config.node.findChild('EndpointConfig') as sagemaker.CfnEndpointConfig;
    cfnConfig.overrideLogicalId('LiveEndpointConfig');
    // Captures 100 % of requests and answers: monitoring compares them with the baseline (MON-04, MON-05). Sampling is
    // cheaper, but hides rare categories, which is where this model drifts first.
    cfnConfig.dataCaptureConfig = {
      enableCapture: true,
      initialSamplingPercentage: 100,
      destinationS3Uri: props.captureUri,
      kmsKeyId: props.dataKey.keyArn,
      captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
      // A content type that is not listed is captured as base64, which the analyzer would have to guess at.
      captureContentTypeHeader: { csvContentTypes: ['text/csv'], jsonContentTypes: ['application/json'] },
    };
    answers(cfnConfig, 'ART-08', 'MON-04', 'MON-05', 'SVC-18');
    if (props.challenger) addChallenger(cfnConfig, props.challenger, props.instanceType);

    const endpoint = new sagemakerAlpha.Endpoint(this, 'Endpoint', {
      endpointName: props.endpointName,
      endpointConfig: config,
    });
    // Seam: the L2 knows no deployment configuration.
    const cfnEndpoint = endpoint.node.findChild('Endpoint') as sagemaker.CfnEndpoint;
    cfnEndpoint.overrideLogicalId('LiveEndpoint');
    // UpdateEndpoint forgets the deployment configuration unless it is passed or retained each time. Here it is part of
    // the resource, so each update carries it. (RetainDeploymentConfig would keep the *previous* one and ignore changes
    // below.) A canary, like every other policy, needs the same production variants before and after. A challenger by
    // share comes and goes as one, so there is no policy then: SageMaker shifts all traffic at once, and no alarm takes
    // it back. The smoke test still does.
    // AWS: sagemaker-hosting/policies-need-the-same-variants
    if (props.challenger?.mode === 'share') {
      Annotations.of(this).addInfoV2(
        'mla-blueprint:no-staged-rollout',
        'A challenger by share adds and removes a production variant, which SageMaker does under no deployment policy: release.rollout and its alarms do not hold. See docs/learn/variants.md.',
      );
    } else {
      cfnEndpoint.deploymentConfig = deploymentConfig(props.release, props.rollbackAlarms);
    }
    // Without it an update resets the fleet to the initial count, in the middle of the traffic that made it grow...
    cfnEndpoint.retainAllVariantProperties = true;
    // ...but shares are decided here. With retained weights, a challenger of 10 % would come beside a live variant of
    // weight 1, get ten of eleven requests, and keep them whatever the configuration says later. `DataCaptureConfig`
    // can be named here and is "not currently supported".
    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VariantProperty.html
    // AWS: sagemaker-hosting/retained-weights
    // AWS: sagemaker-hosting/data-capture-is-not-retained
    const scaled = props.minimumInstances < props.maximumInstances;
    cfnEndpoint.excludeRetainedVariantProperties = [
      { variantPropertyType: 'DesiredWeight' },
      // Nothing scales a fleet of one size: its count is decided here, too.
      ...(scaled ? [] : [{ variantPropertyType: 'DesiredInstanceCount' }]),
    ];
    for (const alarm of props.rollbackAlarms) cfnEndpoint.node.addDependency(alarm);
    answers(cfnEndpoint, 'DEPLOY-01', 'DEPLOY-06', 'DEPLOYCHK-07', 'COST-05', 'SVC-07');

    // SageMaker refuses another instance type while a scalable target holds the variant. A fleet of one size has none:
    // set minimum = maximum, deploy, change the type, deploy (docs/learn/serving.md).
    // AWS: application-auto-scaling/holds-instance-types
    if (scaled) scale(endpoint, cfnEndpoint, props);

    existsOnlyWith(props.hasApprovedModel, this);
  }
}

/** The fleet grows and shrinks with its requests. */
function scale(
  endpoint: sagemakerAlpha.Endpoint,
  cfnEndpoint: sagemaker.CfnEndpoint,
  props: RealTimeEndpointProps,
): void {
  const count = endpoint.findInstanceProductionVariant(variantName).autoScaleInstanceCount({
    minCapacity: props.minimumInstances,
    maxCapacity: props.maximumInstances,
  });
  count.scaleOnInvocations('Requests', {
    // Target tracking on SageMakerVariantInvocationsPerInstance; the L2 multiplies both, and by 60.
    maxRequestsPerSecond: measuredRequestsPerSecond,
    safetyFactor,
    // Slow to shrink: starting an instance takes minutes, and a lull between two flights' rushes is no reason to stop
    // one.
    scaleInCooldown: Duration.minutes(10),
    scaleOutCooldown: Duration.minutes(2),
  });
  for (const child of endpoint.node.findAll()) {
    if (!(child instanceof appscaling.CfnScalableTarget)) continue;
    // Seam: the L2 passes the service-linked role by ARN. SageMaker's scaling finds that role by itself, and naming it
    // would need iam:PassRole in every release.
    child.addPropertyDeletionOverride('RoleARN');
    // Seam: the L2 reads EndpointName from the endpoint, which the resource's published schema does not return. The
    // name is ours, so it is written here.
    // AWS: sagemaker-hosting/endpoint-returns-its-arn
    child.resourceId = `endpoint/${props.endpointName}/variant/${variantName}`;
    child.addResourceDependency(cfnEndpoint);
  }
  answers(count, 'DEPLOYCHK-04', 'COST-02', 'COST-04', 'MON-02');
}

/**
 * A second version beside the live one, if one is named (DEPLOY-07). Its share: weights are parts of their sum, and
 * callers may ask for a variant by name (TargetVariant). Its shadow: at most one of each kind on an endpoint, and its
 * weight is its part of the live variant's requests.
 */
function addChallenger(config: sagemaker.CfnEndpointConfig, challenger: Challenger, instanceType: string): void {
  const { model, exists, mode, percent, instances } = challenger;
  const variant = (weight: number) =>
    Fn.conditionIf(
      exists.logicalId,
      {
        VariantName: challengerVariantName,
        ModelName: model.modelName,
        InstanceType: instanceType,
        InitialInstanceCount: instances,
        InitialVariantWeight: weight,
      },
      Aws.NO_VALUE,
    );
  if (mode === 'share') {
    config.addPropertyOverride('ProductionVariants.0.InitialVariantWeight', 100 - percent);
    config.addPropertyOverride('ProductionVariants.1', variant(percent));
  } else {
    config.addPropertyOverride(
      'ShadowProductionVariants',
      Fn.conditionIf(exists.logicalId, [variant(percent / 100)], Aws.NO_VALUE),
    );
  }
  answers(config, 'DEPLOY-07');
}
