import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { imageRegistries } from '../../training/image-registries';

/** An image of AWS's monitors: what runs it names the URI, who runs it may pull from the repository. */
export interface MonitorImage {
  readonly uri: string;
  readonly repositoryArn: string;
}

/** The images behind AWS's monitors. Their accounts differ by region; not every region has them. */
export class MonitorImages extends Construct {
  readonly analyzer: MonitorImage;
  /** Merges captures with ground truth; SageMaker itself starts it. */
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
    // "Prebuilt SageMaker Clarify Containers": the version is part of the path.
    this.clarify = image('clarify', 'sagemaker-clarify-processing', ':1.0');
  }
}
