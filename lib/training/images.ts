import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { imageRegistries } from './image-registries';

/**
 * AWS's prebuilt framework images, which run our scripts (script mode): no Docker is needed to deploy, and AWS patches them. An own image
 * is worth its upkeep only when a library is missing (ART-03, TRAIN-02, CHOICE-05). The registry's account differs by region, hence the mapping.
 */
export class SagemakerImages extends Construct {
  /** Training, evaluation and serving. */
  readonly xgboost: string;
  /** Preparation, baseline and drift analysis: pandas and scipy, no booster. */
  readonly scikitLearn: string;
  /** What a role may pull from: each names the image that its jobs run in, and no other. */
  readonly repositories: { readonly xgboost: string; readonly scikitLearn: string };

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const registries = new CfnMapping(this, 'Registries', {
      mapping: Object.fromEntries(Object.entries(imageRegistries).map(([region, { framework }]) => [region, { account: framework }])),
    });
    const account = registries.findInMap(Aws.REGION, 'account');
    const image = (name: string) => Fn.sub(`\${account}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/${name}`, { account });
    this.xgboost = image('sagemaker-xgboost:3.0-5');
    this.scikitLearn = image('sagemaker-scikit-learn:1.4-2-py312-cpu-py3');
    const repository = (name: string) => Fn.sub(`arn:\${AWS::Partition}:ecr:\${AWS::Region}:\${account}:repository/${name}`, { account });
    this.repositories = { xgboost: repository('sagemaker-xgboost'), scikitLearn: repository('sagemaker-scikit-learn') };
  }
}
