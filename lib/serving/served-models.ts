import { CfnCondition, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { ModelFrom } from './batch-scoring';
import { LiveModel } from './live-model';
import { modelServerSettings } from './model-server';
import type { Challenger } from './real-time-endpoint';
import type { ServingParameters } from './serving-parameters';

export interface ServedModelsProps {
  readonly context: WorkflowContext;
  readonly parameters: ServingParameters;
  readonly executionRole: iam.IRole;
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
    const { parameters } = props;
    const { pattern, network, configuration } = props.context;
    const { variants } = configuration;
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
