import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import type imageContents from './image-contents.json';
import { imageRegistries } from './image-registries';

/**
 * The versions of AWS's images. image-contents.json lists what each holds and until when AWS patches it;
 * docs/do/images.md says how to change the version. AWS's patches of both versions ended in autumn 2026: the images
 * stay usable, but AWS no longer closes their security holes.
 */
export const imageTags = { xgboost: '3.0-5', scikitLearn: '1.4-2-py312-cpu-py3' } as const;

// Every tag needs its content, because a test checks the step code against what its image holds.
imageTags satisfies {
  xgboost: keyof (typeof imageContents)['sagemaker-xgboost'];
  scikitLearn: keyof (typeof imageContents)['sagemaker-scikit-learn'];
};

/**
 * AWS's prebuilt framework images, which run our scripts (script mode): deployment needs no Docker, and AWS patches
 * current versions. A custom image is worth its upkeep only when a library is missing (ART-03: what an image URI fixes;
 * TRAIN-02, CHOICE-05: when a custom image is needed). The registry's account differs by region, hence the mapping.
 */
export class SagemakerImages extends Construct {
  /** Training, evaluation and serving. */
  readonly xgboost: string;
  /** Preparation, baseline and drift analysis: pandas and scipy, no booster. */
  readonly scikitLearn: string;
  /** ARNs for the policies of roles: each role names only the images that its jobs run in. */
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
