import type {
  CreateDataQualityJobDefinitionCommandInput,
  CreateModelBiasJobDefinitionCommandInput,
  CreateModelQualityJobDefinitionCommandInput,
  DescribeDataQualityJobDefinitionCommandInput,
  ListDataQualityJobDefinitionsCommandInput,
} from '@aws-sdk/client-sagemaker';
import { type Engine, now, type Operations } from '../engine';
import { inUse, notFound } from '../errors';
import { arnOf } from '../names';
import { type Entity, list, Store } from '../store';

const resources = {
  DataQuality: 'data-quality-job-definition',
  ModelQuality: 'model-quality-job-definition',
  ModelBias: 'model-bias-job-definition',
  ModelExplainability: 'model-explainability-job-definition',
} as const;

/** A MonitoringType that runs here. */
export type MonitorKind = keyof typeof resources;
export const monitorKinds = Object.keys(resources) as MonitorKind[];

type DataQuality = CreateDataQualityJobDefinitionCommandInput;
type Bias = CreateModelBiasJobDefinitionCommandInput;
type Quality = CreateModelQualityJobDefinitionCommandInput;
type Request = Pick<
  DataQuality,
  'JobDefinitionName' | 'JobResources' | 'NetworkConfig' | 'RoleArn' | 'StoppingCondition' | 'Tags'
>;

/** What the kinds of definitions say, under names without their kind. */
export interface JobDefinition extends Entity {
  readonly kind: MonitorKind;
  readonly request: Request;
  readonly app: Partial<
    NonNullable<DataQuality['DataQualityAppSpecification']> &
      NonNullable<Bias['ModelBiasAppSpecification']> &
      NonNullable<Quality['ModelQualityAppSpecification']>
  >;
  readonly baseline: NonNullable<DataQuality['DataQualityBaselineConfig']>;
  readonly input: Partial<NonNullable<Bias['ModelBiasJobInput']>>;
  readonly output: DataQuality['DataQualityJobOutputConfig'];
}

/** Job definitions of one kind: what a monitoring schedule runs. They cannot be changed. */
export class JobDefinitions {
  readonly store: Store<JobDefinition>;
  readonly operations: Operations;

  constructor(engine: Engine, kind: MonitorKind) {
    const resource = resources[kind];
    this.store = new Store<JobDefinition>(
      (name) => notFound(`Job Definition ${arnOf(engine.platform, resource, name)} not found`),
      (_, arn) => inUse(`Job Definition with given name already exists (${arn})`),
    );
    this.operations = {
      [`Create${kind}JobDefinition`]: (input: Request) => {
        const part = <T>(name: string): T => (input as Record<string, unknown>)[`${kind}${name}`] as T;
        const name = input.JobDefinitionName ?? '';
        const app = part<JobDefinition['app']>('AppSpecification');
        engine.images.find(app.ImageUri ?? '', 'processing');
        const createdAt = now(engine);
        const arn = arnOf(engine.platform, resource, name);
        const parts = {
          app,
          baseline: part<JobDefinition['baseline'] | undefined>('BaselineConfig') ?? {},
          input: part<JobDefinition['input']>('JobInput'),
          output: part<JobDefinition['output']>('JobOutputConfig'),
        };
        this.store.add({ name, arn, createdAt, modifiedAt: createdAt, kind, request: input, ...parts });
        engine.tags.add(arn, input.Tags);
        return { JobDefinitionArn: arn };
      },
      [`Describe${kind}JobDefinition`]: (input: DescribeDataQualityJobDefinitionCommandInput) => {
        const { request, name, arn, createdAt } = this.store.get(input.JobDefinitionName ?? '');
        const { Tags: _, ...described } = request;
        return { ...described, JobDefinitionName: name, JobDefinitionArn: arn, CreationTime: createdAt };
      },
      [`Delete${kind}JobDefinition`]: (input: DescribeDataQualityJobDefinitionCommandInput) => {
        const found = this.store.get(input.JobDefinitionName ?? '');
        this.store.delete(found.name);
        engine.tags.forget(found.arn);
      },
      [`List${kind}JobDefinitions`]: (input: ListDataQualityJobDefinitionsCommandInput) => {
        const { page, NextToken } = list(this.store.all(), input as object, {
          matches: (one) =>
            input.EndpointName === undefined || one.input.EndpointInput?.EndpointName === input.EndpointName,
        });
        const JobDefinitionSummaries = page.map((one) => ({
          MonitoringJobDefinitionName: one.name,
          MonitoringJobDefinitionArn: one.arn,
          CreationTime: one.createdAt,
          EndpointName: one.input.EndpointInput?.EndpointName ?? '',
        }));
        return { JobDefinitionSummaries, NextToken };
      },
    };
  }
}
