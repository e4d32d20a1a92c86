import type {
  CreateDataQualityJobDefinitionCommandInput,
  DescribeDataQualityJobDefinitionCommandInput,
  ListDataQualityJobDefinitionsCommandInput,
} from '@aws-sdk/client-sagemaker';
import { Engine, Operations, now } from '../engine';
import { inUse, notFound } from '../errors';
import { arnOf } from '../names';
import { Entity, Store, list } from '../store';

export interface DataQualityJobDefinition extends Entity {
  readonly request: CreateDataQualityJobDefinitionCommandInput;
}

/** Data quality job definitions: what a monitoring schedule runs. They cannot be changed. */
export class DataQualityJobDefinitions {
  readonly store = new Store<DataQualityJobDefinition>(
    (name) => notFound(`Job Definition ${arnOf(this.engine.platform, 'data-quality-job-definition', name)} not found`),
    (_, arn) => inUse(`Job Definition with given name already exists (${arn})`),
  );

  constructor(private readonly engine: Engine) {}

  readonly operations: Operations = {
    CreateDataQualityJobDefinition: (input: CreateDataQualityJobDefinitionCommandInput) => {
      const name = input.JobDefinitionName ?? '';
      this.engine.images.find(input.DataQualityAppSpecification?.ImageUri ?? '', 'processing');
      const createdAt = now(this.engine);
      const arn = arnOf(this.engine.platform, 'data-quality-job-definition', name);
      this.store.add({ name, arn, createdAt, modifiedAt: createdAt, request: input });
      this.engine.tags.add(arn, input.Tags);
      return { JobDefinitionArn: arn };
    },
    DescribeDataQualityJobDefinition: (input: DescribeDataQualityJobDefinitionCommandInput) => {
      const { request, name, arn, createdAt } = this.store.get(input.JobDefinitionName ?? '');
      const { Tags: _, ...described } = request;
      return { ...described, JobDefinitionName: name, JobDefinitionArn: arn, CreationTime: createdAt };
    },
    DeleteDataQualityJobDefinition: (input: DescribeDataQualityJobDefinitionCommandInput) => {
      const found = this.store.get(input.JobDefinitionName ?? '');
      this.store.delete(found.name);
      this.engine.tags.forget(found.arn);
    },
    ListDataQualityJobDefinitions: (input: ListDataQualityJobDefinitionsCommandInput) => {
      const endpointOf = ({ request }: DataQualityJobDefinition): string => request.DataQualityJobInput?.EndpointInput?.EndpointName ?? '';
      const { page, NextToken } = list(this.store.all(), input as object, {
        matches: (one) => input.EndpointName === undefined || endpointOf(one) === input.EndpointName,
      });
      const JobDefinitionSummaries = page.map((one) => ({
        MonitoringJobDefinitionName: one.name,
        MonitoringJobDefinitionArn: one.arn,
        CreationTime: one.createdAt,
        EndpointName: endpointOf(one),
      }));
      return { JobDefinitionSummaries, NextToken };
    },
  };
}
