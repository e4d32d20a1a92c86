import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { existsOnlyWith } from './approved-model-condition';
import type { EndpointProps } from './endpoint-props';
import { variantName } from './real-time-endpoint';

/**
 * The live model without instances: AWS bills each request, and the first request after a lull waits for a container
 * (DEPLOY-03: intermittent requests; CUE-02: an expensive endpoint with few requests; COST-04: throughput).
 *
 * What serverless inference excludes: data capture, so there is no drift monitoring; a VPC and network isolation for
 * the model; a canary, baking and rollback by alarm. An update shifts all traffic at once, and the release's smoke test
 * rolls a bad version back. docs/learn/serving.md lists what replaces each.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html (Feature exclusions)
 */
export class ServerlessEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: EndpointProps) {
    super(scope, id);
    const { dataKey, configuration } = props.context;
    const { memorySizeInMb, maxConcurrency } = configuration.serving.serverless;
    // L1: the alpha L2 (2.159.1) supports only variants with instances.
    const config = new sagemaker.CfnEndpointConfig(this, 'EndpointConfig', {
      kmsKeyId: dataKey.keyArn,
      productionVariants: [
        {
          variantName,
          modelName: props.model.modelName,
          initialVariantWeight: 1,
          // Memory also decides the share of CPU. Concurrency caps the cost: SageMaker throttles further requests, and
          // the client retries.
          serverlessConfig: {
            memorySizeInMb,
            maxConcurrency,
          },
        },
      ],
    });
    config.overrideLogicalId('LiveEndpointConfig');
    covers(config, 'ART-08', 'SVC-18');

    const endpoint = new sagemaker.CfnEndpoint(this, 'Endpoint', {
      endpointName: props.endpointName,
      endpointConfigName: config.attrEndpointConfigName,
    });
    endpoint.overrideLogicalId('LiveEndpoint');
    covers(endpoint, 'DEPLOY-03', 'CUE-02', 'COST-02', 'COST-04', 'SVC-07');
    existsOnlyWith(props.hasApprovedModel, this);
  }
}
