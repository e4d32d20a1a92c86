import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import type imageContents from './image-contents.json';
import { imageRegistries } from './image-registries';

/**
 * The versions of AWS's images, chosen here and nowhere else. What each holds, and until when AWS patches it, is in
 * image-contents.json; docs/do/images.md says how to go to another. AWS's patches of both ended in autumn 2026: the images
 * stay usable, but security holes in them are no longer closed.
 */
export const imageTags = { xgboost: '3.0-5', scikitLearn: '1.4-2-py312-cpu-py3' } as const;

// A tag without a known content would escape the check of the step code against its image.
imageTags satisfies {
  xgboost: keyof (typeof imageContents)['sagemaker-xgboost'];
  scikitLearn: keyof (typeof imageContents)['sagemaker-scikit-learn'];
};

/**
 * AWS's prebuilt framework images, which run our scripts (script mode): no Docker is needed to deploy, and AWS patches
 * current versions. An own image is worth its upkeep only when a library is missing (ART-03, TRAIN-02, CHOICE-05). The
 * registry's account differs by region, hence the mapping.
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
      mapping: Object.fromEntries(
        Object.entries(imageRegistries).map(([region, { framework }]) => [region, { account: framework }]),
      ),
    });
    const account = registries.findInMap(Aws.REGION, 'account');
    const image = (name: string) =>
      Fn.sub(`\${account}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/${name}`, { account });
    this.xgboost = image(`sagemaker-xgboost:${imageTags.xgboost}`);
    this.scikitLearn = image(`sagemaker-scikit-learn:${imageTags.scikitLearn}`);
    const repository = (name: string) =>
      Fn.sub(`arn:\${AWS::Partition}:ecr:\${AWS::Region}:\${account}:repository/${name}`, { account });
    this.repositories = { xgboost: repository('sagemaker-xgboost'), scikitLearn: repository('sagemaker-scikit-learn') };
  }
}
