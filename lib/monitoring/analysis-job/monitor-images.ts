import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { imageRegistries } from '../../training/image-registries';

/** An image of AWS's monitors. A job names the URI; its role may pull from the repository. */
export interface MonitorImage {
  readonly uri: string;
  readonly repositoryArn: string;
}

/**
 * The images of AWS's monitors. Their accounts differ by Region, and not every Region has them.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-pre-built-container.html
 */
export class MonitorImages extends Construct {
  readonly analyzer: MonitorImage;
  /** Merges captures with ground truth. SageMaker starts it. */
  readonly groundTruthMerger: MonitorImage;
  readonly clarify: MonitorImage;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const rows = Object.entries(imageRegistries).flatMap(([region, { modelMonitor, clarify }]) =>
      modelMonitor === undefined
        ? []
        : [[region, { modelMonitor, ...(clarify === undefined ? {} : { clarify }) }] as const],
    );
    const registries = new CfnMapping(this, 'Registries', { mapping: Object.fromEntries(rows) });
    const image = (registry: 'modelMonitor' | 'clarify', repository: string, tag = ''): MonitorImage => {
      const account = registries.findInMap(Aws.REGION, registry);
      return {
        uri: Fn.sub(`\${account}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/${repository}${tag}`, { account }),
        repositoryArn: Fn.sub(`arn:\${AWS::Partition}:ecr:\${AWS::Region}:\${account}:repository/${repository}`, {
          account,
        }),
      };
    };
    this.analyzer = image('modelMonitor', 'sagemaker-model-monitor-analyzer');
    this.groundTruthMerger = image('modelMonitor', 'sagemaker-model-monitor-groundtruth-merger');
    // The version is part of the path.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-container.html
    this.clarify = image('clarify', 'sagemaker-clarify-processing', ':1.0');
  }
}
