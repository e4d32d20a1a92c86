import type { Algorithm, ImageStandIn } from './image';
import { scikitLearn } from './scikit-learn/stand-in';
import { xgboost } from './xgboost/stand-in';

/** Images whose published code, or AWS's toolkit inside them, runs here. */
const published: readonly ImageStandIn[] = [scikitLearn, xgboost];

/** The container images that jobs and models can name, by ECR repository. */
export class ImageCatalog {
  private readonly images: ReadonlyMap<string, ImageStandIn>;

  /** @param added further stand-ins, for closed images or your own */
  constructor(added: readonly ImageStandIn[] = []) {
    this.images = new Map([...published, ...added].map((image) => [image.repository, image]));
  }

  /** What SageMaker knows of an image, if it is one of its algorithms. */
  algorithm(imageUri: string): Algorithm | undefined {
    return this.images.get(repositoryOf(imageUri))?.algorithm;
  }

  /** An image's stand-in for one use. Throws for an unknown image, naming the known ones. */
  find<Use extends 'processing' | 'training' | 'serving'>(imageUri: string, use: Use): NonNullable<ImageStandIn[Use]> {
    const repository = repositoryOf(imageUri);
    const image = this.images.get(repository);
    if (!image) {
      throw new Error(
        `The local account has no stand-in for the image ${imageUri}. It knows the repositories ${[...this.images.keys()].join(', ')}; ` +
          'give startLocalAccount another stand-in (images), or add one under local-account/images.',
      );
    }
    const contract = image[use];
    if (!contract) {
      throw new Error(`The image ${imageUri} does not support ${use}, or its stand-in (${repository}) does not.`);
    }
    return contract;
  }
}

function repositoryOf(imageUri: string): string {
  return /^(?:[^/]+\/)?([^:@]+)/.exec(imageUri)?.[1] ?? imageUri;
}
