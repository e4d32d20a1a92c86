import { CfnCondition, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import type { ModelFrom } from './batch-scoring';
import { LiveModel, type LiveModelProps } from './live-model';
import { modelServerSettings } from './model-server';
import type { Challenger } from './real-time-endpoint';
import type { ServingParameters } from './serving-parameters';
import type { ServingPattern } from './serving-pattern';

export interface ServedModelsProps extends Pick<LiveModelProps, 'executionRole' | 'network'> {
  readonly pattern: ServingPattern;
  readonly parameters: ServingParameters;
  readonly variants: WorkflowConfiguration['variants'];
}

/**
 * The SageMaker models that this stack serves: the live one, the one for batch where that must differ, and the
 * challenger. Not a construct of its own: the models are children of the stack, so that their paths stay.
 */
export class ServedModels {
  readonly live: LiveModel;
  /** Stack output with the model for batch. @default batch uses the model of the endpoint */
  readonly forBatch?: ModelFrom;
  /** @default none is configured */
  readonly challenger?: Challenger;

  constructor(scope: Construct, props: ServedModelsProps) {
    const { pattern, parameters, variants, network } = props;
    const shared = { executionRole: props.executionRole, inferencePipeline: variants.inferencePipeline };
    const approved = {
      ...shared,
      modelPackageArn: parameters.approvedModelPackage,
      hasApprovedModel: parameters.hasApprovedModel,
    };

    // Serverless inference accepts no model with a VPC or network isolation.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html (Feature exclusions)
    this.live = new LiveModel(scope, 'Model', {
      ...approved,
      modelServer: modelServerSettings(pattern),
      ...(pattern === 'serverless' ? { logicalId: 'LiveModelServerless' } : { network }),
    });

    // Batch reads the live model's name from the endpoint. Without an endpoint, or with a model that is not isolated, an
    // output of the stack names the model for batch.
    if (pattern === 'serverless' || pattern === 'batch') {
      const model =
        pattern === 'batch'
          ? this.live
          : new LiveModel(scope, 'BatchModel', {
              ...approved,
              network,
              modelServer: modelServerSettings('batch'),
              logicalId: 'LiveModelForBatch',
            });
      const { logicalId } = new CfnOutput(scope, 'BatchModelName', {
        value: model.modelName,
        condition: parameters.hasApprovedModel,
      });
      this.forBatch = { stackName: Stack.of(scope).stackName, outputKey: logicalId };
    }

    if (variants.challenger && parameters.challengerModelPackage) {
      const exists = new CfnCondition(scope, 'HasChallenger', {
        expression: Fn.conditionAnd(
          parameters.hasApprovedModel,
          Fn.conditionNot(Fn.conditionEquals(parameters.challengerModelPackage, 'none')),
        ),
      });
      const model = new LiveModel(scope, 'ChallengerModel', {
        ...shared,
        network,
        modelServer: modelServerSettings(pattern),
        modelPackageArn: parameters.challengerModelPackage,
        hasApprovedModel: exists,
        logicalId: 'LiveModelChallenger',
      });
      this.challenger = { ...variants.challenger, model, exists };
    }
  }
}
