import { type CfnCondition, Fn } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';
import { acknowledge } from '../shared/security/acknowledge';
import type { JobNetwork } from '../shared/stack/workflow-context';
import { existsOnlyWith } from './approved-model-condition';
import type { ModelServerSettings } from './model-server';

export interface LiveModelProps {
  /** ARN of the approved model package, or `none`: a value of the deployment. */
  readonly modelPackageArn: string;
  /** Condition of the model. */
  readonly hasApprovedModel: CfnCondition;
  readonly executionRole: iam.IRole;
  /**
   * The isolated subnets that the model runs in. @default none: a serverless endpoint accepts no model with a VPC
   */
  readonly network?: JobNetwork;
  /** Environment of the model server in AWS's image. */
  readonly modelServer: ModelServerSettings;
  /** `true` when the package has several containers in series, each with its own program. */
  readonly inferencePipeline: boolean;
  /** @default LiveModel. It must contain `LiveModel`: the policies of the release's role match model names by it. */
  readonly logicalId?: string;
}

/**
 * The approved model package as a SageMaker model, for every serving pattern (DEPLOY-08: custom inference logic;
 * STAGE-07: what deployment records; ART-07: what a model package holds). Its logical id is fixed, because the policies
 * of the release's role match it.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html
 */
export class LiveModel extends Construct {
  readonly model: sagemaker.CfnModel;
  /** Generated name of the model, known after its creation. */
  readonly modelName: string;

  constructor(scope: Construct, id: string, props: LiveModelProps) {
    super(scope, id);

    // L1: the L2 Model takes an image and an artifact. The approved *package* names both. To deploy anything else would
    // make the approval worthless.
    this.model = new sagemaker.CfnModel(this, 'Model', {
      // No fixed name: a SageMaker model cannot be changed, only replaced, and the replacement exists next to the old
      // one for a while.
      executionRoleArn: props.executionRole.roleArn,
      primaryContainer: packaged(props),
      // A model reads requests and returns predictions, so it needs no network (Security Hub control SageMaker.5).
      // https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
      ...(props.network && {
        enableNetworkIsolation: true,
        vpcConfig: {
          subnets: [...props.network.subnetIds],
          securityGroupIds: [props.network.securityGroup.securityGroupId],
        },
      }),
    });
    this.model.overrideLogicalId(props.logicalId ?? 'LiveModel');
    this.model.node.addDependency(props.executionRole);
    acknowledge(
      this.model,
      'EV-015',
      'SageMaker.16',
      ['SecurityHub'],
      "SageMaker pulls AWS's image through its own network.",
    );
    if (!props.network) {
      acknowledge(
        this.model,
        'EV-016',
        'SageMaker.5',
        ['SecurityHub'],
        'Serverless inference has no network isolation; the release verifies the artifact first.',
      );
    }
    covers(this.model, 'DEPLOY-08', 'STAGE-07', 'ART-06', 'ART-07');
    if (props.inferencePipeline) covers(this.model, 'DEPLOY-05', 'CHOICE-02');
    existsOnlyWith(props.hasApprovedModel, this);
    this.modelName = this.model.attrModelName;
  }
}

/**
 * Names the package as the primary container, also when it has several: AWS's own SDK does the same. The package says
 * what each container runs. Only the model version is added here (ART-06: environment variables).
 *
 * AWS: sagemaker-hosting/a-package-is-the-primary-container
 */
function packaged({ modelPackageArn: modelPackageName, modelServer, inferencePipeline }: LiveModelProps) {
  const program = { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' };
  return {
    modelPackageName,
    environment: { MODEL_VERSION: versionOf(modelPackageName), ...(inferencePipeline ? {} : program), ...modelServer },
  };
}

/**
 * The last part of `...:model-package/<group>/<version>`. The added slashes give Split enough parts for `none`, too:
 * CloudFormation refuses to select a missing part even in a resource whose condition is false.
 */
function versionOf(modelPackageArn: string): string {
  return Fn.select(2, Fn.split('/', Fn.join('', [modelPackageArn, '///'])));
}
