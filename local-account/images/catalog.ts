import type { Algorithm, ImageStandIn } from './image';
import { modelMonitorAnalyzer } from './model-monitor-analyzer/stand-in';
import { clarify, groundTruthMerger } from './outcomes/stand-ins';
import { scikitLearn } from './scikit-learn/stand-in';
import { xgboost } from './xgboost/stand-in';

export interface ImageOptions {
  /** The folder of the workflow's Python steps: the Model Monitor analyzer's stand-in runs them. */
  readonly stepsFolder: string;
}

/** The container images that the local account can stand in for, by ECR repository. */
export class ImageCatalog {
  private readonly images: ReadonlyMap<string, ImageStandIn>;

  constructor({ stepsFolder }: ImageOptions) {
    this.images = new Map(
      [
        scikitLearn,
        xgboost,
        modelMonitorAnalyzer(stepsFolder),
        groundTruthMerger(stepsFolder),
        clarify(stepsFolder),
      ].map((image) => [image.repository, image]),
    );
  }

  /** What SageMaker knows of an image, if it is one of its algorithms. */
  algorithm(imageUri: string): Algorithm | undefined {
    return this.images.get(repositoryOf(imageUri))?.algorithm;
  }

  /** The stand-in of an image for one use. An unknown image is an error that names the known ones. */
  find<Use extends 'processing' | 'training' | 'serving'>(imageUri: string, use: Use): NonNullable<ImageStandIn[Use]> {
    const repository = repositoryOf(imageUri);
    const image = this.images.get(repository);
    if (!image) {
      throw new Error(
        `The local account has no stand-in for the image ${imageUri}. It knows the repositories ${[...this.images.keys()].join(', ')}; ` +
          'add a folder with a stand-in under local-account/images.',
      );
    }
    const contract = image[use];
    if (!contract) {
      throw new Error(
        `The image ${imageUri} is not one for ${use}, or its stand-in lacks it (local-account/images/${repository}).`,
      );
    }
    return contract;
  }
}

function repositoryOf(imageUri: string): string {
  return /^(?:[^/]+\/)?([^:@]+)/.exec(imageUri)?.[1] ?? imageUri;
}
