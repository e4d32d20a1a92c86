import type {
  ContainerDefinition,
  CreateModelCommandInput,
  DescribeModelCommandInput,
  DescribeModelCommandOutput,
  ListModelsCommandInput,
} from '@aws-sdk/client-sagemaker';
import { Engine, Operations, emit, now } from '../engine';
import { validation } from '../errors';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { Entity, Store, list } from '../store';
import { ModelRegistry } from './model-packages';

export interface Model extends Entity {
  readonly request: CreateModelCommandInput;
  readonly roleArn: string;
  /** What really runs: image, model data and environment, with those of the model package filled in. */
  readonly container: { readonly image: string; readonly modelDataUrl?: string; readonly environment: Readonly<Record<string, string>> };
}

export class Models {
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
      return { Models: page.map(({ name, arn, createdAt }) => ({ ModelName: name, ModelArn: arn, CreationTime: createdAt })), NextToken };
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
    const definition = input.PrimaryContainer ?? (input.Containers?.length === 1 ? input.Containers[0] : undefined);
    if (!definition) {
      throw validation(
        input.Containers?.length
          ? 'The rehearsal serves models of one container; inference pipelines of several are not supported'
          : 'PrimaryContainer or Containers must be given.',
      );
    }
    const container = this.resolve(definition);
    engine.images.find(container.image, 'serving');
    const arn = arnOf(engine.platform, 'model', name);
    const roleArn = input.ExecutionRoleArn ?? '';
    await RoleSession.take(engine.platform, roleArn, arn);
    const createdAt = now(engine);
    const model: Model = { name, arn, createdAt, modifiedAt: createdAt, request: input, roleArn, container };
    this.store.add(model);
    engine.tags.add(arn, input.Tags);
    this.changed(model);
    return model;
  }

  private resolve(definition: ContainerDefinition): Model['container'] {
    if (definition.ModelPackageName === undefined) {
      if (definition.Image === undefined) {
        throw validation('The container has neither an Image nor a ModelPackageName.');
      }
      const modelDataUrl = definition.ModelDataUrl ?? definition.ModelDataSource?.S3DataSource?.S3Uri;
      return { image: definition.Image, modelDataUrl, environment: { ...definition.Environment } };
    }
    const found = this.registry.get(definition.ModelPackageName);
    if (found.groupName !== undefined && found.approval !== 'Approved') {
      throw validation(`Model Package "${found.arn}" is not approved: its status is ${found.approval}.`);
    }
    const packaged = found.request.InferenceSpecification?.Containers?.[0];
    if (packaged?.Image === undefined) {
      throw validation(`Model Package "${found.arn}" has no container in its inference specification.`);
    }
    const modelDataUrl = packaged.ModelDataUrl ?? packaged.ModelDataSource?.S3DataSource?.S3Uri;
    return { image: packaged.Image, modelDataUrl, environment: { ...packaged.Environment, ...definition.Environment } };
  }

  private changed(model: Model): void {
    emit(this.engine, 'SageMaker Model State Change', [model.arn], { ...this.describe(model), Tags: this.engine.tags.of(model.arn) });
  }

  private describe({ name, arn, createdAt, request }: Model): Omit<DescribeModelCommandOutput, '$metadata'> {
    const { Tags: _, ...described } = request;
    return { ...described, ModelName: name, ModelArn: arn, CreationTime: createdAt, EnableNetworkIsolation: request.EnableNetworkIsolation ?? false };
  }
}
