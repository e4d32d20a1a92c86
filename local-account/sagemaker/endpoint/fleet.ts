import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { InstanceMetrics } from '../container/instance-metrics';
import { JobLog } from '../container/job-log';
import type { Engine } from '../engine';
import { authorizeInfrastructure, dataSession } from '../infrastructure';
import { randomName } from '../names';
import type { EndpointConfig } from '../registry/endpoint-configs';
import type { Model } from '../registry/models';
import { RoleSession } from '../role-session';
import { ModelServer } from './model-server';
import { Serverless } from './serverless';
import { StartableServer, type VariantServer } from './variant-server';

export interface FleetVariant {
  readonly name: string;
  readonly model: Model;
  readonly server: VariantServer;
  readonly logStream: string;
  readonly metrics: InstanceMetrics | undefined;
  weight: number;
  /** 0 for a serverless variant, and for an asynchronous one that is scaled in to zero. */
  instances: number;
}

/** What a new fleet takes over from the old one, by variant. */
export type VariantSizes = ReadonlyMap<string, Pick<FleetVariant, 'weight' | 'instances'>>;

/** Where the model of a name is found. */
export interface ModelSource {
  readonly store: { get(name: string): Model };
}

/** What a fleet is made of again. */
export interface FleetState {
  readonly config: EndpointConfig;
  /** Models that the variants serve, also those that were deleted since. */
  readonly models: ReadonlyMap<string, Model>;
  readonly sizes: VariantSizes;
}

/**
 * The instances behind one endpoint configuration. All instances of a variant are one process; their number only
 * counts.
 */
export class Fleet {
  private constructor(
    readonly config: EndpointConfig,
    readonly variants: readonly FleetVariant[],
    readonly shadow?: FleetVariant,
  ) {}

  /** Starts every variant; if one fails, all are stopped. */
  static async start(
    engine: Engine,
    endpointName: string,
    config: EndpointConfig,
    models: ModelSource,
    keep?: VariantSizes,
  ): Promise<Fleet> {
    const started = await Promise.allSettled(
      [...config.variants, ...(config.shadow ? [config.shadow] : [])].map((variant) =>
        startVariant(engine, endpointName, config, models.store.get(variant.ModelName ?? ''), variant, keep),
      ),
    );
    const variants = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result): result is PromiseRejectedResult => result.status === 'rejected');
    if (failed) {
      await Promise.all(variants.map(({ server }) => server.stop()));
      throw failed.reason;
    }
    return new Fleet(config, variants.slice(0, config.variants.length), variants[config.variants.length]);
  }

  private get all(): readonly FleetVariant[] {
    return this.shadow ? [...this.variants, this.shadow] : this.variants;
  }

  variant(name: string | undefined): FleetVariant | undefined {
    return this.variants.find((variant) => variant.name === name);
  }

  get sizes(): VariantSizes {
    return new Map(this.all.map(({ name, weight, instances }) => [name, { weight, instances }]));
  }

  get state(): FleetState {
    const models = new Map(this.all.map(({ model }) => [model.name, model]));
    return { config: this.config, models, sizes: this.sizes };
  }

  /** Starts the fleet of a snapshot again. */
  static restart(engine: Engine, endpointName: string, { config, models, sizes }: FleetState): Promise<Fleet> {
    const byName = new Map([...models].map(([name, model]) => [name.toLowerCase(), model]));
    const get = (name: string): Model => {
      const model = byName.get(name.toLowerCase());
      if (model === undefined) throw new Error(`the snapshot has no model ${name}`);
      return model;
    };
    return Fleet.start(engine, endpointName, config, { store: { get } }, sizes);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map(({ server }) => server.stop()));
  }
}

async function startVariant(
  engine: Engine,
  endpointName: string,
  config: EndpointConfig,
  model: Model,
  variant: ProductionVariant,
  keep: VariantSizes | undefined,
): Promise<FleetVariant> {
  const name = variant.VariantName ?? '';
  const logStream = `${name}/i-${randomName(17)}`;
  let metrics: InstanceMetrics | undefined;
  const server = new StartableServer(async () => {
    const role = await RoleSession.take(engine.platform, model.roleArn, config.arn);
    const vpc = model.request.VpcConfig;
    await authorizeInfrastructure(engine, role, {
      imageUris: model.containers.map(({ image }) => image),
      vpc,
      volumeKmsKeyId: config.request.KmsKeyId,
    });
    const session = dataSession(engine, role, vpc);
    const log = new JobLog(engine.platform, session, `/aws/sagemaker/Endpoints/${endpointName}`, logStream);
    const started = await ModelServer.start(engine, model, session, {}, log.line).catch((error: Error) => {
      log.flush();
      throw error;
    });
    metrics = log.metrics({ EndpointName: endpointName, VariantName: name }, started.folders);
    return started;
  });
  const weight = keep?.get(name)?.weight ?? variant.InitialVariantWeight ?? 1;
  if (variant.ServerlessConfig) {
    // It has no instances, so no instance metrics.
    return {
      name,
      model,
      server: new Serverless(variant.ServerlessConfig, server, engine.platform.clock),
      logStream,
      metrics: undefined,
      weight,
      instances: 0,
    };
  }
  const instances = keep?.get(name)?.instances ?? variant.InitialInstanceCount ?? 1;
  if (instances > 0) {
    await server.start();
  }
  return {
    name,
    model,
    server,
    logStream,
    get metrics() {
      return server.isUp ? metrics : undefined;
    },
    weight,
    instances,
  };
}
