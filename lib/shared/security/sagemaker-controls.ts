import { type CfnResource, Stack } from 'aws-cdk-lib';
import { NagMessageLevel, NagPack, type NagPackProps, NagRuleCompliance } from 'cdk-nag';
import type { IConstruct } from 'constructs';

type Properties = Readonly<Record<string, unknown>>;

export interface SageMakerControl {
  /** Number in Security Hub: 4 is `SageMaker.4`. */
  readonly number: number;
  /** `AWS::SageMaker::<type>`. */
  readonly type: string;
  readonly demands: string;
  readonly complies: (properties: Properties) => boolean;
}

/**
 * Security Hub's controls for SageMaker, as checks of template properties.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
 */
export const sageMakerControls: readonly SageMakerControl[] = [
  {
    number: 1,
    type: 'NotebookInstance',
    demands: 'no direct internet access',
    complies: (one) => one.DirectInternetAccess === 'Disabled',
  },
  {
    number: 2,
    type: 'NotebookInstance',
    demands: 'a subnet of our own',
    complies: (one) => one.SubnetId !== undefined,
  },
  { number: 3, type: 'NotebookInstance', demands: 'no root access', complies: (one) => one.RootAccess === 'Disabled' },
  {
    number: 4,
    type: 'EndpointConfig',
    demands: 'more than one instance for each variant',
    complies: hasSpareInstances,
  },
  { number: 5, type: 'Model', demands: 'network isolation', complies: (one) => one.EnableNetworkIsolation === true },
  { number: 6, type: 'AppImageConfig', demands: 'tags', complies: (one) => items(one.Tags).length > 0 },
  { number: 7, type: 'Image', demands: 'tags', complies: (one) => items(one.Tags).length > 0 },
  {
    number: 8,
    type: 'NotebookInstance',
    demands: 'a supported platform',
    complies: (one) => one.PlatformIdentifier === 'notebook-al2023-v1',
  },
  {
    number: 9,
    type: 'DataQualityJobDefinition',
    demands: 'encrypted traffic between containers',
    complies: encryptsTraffic,
  },
  {
    number: 10,
    type: 'ModelExplainabilityJobDefinition',
    demands: 'encrypted traffic between containers',
    complies: encryptsTraffic,
  },
  { number: 11, type: 'DataQualityJobDefinition', demands: 'network isolation', complies: isIsolated },
  { number: 12, type: 'ModelBiasJobDefinition', demands: 'network isolation', complies: isIsolated },
  {
    number: 13,
    type: 'ModelQualityJobDefinition',
    demands: 'encrypted traffic between containers',
    complies: encryptsTraffic,
  },
  {
    number: 14,
    type: 'MonitoringSchedule',
    demands: 'network isolation',
    complies: (one) => ofSchedule(one, isIsolated),
  },
  {
    number: 15,
    type: 'ModelBiasJobDefinition',
    demands: 'encrypted traffic between containers on more than one instance',
    complies: (one) => count(at(one, 'JobResources', 'ClusterConfig', 'InstanceCount')) < 2 || encryptsTraffic(one),
  },
  {
    number: 16,
    type: 'Model',
    demands: 'a private registry for the primary container',
    complies: (one) => one.PrimaryContainer === undefined || isPrivate(one.PrimaryContainer),
  },
  {
    number: 17,
    type: 'FeatureGroup',
    demands: 'a KMS key for the offline store',
    complies: (one) =>
      one.OfflineStoreConfig === undefined ||
      at(one, 'OfflineStoreConfig', 'S3StorageConfig', 'KmsKeyId') !== undefined,
  },
  {
    number: 18,
    type: 'FeatureGroup',
    demands: 'a KMS key for an online store with standard storage',
    complies: (one) =>
      one.OnlineStoreConfig === undefined ||
      at(one, 'OnlineStoreConfig', 'StorageType') === 'InMemory' ||
      at(one, 'OnlineStoreConfig', 'SecurityConfig', 'KmsKeyId') !== undefined,
  },
  {
    number: 19,
    type: 'Model',
    demands: 'a private registry for each container',
    complies: (one) => items(one.Containers).every(isPrivate),
  },
  { number: 20, type: 'ModelExplainabilityJobDefinition', demands: 'network isolation', complies: isIsolated },
  {
    number: 21,
    type: 'NotebookInstance',
    demands: 'a KMS key for the volume',
    complies: (one) => one.KmsKeyId !== undefined,
  },
  {
    number: 22,
    type: 'MonitoringSchedule',
    demands: 'encrypted traffic between containers',
    complies: (one) => ofSchedule(one, encryptsTraffic),
  },
  {
    number: 23,
    type: 'InferenceExperiment',
    demands: "a KMS key for the instances' storage",
    complies: (one) => one.KmsKey !== undefined,
  },
  {
    number: 24,
    type: 'InferenceExperiment',
    demands: 'a KMS key for captured data',
    complies: (one) => one.DataStorageConfig === undefined || at(one, 'DataStorageConfig', 'KmsKey') !== undefined,
  },
  { number: 25, type: 'ModelQualityJobDefinition', demands: 'network isolation', complies: isIsolated },
];

/** Security Hub checks deployed resources; this pack checks the templates before deployment. */
export class SageMakerControls extends NagPack {
  readonly name = 'SecurityHub';

  constructor(scope?: IConstruct, props?: NagPackProps) {
    super(scope, props);
    this.packName = 'SecurityHub';
  }

  protected override checkResource(node: CfnResource): void {
    for (const { number, type, demands, complies } of sageMakerControls) {
      if (node.cfnResourceType !== `AWS::SageMaker::${type}`) continue;
      this.applyRule({
        ruleSuffixOverride: `SageMaker.${number}`,
        info: `The ${type} lacks ${demands}.`,
        explanation: `Security Hub control SageMaker.${number}.`,
        level: NagMessageLevel.ERROR,
        node,
        rule: (resource) =>
          complies(propertiesOf(resource)) ? NagRuleCompliance.COMPLIANT : NagRuleCompliance.NON_COMPLIANT,
      });
    }
  }
}

/** The properties with raw overrides, as they are written to the template. */
function propertiesOf(node: CfnResource): Properties {
  const rendered = Stack.of(node).resolve((node as unknown as { _toCloudFormation(): object })._toCloudFormation()) as {
    Resources: Record<string, { Properties?: Properties }>;
  };
  return Object.values(rendered.Resources)[0]?.Properties ?? {};
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Properties)[name] : undefined),
    value,
  );
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** @throws Error for a count that the template does not contain, such as a parameter: a violation of the rule */
function count(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`instance count ${JSON.stringify(value)} is not a number`);
  return value;
}

/** All values of a variant that a condition chooses, without `AWS::NoValue`. */
function possible(variant: unknown): unknown[] {
  const [, ...branches] = items(at(variant, 'Fn::If'));
  return branches.length === 0 ? [variant] : branches.filter((branch) => at(branch, 'Ref') !== 'AWS::NoValue');
}

function hasSpareInstances(config: Properties): boolean {
  // "applies only to instance-based endpoint configuration"
  return items(config.ProductionVariants)
    .flatMap(possible)
    .every(
      (variant) => at(variant, 'ServerlessConfig') !== undefined || count(at(variant, 'InitialInstanceCount')) > 1,
    );
}

function encryptsTraffic(definition: unknown): boolean {
  return at(definition, 'NetworkConfig', 'EnableInterContainerTrafficEncryption') === true;
}

function isIsolated(definition: unknown): boolean {
  return at(definition, 'NetworkConfig', 'EnableNetworkIsolation') === true;
}

/**
 * A schedule either contains its job's definition or names one. A named definition is a resource with its own control.
 */
function ofSchedule(schedule: Properties, complies: (definition: unknown) => boolean): boolean {
  const config = schedule.MonitoringScheduleConfig;
  return at(config, 'MonitoringJobDefinitionName') !== undefined || complies(at(config, 'MonitoringJobDefinition'));
}

function isPrivate(container: unknown): boolean {
  return at(container, 'ImageConfig', 'RepositoryAccessMode') === 'Vpc';
}
