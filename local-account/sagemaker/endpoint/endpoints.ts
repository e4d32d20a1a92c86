import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import type {
  CreateEndpointCommandInput,
  DeploymentConfig,
  DescribeEndpointCommandInput,
  DescribeEndpointCommandOutput,
  EndpointStatus,
  ListEndpointsCommandInput,
  UpdateEndpointCommandInput,
  UpdateEndpointWeightsAndCapacitiesCommandInput,
  VariantStatus,
} from '@aws-sdk/client-sagemaker';
import type { ServiceCall } from '../../platform';
import { Activity } from '../activity';
import { type Engine, emit, now, type Operations, touch } from '../engine';
import { messageOf, validation } from '../errors';
import { authorizeVolumeGrant } from '../infrastructure';
import { arnOf } from '../names';
import type { EndpointConfig, EndpointConfigs } from '../registry/endpoint-configs';
import type { Models } from '../registry/models';
import { servingKind } from '../registry/serving-kind';
import { type Entity, list, Store } from '../store';
import { AsynchronousQueue } from './asynchronous';
import { Capture } from './capture';
import { deploy, wayBack } from './deployment';
import { checkDeployment, checkRetained, checkSameVariants } from './deployment-rules';
import { Fleet, type FleetVariant, type VariantSizes } from './fleet';
import { route } from './routing';
import { Serverless } from './serverless';
import { Traffic } from './traffic';
import { StartableServer } from './variant-server';

export interface Endpoint extends Entity {
  status: EndpointStatus;
  failureReason?: string;
  config: EndpointConfig;
  /** Data capture as it is in force: an update may keep that of the fleet before. */
  captureConfig: EndpointConfig['request']['DataCaptureConfig'];
  fleet?: Fleet;
  /**
   * The fleet that a deployment brings in, and its part of the traffic. Rolling, the old fleet ends as this one grows.
   */
  green?: { readonly fleet: Fleet; share: number; readonly rolling: boolean };
  pending?: { readonly config: EndpointConfig; readonly startedAt: Date; status: VariantStatus; statusSince: Date };
  lastDeployment?: DeploymentConfig;
  readonly captures: Map<string, Capture>;
  /** Of an asynchronous endpoint. */
  queue?: AsynchronousQueue;
  readonly fleets: Traffic<string>;
  readonly variants: Traffic<string>;
  readonly shadowing: Traffic<string>;
  readonly deleted: AbortController;
}

/** Weights are shifted and instances started within minutes on AWS. */
const RESIZE_MILLISECONDS = 60_000;

export class Endpoints {
  // AWS: sagemaker-hosting/hosting-answers-validation-exception
  readonly store = new Store<Endpoint>(
    (name) => validation(`Could not find endpoint "${arnOf(this.engine.platform, 'endpoint', name)}".`),
    (_, arn) => validation(`Cannot create already existing endpoint "${arn}".`),
  );

  constructor(
    private readonly engine: Engine,
    private readonly models: Models,
    private readonly configs: EndpointConfigs,
  ) {}

  readonly operations: Operations = {
    CreateEndpoint: (input: CreateEndpointCommandInput, call: ServiceCall) => {
      authorizeVolumeGrant(
        this.engine.platform,
        call.principal,
        this.configs.store.get(input.EndpointConfigName ?? '').request.KmsKeyId,
      );
      return { EndpointArn: this.create(input).arn };
    },
    UpdateEndpoint: async (input: UpdateEndpointCommandInput, call: ServiceCall) => {
      authorizeVolumeGrant(
        this.engine.platform,
        call.principal,
        this.configs.store.get(input.EndpointConfigName ?? '').request.KmsKeyId,
      );
      return { EndpointArn: (await this.update(input)).arn };
    },
    UpdateEndpointWeightsAndCapacities: (input: UpdateEndpointWeightsAndCapacitiesCommandInput) => ({
      EndpointArn: this.resize(input).arn,
    }),
    DescribeEndpoint: (input: DescribeEndpointCommandInput) => describe(this.store.get(input.EndpointName ?? '')),
    ListEndpoints: (input: ListEndpointsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input, {
        matches: ({ status }) => input.StatusEquals === undefined || status === input.StatusEquals,
        status: ({ status }) => status,
      });
      const Endpoints = page.map((endpoint) => ({
        EndpointName: endpoint.name,
        EndpointArn: endpoint.arn,
        CreationTime: endpoint.createdAt,
        LastModifiedTime: endpoint.modifiedAt,
        EndpointStatus: endpoint.status,
      }));
      return { Endpoints, NextToken };
    },
    DeleteEndpoint: (input: DescribeEndpointCommandInput) => this.delete(this.store.get(input.EndpointName ?? '')),
  };

  /** CPU, memory and disk of every container, each minute. */
  measure(): () => void {
    const minute = 60_000;
    return this.engine.platform.clock.schedule(
      (after) => (Math.floor(after / minute) + 1) * minute,
      () => {
        for (const { fleet, green } of this.store.all()) {
          for (const { metrics } of [...(fleet?.variants ?? []), ...(green?.fleet.variants ?? [])]) metrics?.publish();
        }
      },
    );
  }

  async flushCaptures(): Promise<void> {
    await Promise.all(
      this.store.all().flatMap(({ captures }) => [...captures.values()].map((capture) => capture.flush())),
    );
  }

  async stop(): Promise<void> {
    await this.flushCaptures();
    await Promise.all(this.store.all().flatMap(({ fleet, green }) => [fleet?.stop(), green?.fleet.stop()]));
  }

  /** Where captures of a variant go; undefined when the endpoint captures nothing. */
  capture(endpoint: Endpoint, variant: FleetVariant): Capture | undefined {
    const config = endpoint.captureConfig;
    if (!config || config.EnableCapture === false) {
      return undefined;
    }
    const id = `${variant.name}\n${variant.model.roleArn}\n${JSON.stringify(config)}`;
    const known =
      endpoint.captures.get(id) ??
      new Capture(this.engine, config, endpoint.name, variant.name, variant.model.roleArn, endpoint.arn);
    endpoint.captures.set(id, known);
    return known;
  }

  private create(input: CreateEndpointCommandInput): Endpoint {
    const { engine } = this;
    const name = input.EndpointName ?? '';
    this.store.ensureFree(name);
    const config = this.configs.store.get(input.EndpointConfigName ?? '');
    checkDeployment(input.DeploymentConfig, planned(config));
    const createdAt = now(engine);
    const endpoint: Endpoint = {
      name,
      arn: arnOf(engine.platform, 'endpoint', name),
      createdAt,
      modifiedAt: createdAt,
      status: 'Creating',
      config,
      captureConfig: config.request.DataCaptureConfig,
      lastDeployment: input.DeploymentConfig,
      captures: new Map(),
      fleets: new Traffic(),
      variants: new Traffic(),
      shadowing: new Traffic(),
      deleted: new AbortController(),
    };
    this.store.add(endpoint);
    if (servingKind(config.request) === 'asynchronous') {
      endpoint.queue = this.queue(endpoint);
    }
    engine.tags.add(endpoint.arn, input.Tags);
    this.changed(endpoint);
    const started = Activity.run(engine.platform.clock, async () => {
      try {
        const fleet = await Fleet.start(engine, name, config, this.models);
        if (endpoint.deleted.signal.aborted) {
          await fleet.stop();
          return;
        }
        endpoint.fleet = fleet;
        endpoint.status = 'InService';
      } catch (error) {
        endpoint.status = 'Failed';
        endpoint.failureReason = messageOf(error).slice(0, 1024);
      }
      this.changed(endpoint);
    });
    engine.background(`endpoint ${name}`, started);
    return endpoint;
  }

  private async update(input: UpdateEndpointCommandInput): Promise<Endpoint> {
    const { engine } = this;
    const endpoint = this.store.get(input.EndpointName ?? '');
    const config = this.configs.store.get(input.EndpointConfigName ?? '');
    const blue = this.settledFleet(endpoint);
    // AWS: sagemaker-hosting/update-needs-the-configuration-in-force
    this.configs.store.get(endpoint.config.name);
    checkConversion(endpoint.config, config);
    await requireUnscaled(engine, endpoint, config);
    this.settledFleet(endpoint);
    // RetainDeploymentConfig is false by default: an update that says nothing has no canary and no rollback.
    const deployment = input.RetainDeploymentConfig ? endpoint.lastDeployment : input.DeploymentConfig;
    const excluded = new Set(
      (input.ExcludeRetainedVariantProperties ?? []).map(({ VariantPropertyType }) => VariantPropertyType),
    );
    checkRetained(excluded);
    const retain = input.RetainAllVariantProperties ?? false;
    // AWS: sagemaker-hosting/retained-weights
    const keep: VariantSizes | undefined = retain
      ? new Map(
          [...blue.sizes].map(([name, sizes]) => {
            const variant = [...config.variants, ...(config.shadow ? [config.shadow] : [])].find(
              ({ VariantName }) => VariantName === name,
            );
            return [
              name,
              {
                instances: excluded.has('DesiredInstanceCount')
                  ? (variant?.InitialInstanceCount ?? 1)
                  : sizes.instances,
                weight: excluded.has('DesiredWeight') ? (variant?.InitialVariantWeight ?? 1) : sizes.weight,
              },
            ];
          }),
        )
      : undefined;
    checkDeployment(deployment, planned(config, keep));
    checkSameVariants(deployment, variantNames(endpoint.config), variantNames(config));
    // What is captured is no variant property that could be retained: it is the new configuration's.
    const captureConfig = config.request.DataCaptureConfig;
    endpoint.status = 'Updating';
    endpoint.failureReason = undefined;
    endpoint.pending = { config, startedAt: now(engine), status: 'Creating', statusSince: now(engine) };
    this.changed(endpoint);
    const updated = Activity.run(engine.platform.clock, (activity) =>
      this.bringIn(endpoint, blue, config, { keep, captureConfig, deployment }, activity),
    );
    engine.background(`endpoint ${endpoint.name}`, updated);
    return endpoint;
  }

  private async bringIn(
    endpoint: Endpoint,
    blue: Fleet,
    config: EndpointConfig,
    options: { keep?: VariantSizes; captureConfig: Endpoint['captureConfig']; deployment?: DeploymentConfig },
    activity: Activity,
  ): Promise<void> {
    const { engine } = this;
    let green: Fleet | undefined;
    try {
      green = await Fleet.start(engine, endpoint.name, config, this.models, options.keep);
      const entry = { fleet: green, share: 0, rolling: options.deployment?.RollingUpdatePolicy !== undefined };
      endpoint.green = entry;
      await deploy(
        engine,
        // "Deployment guardrails only apply to Asynchronous inference and Real-time inference endpoint types."
        servingKind(config.request) === 'serverless' ? undefined : options.deployment,
        {
          shift: (share, stage) => {
            entry.share = share;
            endpoint.queue?.work();
            this.deploymentChanged(endpoint, stage, blue.config, config);
          },
          status: (status) => {
            if (endpoint.pending && endpoint.pending.status !== status)
              Object.assign(endpoint.pending, { status, statusSince: now(engine) });
          },
          instances: count(green),
          roleArn: green.variants[0].model.roleArn,
          endpointArn: endpoint.arn,
          stopped: AbortSignal.any([endpoint.deleted.signal, engine.stopping]),
        },
        activity,
      );
      endpoint.fleet = green;
      endpoint.config = config;
      endpoint.captureConfig = options.captureConfig;
      endpoint.lastDeployment = options.deployment;
      endpoint.green = undefined;
      endpoint.pending = undefined;
      endpoint.status = 'InService';
      this.deploymentChanged(endpoint, 'COMPLETED', blue.config, config);
      await blue.stop();
    } catch (error) {
      // Stopped from outside: whoever stops ends both fleets.
      if (!endpoint.deleted.signal.aborted && !engine.stopping.aborted) {
        endpoint.status = 'RollingBack';
        this.changed(endpoint);
        const { green: entry } = endpoint;
        const back = entry ? wayBack(options.deployment, entry.share, count(entry.fleet)) : [0];
        for (const share of back) {
          if (entry) entry.share = share;
          this.deploymentChanged(endpoint, 'ROLLBACK', blue.config, config);
        }
        endpoint.green = undefined;
        endpoint.pending = undefined;
        await green?.stop();
        endpoint.failureReason = messageOf(error).slice(0, 1024);
        endpoint.status = 'InService';
        engine.platform.record({ kind: 'rollback', summary: `endpoint ${endpoint.name}: ${endpoint.failureReason}` });
      }
    }
    if (!endpoint.deleted.signal.aborted) {
      this.changed(endpoint);
    }
  }

  private resize(input: UpdateEndpointWeightsAndCapacitiesCommandInput): Endpoint {
    const { engine } = this;
    const endpoint = this.store.get(input.EndpointName ?? '');
    const fleet = this.settledFleet(endpoint);
    // AWS: sagemaker-hosting/one-variant-is-resized-at-a-time
    if (
      (input.DesiredWeightsAndCapacities ?? []).filter(({ DesiredInstanceCount }) => DesiredInstanceCount !== undefined)
        .length > 1
    ) {
      throw validation('The capacity of one variant only can be updated at a time.');
    }
    const wanted = (input.DesiredWeightsAndCapacities ?? []).map((change) => {
      const variant = fleet.variant(change.VariantName);
      if (!variant) {
        // AWS: sagemaker-hosting/capacities-of-variants
        throw validation(
          `The variant name(s) "${change.VariantName}" is/are not present within endpoint configuration "${endpoint.config.name}".`,
        );
      }
      return { variant, change };
    });
    for (const { variant, change } of wanted) {
      if (change.DesiredInstanceCount === 0 && !endpoint.queue) {
        // AWS: sagemaker-hosting/capacities-of-variants
        throw validation(
          `DesiredInstanceCount of variant ${variant.name} must be at least 1: only asynchronous endpoints have no instances.`,
        );
      }
      if (change.DesiredInstanceCount !== undefined && variant.server instanceof Serverless) {
        // AWS: sagemaker-hosting/capacities-of-variants
        throw validation(`Variant ${variant.name} is serverless and has no instances.`);
      }
    }
    endpoint.status = 'Updating';
    this.changed(endpoint);
    const resized = Activity.run(engine.platform.clock, async (activity) => {
      await activity
        .sleep(RESIZE_MILLISECONDS, AbortSignal.any([endpoint.deleted.signal, engine.stopping]))
        .catch(() => undefined);
      if (endpoint.deleted.signal.aborted || engine.stopping.aborted) return;
      for (const { variant, change } of wanted) {
        variant.weight = change.DesiredWeight ?? variant.weight;
        await setInstances(variant, change.DesiredInstanceCount ?? variant.instances).catch((error: Error) => {
          endpoint.failureReason = messageOf(error).slice(0, 1024);
        });
      }
      endpoint.status = 'InService';
      this.changed(endpoint);
      endpoint.queue?.work();
    });
    engine.background(`endpoint ${endpoint.name}`, resized);
    return endpoint;
  }

  private queue(endpoint: Endpoint): AsynchronousQueue {
    const up = (): FleetVariant[] =>
      [endpoint.fleet, endpoint.green && endpoint.green.share > 0 ? endpoint.green.fleet : undefined].flatMap((fleet) =>
        (fleet?.variants ?? []).filter(
          ({ server, instances }) => instances > 0 && server instanceof StartableServer && server.isUp,
        ),
      );
    return new AsynchronousQueue(this.engine, {
      name: endpoint.name,
      arn: endpoint.arn,
      get settings() {
        return endpoint.config.request.AsyncInferenceConfig ?? { OutputConfig: {} };
      },
      get instances() {
        return up().reduce((sum, { instances }) => sum + instances, 0);
      },
      choose: () => {
        const chosen = route(endpoint, endpoint.fleet as Fleet).variant;
        const able = up();
        return able.includes(chosen) ? chosen : (able[0] ?? chosen);
      },
      get isGone() {
        return endpoint.deleted.signal.aborted;
      },
    });
  }

  // AWS: sagemaker-hosting/one-change-at-a-time
  private settledFleet(endpoint: Endpoint): Fleet {
    if (endpoint.status === 'Failed') {
      throw validation(`Cannot update endpoint "${endpoint.arn}" in status Failed: delete it and create it again.`);
    }
    if (endpoint.status !== 'InService' || !endpoint.fleet) {
      throw validation(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
    return endpoint.fleet;
  }

  private delete(endpoint: Endpoint): void {
    const { engine } = this;
    // AWS: sagemaker-hosting/endpoint-is-deleted-when-it-has-settled
    if (endpoint.status !== 'InService' && endpoint.status !== 'Failed') {
      throw validation(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
    endpoint.deleted.abort(new Error('the endpoint was deleted'));
    endpoint.queue?.stop();
    endpoint.status = 'Deleting';
    this.changed(endpoint);
    const gone = Activity.run(engine.platform.clock, async () => {
      await Promise.all([...endpoint.captures.values()].map((capture) => capture.flush()));
      await Promise.all([endpoint.fleet?.stop(), endpoint.green?.fleet.stop()]);
      this.store.delete(endpoint.name);
      engine.tags.forget(endpoint.arn);
    });
    engine.background(`endpoint ${endpoint.name}`, gone);
  }

  /**
   * Events spell the status in capitals (developer guide, "Events that Amazon SageMaker AI sends to Amazon
   * EventBridge").
   */
  private changed(endpoint: Endpoint): void {
    touch(this.engine, endpoint);
    emit(this.engine, 'SageMaker Endpoint State Change', [endpoint.arn, endpoint.config.arn], {
      ...describe(endpoint),
      EndpointStatus: capitals(endpoint.status),
      Tags: this.engine.tags.of(endpoint.arn),
    });
  }

  private deploymentChanged(endpoint: Endpoint, stage: string, from: EndpointConfig, to: EndpointConfig): void {
    emit(this.engine, 'SageMaker Endpoint Deployment State Change', [endpoint.arn], {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: to.name,
      SourceEndpointConfigName: from.name,
      UpdatedEndpointConfigName: to.name,
      DeploymentStatus: stage,
    });
    this.engine.platform.record({
      kind: 'deployment',
      summary: `endpoint ${endpoint.name}: ${stage}${endpoint.green ? `, ${Math.round(endpoint.green.share * 100)} % to the new fleet` : ''}`,
    });
  }
}

/** The instances of a variant from now on: the container of the first starts, that of the last ends. */
async function setInstances(variant: FleetVariant, instances: number): Promise<void> {
  const { instances: before, server } = variant;
  if (server instanceof StartableServer && before === 0 && instances > 0) {
    await server.start();
  }
  variant.instances = instances;
  if (server instanceof StartableServer && before > 0 && instances === 0) {
    await server.stop();
  }
}

/**
 * "You cannot convert your instance-based, real-time endpoint to a serverless endpoint. If you try to update your
 * real-time endpoint to serverless, you receive a ValidationError message." (developer guide, "Deploy models with
 * Amazon SageMaker Serverless Inference")
 */
function checkConversion(from: EndpointConfig, to: EndpointConfig): void {
  const [before, after] = [servingKind(from.request), servingKind(to.request)];
  if (before !== 'serverless' && after === 'serverless') {
    // AWS: sagemaker-hosting/serverless-excludes
    throw validation(
      `Endpoint cannot be updated from ${from.name} to ${to.name}: an endpoint with instances cannot become serverless.`,
    );
  }
  if ((before === 'asynchronous') !== (after === 'asynchronous')) {
    throw validation(
      'Changing an endpoint between asynchronous and synchronous inference is not supported by the local account.',
    );
  }
}

/**
 * "If the update would change the instance type for any model that is a target for auto scaling, the update fails"; so
 * it does when the variant goes.
 */
// AWS: application-auto-scaling/holds-instance-types
async function requireUnscaled(
  { platform }: Engine,
  { name, config: from }: Endpoint,
  to: EndpointConfig,
): Promise<void> {
  const changed = from.variants.filter(
    ({ VariantName, InstanceType }) =>
      InstanceType !== undefined &&
      InstanceType !== to.variants.find((one) => one.VariantName === VariantName)?.InstanceType,
  );
  if (changed.length === 0) return;
  const { endpoint, region, backstage: credentials } = platform;
  const scaling = new ApplicationAutoScalingClient({ endpoint, region, credentials });
  try {
    const { ScalableTargets = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    const held = changed.filter(({ VariantName }) =>
      ScalableTargets.some(({ ResourceId }) => ResourceId === `endpoint/${name}/variant/${VariantName}`),
    );
    if (held.length > 0) {
      throw validation(
        `The variant(s) "[${held.map(({ VariantName }) => VariantName).join(', ')}]" must be deregistered as scalable targets with AWS Auto Scaling before they can be ` +
          'removed or have their instance type updated.',
      );
    }
  } finally {
    scaling.destroy();
  }
}

/** How large the variants will be. */
function planned({ variants }: EndpointConfig, keep?: VariantSizes) {
  return variants.map(({ VariantName = '', InitialInstanceCount, ServerlessConfig }) => ({
    instances: keep?.get(VariantName)?.instances ?? InitialInstanceCount ?? 1,
    serverless: ServerlessConfig !== undefined,
  }));
}

function variantNames({ variants }: EndpointConfig): (string | undefined)[] {
  return variants.map(({ VariantName }) => VariantName);
}

function count(fleet: Fleet): number {
  return fleet.variants.reduce((sum, { instances }) => sum + instances, 0);
}

function capitals(status: string): string {
  return status.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

function describe(endpoint: Endpoint): Omit<DescribeEndpointCommandOutput, '$metadata'> {
  const capture = endpoint.captureConfig;
  const { pending, green } = endpoint;
  // Rolling, an instance of the old fleet ends for each that the new one has put to work.
  const moved = (variant: FleetVariant): number => Math.round(variant.instances * (green?.share ?? 0));
  const old = (variant: FleetVariant) => ({
    ...summarize(variant),
    ...(green?.rolling ? { CurrentInstanceCount: variant.instances - moved(variant) } : {}),
  });
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.config.name,
    ...(endpoint.fleet ? { ProductionVariants: endpoint.fleet.variants.map(old) } : {}),
    ...(endpoint.fleet?.shadow ? { ShadowProductionVariants: [summarize(endpoint.fleet.shadow)] } : {}),
    ...(capture
      ? {
          DataCaptureConfig: {
            EnableCapture: capture.EnableCapture ?? true,
            CaptureStatus: capture.EnableCapture === false ? 'Stopped' : 'Started',
            CurrentSamplingPercentage: capture.InitialSamplingPercentage,
            DestinationS3Uri: capture.DestinationS3Uri,
            KmsKeyId: capture.KmsKeyId ?? '',
          },
        }
      : {}),
    EndpointStatus: endpoint.status,
    FailureReason: endpoint.failureReason,
    CreationTime: endpoint.createdAt,
    LastModifiedTime: endpoint.modifiedAt,
    LastDeploymentConfig: endpoint.lastDeployment,
    AsyncInferenceConfig: endpoint.config.request.AsyncInferenceConfig,
    ...(pending
      ? {
          PendingDeploymentSummary: {
            EndpointConfigName: pending.config.name,
            StartTime: pending.startedAt,
            ProductionVariants: green?.fleet.variants.map((variant) => ({
              ...summarize(variant),
              ...(green.rolling ? { CurrentInstanceCount: moved(variant) } : {}),
              VariantStatus: [{ Status: pending.status, StartTime: pending.statusSince }],
            })),
          },
        }
      : {}),
  };
}

function summarize(variant: FleetVariant) {
  const size =
    variant.server instanceof Serverless
      ? { CurrentServerlessConfig: variant.server.config, DesiredServerlessConfig: variant.server.config }
      : { CurrentInstanceCount: variant.instances, DesiredInstanceCount: variant.instances };
  return {
    VariantName: variant.name,
    DeployedImages: variant.model.containers.map(({ image }) => ({
      SpecifiedImage: image,
      ResolvedImage: image,
      ResolutionTime: variant.model.createdAt,
    })),
    CurrentWeight: variant.weight,
    DesiredWeight: variant.weight,
    ...size,
  };
}
