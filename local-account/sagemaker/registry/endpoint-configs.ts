import type {
  CreateEndpointConfigCommandInput,
  DescribeEndpointConfigCommandInput,
  ListEndpointConfigsCommandInput,
  ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { type Engine, emit, now, type Operations } from '../engine';
import { validation } from '../errors';
import { refuseVolumeKey } from '../local-storage';
import { arnOf } from '../names';
import { type Entity, list, Store } from '../store';
import type { Model, Models } from './models';
import { checkServingKind } from './serving-kind';

export interface EndpointConfig extends Entity {
  readonly request: CreateEndpointConfigCommandInput;
  readonly variants: readonly ProductionVariant[];
  /** Gets copies of requests; only data capture sees its responses. */
  readonly shadow?: ProductionVariant;
}

export class EndpointConfigs {
  // AWS: sagemaker-hosting/hosting-answers-validation-exception
  readonly store = new Store<EndpointConfig>(
    (name) =>
      validation(`Could not find endpoint configuration "${arnOf(this.engine.platform, 'endpoint-config', name)}".`),
    (_, arn) => validation(`Cannot create already existing endpoint configuration "${arn}".`),
  );

  constructor(
    private readonly engine: Engine,
    private readonly models: Models,
  ) {}

  readonly operations: Operations = {
    CreateEndpointConfig: (input: CreateEndpointConfigCommandInput) => ({ EndpointConfigArn: this.create(input).arn }),
    DescribeEndpointConfig: (input: DescribeEndpointConfigCommandInput) => {
      const config = this.store.get(input.EndpointConfigName ?? '');
      const { Tags: _, ...request } = config.request;
      return { ...request, EndpointConfigArn: config.arn, CreationTime: config.createdAt };
    },
    ListEndpointConfigs: (input: ListEndpointConfigsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input);
      const EndpointConfigs = page.map(({ name, arn, createdAt }) => ({
        EndpointConfigName: name,
        EndpointConfigArn: arn,
        CreationTime: createdAt,
      }));
      return { EndpointConfigs, NextToken };
    },
    DeleteEndpointConfig: (input: DescribeEndpointConfigCommandInput) => {
      const config = this.store.get(input.EndpointConfigName ?? '');
      this.store.delete(config.name);
      this.engine.tags.forget(config.arn);
      this.changed(config);
    },
  };

  private create(input: CreateEndpointConfigCommandInput): EndpointConfig {
    const name = input.EndpointConfigName ?? '';
    const variants = input.ProductionVariants ?? [];
    const shadows = input.ShadowProductionVariants ?? [];
    const models: Model[] = [];
    for (const variant of [...variants, ...shadows]) {
      if (variant.ModelName === undefined) {
        throw validation(
          `Variant ${variant.VariantName} names no model; the local account has no inference components`,
        );
      }
      models.push(this.models.store.get(variant.ModelName));
      if ((variant.InstanceType === undefined) === (variant.ServerlessConfig === undefined)) {
        // AWS: sagemaker-hosting/variants-have-names-and-one-kind
        throw validation(`Variant ${variant.VariantName} needs either an InstanceType or a ServerlessConfig.`);
      }
    }
    if (
      new Set([...variants, ...shadows].map(({ VariantName }) => VariantName)).size <
      variants.length + shadows.length
    ) {
      // AWS: sagemaker-hosting/variants-have-names-and-one-kind
      throw validation('Two variants have the same VariantName.');
    }
    if (shadows.length > 0 && (shadows.length > 1 || variants.length !== 1)) {
      // AWS: sagemaker-hosting/one-shadow-variant
      throw validation(
        `${variants.length} production and ${shadows.length} shadow variants: with ShadowProductionVariants you can only specify one variant for ` +
          'ProductionVariants and one variant for ShadowProductionVariants.',
      );
    }
    if ([...variants, ...shadows].some(({ ServerlessConfig }) => ServerlessConfig) && shadows.length > 0) {
      // AWS: sagemaker-hosting/serverless-excludes
      throw validation('Serverless variants cannot have shadow variants.');
    }
    checkServingKind(input, models);
    refuseVolumeKey(
      'KmsKeyId',
      input.KmsKeyId,
      [...variants, ...shadows].map(({ InstanceType }) => InstanceType),
    );
    const createdAt = now(this.engine);
    const arn = arnOf(this.engine.platform, 'endpoint-config', name);
    const config = this.store.add({
      name,
      arn,
      createdAt,
      modifiedAt: createdAt,
      request: input,
      variants,
      shadow: shadows[0],
    });
    this.engine.tags.add(arn, input.Tags);
    this.changed(config);
    return config;
  }

  private changed(config: EndpointConfig): void {
    emit(this.engine, 'SageMaker Endpoint Config State Change', [config.arn], {
      EndpointConfigName: config.name,
      EndpointConfigArn: config.arn,
      ProductionVariants: config.variants,
      CreationTime: config.createdAt,
      Tags: this.engine.tags.of(config.arn),
    });
  }
}
