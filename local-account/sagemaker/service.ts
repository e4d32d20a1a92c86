import { ImageCatalog } from '../images/catalog';
import type { ImageStandIn } from '../images/image';
import type { Networks } from '../networks';
import { AwsError, type HttpFace, type LocalService, type Platform, type ServiceCall } from '../platform';
import type { PreparedInterpreter } from '../python/prepared-interpreter';
import { type Snapshot, structuredSnapshot } from '../snapshot/snapshot';
import { emptyLists } from './empty-lists';
import { Endpoints } from './endpoint/endpoints';
import { SageMakerRuntime } from './endpoint/runtime';
import { Traffic } from './endpoint/traffic';
import { createEngine, type Operations, type PutResourcePolicy } from './engine';
import { messageOf, validation } from './errors';
import { FeatureStore } from './feature-store/feature-store';
import { ProcessingJobs } from './jobs/processing';
import type { Reclaim } from './jobs/spot-capacity';
import { TrainingJobs } from './jobs/training';
import { TransformJobs } from './jobs/transform';
import { TuningJobs } from './jobs/tuning';
import { MlflowApps } from './mlflow/apps';
import { mlflowRest } from './mlflow/rest';
import { JobDefinitions, type MonitorKind, monitorKinds } from './monitoring/job-definitions';
import { MonitoringSchedules } from './monitoring/schedules';
import { Pipelines } from './pipeline/pipelines';
import { EndpointConfigs } from './registry/endpoint-configs';
import { ModelRegistry } from './registry/model-packages';
import { Models } from './registry/models';
import { tagOperations } from './tag-operations';

export interface SageMakerOptions {
  /** Stand-ins for container images beyond those of images/catalog.ts. @default none */
  readonly images?: readonly ImageStandIn[];
  /** PolicyStore.putResourcePolicy: AWS's image repositories open themselves to every account by such a policy. */
  readonly putResourcePolicy: PutResourcePolicy;
  /** Through which VPC endpoints jobs and models reach S3. */
  readonly networks: Pick<Networks, 'path'>;
  /** On which containers run. @default one that begins to load now */
  readonly interpreter?: PreparedInterpreter;
  /**
   * How long a container may take to answer a real-time request. @default AWS's 60 seconds; a test does not wait so
   * long
   */
  readonly answerMilliseconds?: number;
}

/** Amazon SageMaker AI on this machine. Register its services with the gateway. */
export interface SageMaker {
  readonly control: LocalService;
  readonly runtime: LocalService;
  readonly featureStoreRuntime: LocalService;
  /** MLflow's API at the apps' endpoint. */
  readonly mlflow: HttpFace;
  /** Writes all captured requests to S3 now; AWS does so within minutes. */
  flushCaptures(): Promise<void>;
  /**
   * Takes the spot instances of a training job away.
   *
   * @param awayMilliseconds until there is capacity again, in virtual time
   */
  interruptSpot(trainingJob: string, when: Reclaim, awayMilliseconds: number): void;
  /** Ends every job, server and execution, and waits for it. */
  stop(): Promise<void>;
}

export function createSageMaker(platform: Platform, options: SageMakerOptions): SageMaker {
  const stopping = new AbortController();
  const tasks = new Set<Promise<unknown>>();
  const engine = createEngine(platform, new ImageCatalog(options.images), options, stopping.signal, tasks);

  const processing = new ProcessingJobs(engine);
  const training = new TrainingJobs(engine);
  const tuning = new TuningJobs(engine, training);
  const registry = new ModelRegistry(engine);
  const models = new Models(engine, registry);
  const configs = new EndpointConfigs(engine, models);
  const endpoints = new Endpoints(engine, models, configs);
  const stopMeasuring = endpoints.measure();
  const transform = new TransformJobs(engine, models);
  const definitions: Record<MonitorKind, JobDefinitions> = {
    DataQuality: new JobDefinitions(engine, 'DataQuality'),
    ModelQuality: new JobDefinitions(engine, 'ModelQuality'),
    ModelBias: new JobDefinitions(engine, 'ModelBias'),
    ModelExplainability: new JobDefinitions(engine, 'ModelExplainability'),
  };
  const schedules = new MonitoringSchedules(engine, definitions, { processing, endpoints });
  const featureStore = new FeatureStore(engine);
  const mlflow = new MlflowApps(engine);
  const pipelines = new Pipelines(engine, { processing, training, tuning, transform });

  const snapshot = structuredSnapshot(
    'sagemaker',
    // One document: endpoints, models and configurations refer to each other.
    () => ({
      tags: engine.tags.state(),
      processing: processing.state(),
      training: training.state(),
      tuning: tuning.state(),
      transform: transform.state(),
      registry: registry.state(),
      models: models.store.all(),
      configs: configs.store.all(),
      endpoints: endpoints.state(),
      definitions: monitorKinds.map((kind) => [kind, definitions[kind].store.all()] as const),
      schedules: schedules.state(),
      pipelines: pipelines.state(),
      featureStore: featureStore.state(),
      mlflow: mlflow.state(),
    }),
    (state) => {
      engine.tags.take(state.tags);
      processing.take(state.processing);
      training.take(state.training);
      tuning.take(state.tuning);
      transform.take(state.transform);
      registry.take(state.registry);
      models.store.take(state.models);
      configs.store.take(state.configs);
      endpoints.take(state.endpoints);
      for (const [kind, all] of state.definitions) definitions[kind].store.take(all);
      schedules.take(state.schedules);
      pipelines.take(state.pipelines);
      featureStore.take(state.featureStore);
      mlflow.take(state.mlflow);
    },
    {
      kinds: { Traffic },
      hold: () => mlflow.servers.hold(),
      resume: async () => {
        for (const part of [processing, training, tuning, transform, schedules, pipelines]) part.endInterrupted();
        featureStore.resume();
        mlflow.endInterrupted();
        await endpoints.resume();
      },
    },
  );

  return {
    control: new ControlPlane(snapshot, {
      ...processing.operations,
      ...training.operations,
      ...tuning.operations,
      ...transform.operations,
      ...registry.operations,
      ...models.operations,
      ...configs.operations,
      ...endpoints.operations,
      ...pipelines.operations,
      ...definitions.DataQuality.operations,
      ...definitions.ModelQuality.operations,
      ...definitions.ModelBias.operations,
      ...definitions.ModelExplainability.operations,
      ...schedules.operations,
      ...featureStore.operations,
      ...mlflow.operations,
      ...tagOperations(engine),
      ...emptyLists,
    }),
    runtime: new SageMakerRuntime(engine, endpoints, options.answerMilliseconds),
    featureStoreRuntime: featureStore.runtime,
    mlflow: mlflowRest(engine, mlflow),
    flushCaptures: () => endpoints.flushCaptures(),
    interruptSpot: (name, when, away) => training.interruptSpot(name, when, away),
    stop: async () => {
      stopping.abort(new Error('the local account stops'));
      stopMeasuring();
      await endpoints.stop();
      await Promise.all([...tasks]);
      await featureStore.stop();
      await mlflow.servers.stopAll();
      await engine.processes.stop();
      await engine.interpreter.stop();
    },
  };
}

class ControlPlane implements LocalService {
  readonly name = 'sagemaker';
  readonly operations: ReadonlySet<string>;
  readonly ownPages: ReadonlySet<string>;

  constructor(
    readonly snapshot: Snapshot,
    private readonly handlers: Operations,
  ) {
    this.operations = new Set(Object.keys(handlers));
    this.ownPages = this.operations;
  }

  async handle(call: ServiceCall): Promise<unknown> {
    try {
      return await this.handlers[call.operation](call.input as never, call);
    } catch (error) {
      // What the engine refuses with a plain error (an unknown image, say) is the caller's to repair.
      // AWS: sagemaker-jobs/images-are-looked-up
      throw error instanceof AwsError ? error : error instanceof TypeError ? error : validation(messageOf(error));
    }
  }
}
