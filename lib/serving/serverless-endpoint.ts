import type { CfnCondition } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import { answers } from '../shared/blueprint/answers';
import { existsOnlyWith } from './approved-model';
import type { LiveModel } from './live-model';
import { variantName } from './real-time-endpoint';

export interface ServerlessEndpointProps {
  readonly endpointName: string;
  readonly model: LiveModel;
  /** Everything here exists only while it holds. */
  readonly hasApprovedModel: CfnCondition;
  readonly dataKey: kms.IKey;
  readonly capacity: WorkflowConfiguration['serving']['serverless'];
}

/**
 * The live model without instances: requests pay for themselves, the first after a lull waits for a container
 * (DEPLOY-03, CUE-02, COST-04).
 *
 * What that costs otherwise ("Deploy models with Amazon SageMaker Serverless Inference", feature exclusions;
 * "Deployment guardrails"): no data capture, so nothing to find drift in; no VPC and no network isolation for the
 * model; no canary, no baking and no rollback by alarm: an update takes all traffic at once, and what takes a bad one
 * back is the release's smoke test. docs/learn/serving.md says what stands in.
 */
export class ServerlessEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: ServerlessEndpointProps) {
    super(scope, id);
    // L1: the L2 knows variants with instances only.
    const config = new sagemaker.CfnEndpointConfig(this, 'EndpointConfig', {
      kmsKeyId: props.dataKey.keyArn,
      productionVariants: [
        {
          variantName,
          modelName: props.model.modelName,
          initialVariantWeight: 1,
          // Memory also decides the share of CPUs. Concurrency is a cap on cost: what comes on top is throttled, and
          // the client tries again.
          serverlessConfig: {
            memorySizeInMb: props.capacity.memorySizeInMb,
            maxConcurrency: props.capacity.maxConcurrency,
          },
        },
      ],
    });
    config.overrideLogicalId('LiveEndpointConfig');
    answers(config, 'ART-08', 'SVC-18');

    const endpoint = new sagemaker.CfnEndpoint(this, 'Endpoint', {
      endpointName: props.endpointName,
      endpointConfigName: config.attrEndpointConfigName,
    });
    endpoint.overrideLogicalId('LiveEndpoint');
    answers(endpoint, 'DEPLOY-03', 'CUE-02', 'COST-02', 'COST-04', 'SVC-07');
    existsOnlyWith(props.hasApprovedModel, this);
  }
}
