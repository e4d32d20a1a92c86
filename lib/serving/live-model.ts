import { type CfnCondition, Fn } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';
import { acknowledge } from '../shared/security/acknowledge';
import { existsOnlyWith } from './approved-model';
import type { ModelServerSettings } from './model-server';

export interface LiveModelProps {
  /** Deploy-time value: the approved package's ARN, or `none`. */
  readonly modelPackageArn: string;
  /** The model exists only while it holds. */
  readonly hasApprovedModel: CfnCondition;
  readonly executionRole: iam.IRole;
  /**
   * The isolated network that it runs in. @default none: a serverless endpoint takes no model with a network of its own
   */
  readonly network?: { readonly subnetIds: readonly string[]; readonly securityGroup: ec2.ISecurityGroup };
  /** How the model server of AWS's image runs. */
  readonly modelServer: ModelServerSettings;
  /** The package has several containers, each with its own program. */
  readonly inferencePipeline: boolean;
  /** @default LiveModel. It must hold `LiveModel`: the release's role names models by it. */
  readonly logicalId?: string;
}

/**
 * The approved package as SageMaker runs it, whatever the pattern that serves it. Its logical id is fixed: the
 * release's role names it.
 */
export class LiveModel extends Construct {
  readonly model: sagemaker.CfnModel;
  /** A name, known when it is made. */
  readonly modelName: string;

  constructor(scope: Construct, id: string, props: LiveModelProps) {
    super(scope, id);

    // Seam: the L2 Model wants an image and an artifact. The approved *package* names both, and deploying anything else
    // than what was approved would make the approval worthless; so this is the L1.
    this.model = new sagemaker.CfnModel(this, 'Model', {
      // No name: SageMaker models cannot be changed, only replaced, and a replacement needs a new name beside the old
      // one.
      executionRoleArn: props.executionRole.roleArn,
      primaryContainer: packaged(props),
      // A model reads requests and writes answers; it has no business on a network (Security Hub SageMaker.5).
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
      "AWS's own image comes through SageMaker's network.",
    );
    if (!props.network) {
      acknowledge(
        this.model,
        'EV-016',
        'SageMaker.5',
        ['SecurityHub'],
        'Serverless inference has no network isolation; the artifact is verified before.',
      );
    }
    answers(this.model, 'DEPLOY-08', 'STAGE-07', 'ART-06', 'ART-07');
    if (props.inferencePipeline) answers(this.model, 'DEPLOY-05', 'CHOICE-02');
    existsOnlyWith(props.hasApprovedModel, this);
    this.modelName = this.model.attrModelName;
  }
}

/**
 * The package, however many containers it has: AWS's SDK, too, names a package as the primary container. What each of
 * several runs is in the package, which version it is only known here.
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
 * The last part of `...:model-package/<group>/<version>`. The slashes behind it give Split enough parts for `none` too:
 * CloudFormation refuses to select a part that is not there, even in a resource that its condition leaves out.
 */
function versionOf(modelPackageArn: string): string {
  return Fn.select(2, Fn.split('/', Fn.join('', [modelPackageArn, '///'])));
}
