import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type {
  ContainerDefinition,
  CreateModelCommandInput,
  DescribeModelCommandInput,
  DescribeModelCommandOutput,
  ListModelsCommandInput,
} from '@aws-sdk/client-sagemaker';
import { parseS3Uri } from '../container/transfer';
import { type Engine, emit, now, type Operations } from '../engine';
import { validation } from '../errors';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { type Entity, list, Store } from '../store';
import type { ModelRegistry } from './model-packages';

export interface Model extends Entity {
  readonly request: CreateModelCommandInput;
  readonly roleArn: string;
  /** What really runs, one after the other, with what the model package says filled in. */
  readonly containers: readonly ModelContainer[];
}

export interface ModelContainer {
  readonly hostname: string;
  readonly image: string;
  readonly modelDataUrl?: string;
  readonly environment: Readonly<Record<string, string>>;
}

export class Models {
  // AWS: sagemaker-hosting/hosting-answers-validation-exception
  readonly store = new Store<Model>(
    (name) => validation(`Could not find model "${arnOf(this.engine.platform, 'model', name)}".`),
    (_, arn) => validation(`Cannot create already existing model "${arn}".`),
  );

  constructor(
    private readonly engine: Engine,
    private readonly registry: ModelRegistry,
  ) {}

  readonly operations: Operations = {
    CreateModel: async (input: CreateModelCommandInput) => ({ ModelArn: (await this.create(input)).arn }),
    DescribeModel: (input: DescribeModelCommandInput) => this.describe(this.store.get(input.ModelName ?? '')),
    ListModels: (input: ListModelsCommandInput) => {
      const { page, NextToken } = list(this.store.all(), input);
      return {
        Models: page.map(({ name, arn, createdAt }) => ({ ModelName: name, ModelArn: arn, CreationTime: createdAt })),
        NextToken,
      };
    },
    DeleteModel: (input: DescribeModelCommandInput) => {
      const model = this.store.get(input.ModelName ?? '');
      this.store.delete(model.name);
      this.engine.tags.forget(model.arn);
      this.changed(model);
    },
  };

  private async create(input: CreateModelCommandInput): Promise<Model> {
    const { engine } = this;
    const name = input.ModelName ?? '';
    this.store.ensureFree(name);
    if ((input.PrimaryContainer === undefined) === !input.Containers?.length) {
      // AWS: sagemaker-hosting/models-have-containers
      throw validation('Either PrimaryContainer or Containers must be given.');
    }
    if (input.InferenceExecutionConfig?.Mode === 'Direct') {
      throw validation('InferenceExecutionConfig Mode Direct is not supported by the local account; use Serial');
    }
    const containers = named(
      (input.PrimaryContainer ? [input.PrimaryContainer] : (input.Containers ?? [])).flatMap((definition) =>
        this.resolve(definition),
      ),
    );
    for (const { image } of containers) engine.images.find(image, 'serving');
    const arn = arnOf(engine.platform, 'model', name);
    const roleArn = input.ExecutionRoleArn ?? '';
    const session = await RoleSession.take(engine.platform, roleArn, arn);
    await requireModelData(session, containers, engine.platform.region);
    const createdAt = now(engine);
    const model: Model = { name, arn, createdAt, modifiedAt: createdAt, request: input, roleArn, containers };
    this.store.add(model);
    engine.tags.add(arn, input.Tags);
    this.changed(model);
    return model;
  }

  /** The containers behind one definition: itself, or those of its model package. */
  private resolve(definition: ContainerDefinition): Unnamed[] {
    if (definition.ModelPackageName === undefined) {
      if (definition.Image === undefined) {
        // AWS: sagemaker-hosting/models-have-containers
        throw validation('The container has neither an Image nor a ModelPackageName.');
      }
      const modelDataUrl = definition.ModelDataUrl ?? definition.ModelDataSource?.S3DataSource?.S3Uri;
      return [
        {
          hostname: definition.ContainerHostname,
          image: definition.Image,
          modelDataUrl,
          environment: { ...definition.Environment },
        },
      ];
    }
    const found = this.registry.get(definition.ModelPackageName);
    if (found.groupName !== undefined && found.approval !== 'Approved') {
      // AWS: sagemaker-hosting/approved-versions-deploy
      throw validation(`Model Package "${found.arn}" is not approved: its status is ${found.approval}.`);
    }
    const packaged = found.request.InferenceSpecification?.Containers ?? [];
    if (packaged.length === 0) {
      // AWS: sagemaker-hosting/models-have-containers
      throw validation(`Model Package "${found.arn}" has no container in its inference specification.`);
    }
    return packaged.map(({ Image = '', ContainerHostname, ModelDataUrl, ModelDataSource, Environment }) => ({
      hostname: ContainerHostname,
      image: Image,
      modelDataUrl: ModelDataUrl ?? ModelDataSource?.S3DataSource?.S3Uri,
      environment: { ...Environment, ...definition.Environment },
    }));
  }

  private changed(model: Model): void {
    emit(this.engine, 'SageMaker Model State Change', [model.arn], {
      ...this.describe(model),
      Tags: this.engine.tags.of(model.arn),
    });
  }

  private describe({ name, arn, createdAt, request }: Model): Omit<DescribeModelCommandOutput, '$metadata'> {
    const { Tags: _, ...described } = request;
    return {
      ...described,
      ModelName: name,
      ModelArn: arn,
      CreationTime: createdAt,
      EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
    };
  }
}

/**
 * SageMaker reads the artifacts as the model's role before it accepts the model; not through the model's VPC, which it
 * does not use yet.
 */
// AWS: sagemaker-hosting/create-model-reads-the-artifact
async function requireModelData(
  session: RoleSession,
  containers: readonly ModelContainer[],
  region: string,
): Promise<void> {
  const s3 = session.s3();
  try {
    for (const { modelDataUrl: url } of containers) {
      // Uncompressed models are a prefix, which HeadObject cannot find.
      if (url === undefined || url.endsWith('/')) continue;
      const { bucket, key } = parseS3Uri(url);
      await s3
        .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
        .catch((error: { $metadata?: { httpStatusCode?: number } }) => {
          if (error.$metadata?.httpStatusCode === 404) throw validation(`Could not find model data at ${url}.`);
          throw validation(
            `Could not access model data at ${url}. Please ensure that the role "${session.roleArn}" exists and that its trust relationship policy allows the action ` +
              `"sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${region}.`,
          );
        });
    }
  } finally {
    s3.destroy();
  }
}

type Unnamed = Omit<ModelContainer, 'hostname'> & { readonly hostname?: string };

// AWS: sagemaker-hosting/containers-in-series-are-named
/**
 * A single container is the primary one. Several containers all have names, or all get one (ContainerDefinition,
 * ContainerHostname).
 */
function named(containers: readonly Unnamed[]): ModelContainer[] {
  if (containers.length === 1) return containers.map((one) => ({ ...one, hostname: 'primary' }));
  const names = containers.flatMap(({ hostname }) => hostname ?? []);
  if (names.length > 0 && names.length < containers.length) {
    throw validation(
      'If you specify a ContainerHostname for any container of an inference pipeline, you must specify one for every container.',
    );
  }
  if (new Set(names).size < names.length) throw validation('Two containers have the same ContainerHostname.');
  return containers.map((one, index) => ({ ...one, hostname: one.hostname ?? `container-${index + 1}` }));
}
