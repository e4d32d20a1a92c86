import type {
  CreateMlflowAppCommandInput,
  DescribeMlflowAppCommandInput,
  ListMlflowAppsCommandInput,
  UpdateMlflowAppCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { ServiceCall } from '../../platform';
import { Activity } from '../activity';
import { type Engine, now, type Operations, touch } from '../engine';
import { conflict, notFound, validation } from '../errors';
import { randomName } from '../names';
import { userContext } from '../registry/model-packages';
import { RoleSession } from '../role-session';
import { list } from '../store';
import { type App, describe } from './app';
import { MLFLOW_VERSION } from './tracking-server';
import { TrackingServers } from './tracking-servers';

/** Virtual milliseconds that creating or changing an app takes. */
const WORK = 120_000;

interface AppState {
  readonly app: App;
  readonly database: Buffer | undefined;
}

/** MLflow Apps: AWS's serverless MLflow. Each is MLflow's own tracking server here. */
export class MlflowApps {
  private readonly apps = new Map<string, App>();
  readonly servers: TrackingServers;

  constructor(private readonly engine: Engine) {
    this.servers = new TrackingServers(engine);
  }

  readonly operations: Operations = {
    CreateMlflowApp: (input: CreateMlflowAppCommandInput, call: ServiceCall) => this.create(input, call),
    DescribeMlflowApp: ({ Arn = '' }: DescribeMlflowAppCommandInput) => describe(this.get(Arn)),
    UpdateMlflowApp: (input: UpdateMlflowAppCommandInput) => this.update(input),
    DeleteMlflowApp: ({ Arn = '' }: DescribeMlflowAppCommandInput) => this.delete(this.get(Arn)),
    ListMlflowApps: (input: ListMlflowAppsCommandInput) => this.list(input),
  };

  get(arn: string): App {
    const app = this.apps.get(arn);
    if (app === undefined) throw notFound(`MLflow App with ARN ${arn} does not exist.`);
    return app;
  }

  /** Its database is whole: `hold` has seen to it. */
  state(): AppState[] {
    return [...this.apps.values()].map((app) => ({ app, database: this.servers.database(app) }));
  }

  take(states: readonly AppState[]): void {
    for (const { app, database } of states) {
      this.apps.set(app.arn, app);
      if (database !== undefined) this.servers.restore(app, database);
    }
  }

  endInterrupted(): void {
    for (const app of this.apps.values()) {
      if (app.status === 'Creating') app.status = 'CreateFailed';
      if (app.status === 'Updating') app.status = 'UpdateFailed';
      if (app.status === 'Deleting') app.status = 'DeleteFailed';
    }
  }

  private async create(input: CreateMlflowAppCommandInput, call: ServiceCall): Promise<unknown> {
    refuse(input);
    const { engine } = this;
    const { partition, region, accountId } = engine.platform;
    const id = `app-${randomName(12).toUpperCase()}`;
    const arn = `arn:${partition}:sagemaker:${region}:${accountId}:mlflow-app/${id}`;
    await RoleSession.take(engine.platform, input.RoleArn ?? '', arn);
    const createdAt = now(engine);
    const app: App = {
      id,
      arn,
      createdAt,
      modifiedAt: createdAt,
      createdBy: userContext(call),
      name: input.Name ?? '',
      roleArn: input.RoleArn ?? '',
      artifactStoreUri: input.ArtifactStoreUri ?? '',
      maintenance: input.WeeklyMaintenanceWindowStart,
      accountDefault: input.AccountDefaultStatus ?? 'DISABLED',
      status: 'Creating',
    };
    this.apps.set(arn, app);
    engine.tags.add(arn, input.Tags);
    this.work(app, 'creation', async () => {
      await this.servers.of(app);
      app.status = 'Created';
    });
    return { Arn: arn };
  }

  private update(input: UpdateMlflowAppCommandInput): unknown {
    const app = this.get(input.Arn ?? '');
    refuse(input);
    if (/ing$/.test(app.status)) throw conflict(`MLflow App ${app.arn} is ${app.status}.`);
    app.status = 'Updating';
    this.work(app, 'update', async () => {
      app.name = input.Name ?? app.name;
      app.maintenance = input.WeeklyMaintenanceWindowStart ?? app.maintenance;
      app.accountDefault = input.AccountDefaultStatus ?? app.accountDefault;
      if (input.ArtifactStoreUri !== undefined && input.ArtifactStoreUri !== app.artifactStoreUri) {
        app.artifactStoreUri = input.ArtifactStoreUri;
        await this.servers.stop(app);
      }
      app.status = 'Updated';
    });
    return { Arn: app.arn };
  }

  private delete(app: App): unknown {
    if (app.status !== 'Deleting') {
      app.status = 'Deleting';
      this.work(app, 'deletion', async () => {
        await this.servers.remove(app);
        this.apps.delete(app.arn);
        this.engine.tags.forget(app.arn);
      });
    }
    return { Arn: app.arn };
  }

  /** Something that takes time, after the call was answered. */
  private work(app: App, what: string, task: () => Promise<void>): void {
    const { platform, stopping } = this.engine;
    touch(this.engine, app);
    this.engine.background(
      `${what} of MLflow App ${app.arn}`,
      Activity.run(platform.clock, async (activity) => {
        await activity.sleep(WORK, stopping);
        try {
          await task();
        } catch (error) {
          app.status = what === 'creation' ? 'CreateFailed' : what === 'update' ? 'UpdateFailed' : 'DeleteFailed';
          throw error;
        } finally {
          touch(this.engine, app);
        }
      }),
    );
  }

  private list(input: ListMlflowAppsCommandInput): unknown {
    const { page, NextToken } = list(
      [...this.apps.values()],
      { ...input, CreationTimeAfter: input.CreatedAfter, CreationTimeBefore: input.CreatedBefore },
      {
        matches: (app) =>
          (input.Status ?? app.status) === app.status &&
          (input.MlflowVersion ?? MLFLOW_VERSION) === MLFLOW_VERSION &&
          (input.AccountDefaultStatus ?? app.accountDefault) === app.accountDefault &&
          // There are no domains here.
          input.DefaultForDomainId === undefined,
        status: ({ status }) => status,
      },
    );
    const Summaries = page.map((app) => {
      const { Arn, Name, Status, CreationTime, LastModifiedTime, MlflowVersion } = describe(app);
      return { Arn, Name, Status, CreationTime, LastModifiedTime, MlflowVersion };
    });
    return { Summaries, NextToken };
  }
}

/** What has no meaning in an account without SageMaker domains and without a registry that MLflow writes to. */
// AWS: sagemaker-mlflow/apps
function refuse(
  input: Pick<CreateMlflowAppCommandInput, 'ModelRegistrationMode' | 'DefaultDomainIdList'> & object,
): void {
  if (input.ModelRegistrationMode === 'AutoModelRegistrationEnabled') {
    throw validation('ModelRegistrationMode AutoModelRegistrationEnabled is not supported by the local account');
  }
  if ((input.DefaultDomainIdList ?? []).length > 0) {
    throw validation('DefaultDomainIdList is not supported by the local account: it has no SageMaker domains');
  }
  if ('KmsKeyId' in input && input.KmsKeyId !== undefined) {
    throw validation('KmsKeyId of an MLflow App is not supported by the local account');
  }
}
