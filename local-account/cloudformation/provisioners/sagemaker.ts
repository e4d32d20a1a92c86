import { randomUUID } from 'node:crypto';
import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
  CreateModelPackageGroupCommand,
  CreatePipelineCommand,
  type CreatePipelineCommandInput,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteModelPackageGroupCommand,
  DeleteModelPackageGroupPolicyCommand,
  DeletePipelineCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  PutModelPackageGroupPolicyCommand,
  type Tag,
  UpdatePipelineCommand,
  type UpdatePipelineCommandInput,
} from '@aws-sdk/client-sagemaker';
import { unlessGone } from '../failure';
import type { Properties, Provisioner } from '../provisioner';
import { nameInArn, sagemakerName } from './sagemaker-names';
import { group, json, list, optionalText, pick, text } from './values';

const MODEL = [
  'ExecutionRoleArn',
  'EnableNetworkIsolation',
  'PrimaryContainer',
  'Containers',
  'VpcConfig',
  'InferenceExecutionConfig',
];

/** Immutable: every change makes a new one. */
export const model: Provisioner = {
  nameProperty: 'ModelName',
  replacing: ['ModelName', ...MODEL],
  updating: [],
  inert: ['Tags'],
  async create(properties, context) {
    const { sagemaker } = context.clients;
    const ModelName = optionalText(properties, 'ModelName') ?? sagemakerName(context);
    const input = { ...pick(properties, [...MODEL, 'Tags']), ModelName };
    const { ModelArn = '' } = await sagemaker.send(new CreateModelCommand(input as CreateModelCommandInput));
    await sagemaker.send(new DescribeModelCommand({ ModelName }));
    return { physicalId: ModelArn, attributes: { ModelName, ModelArn } };
  },
  async delete(physicalId, _, { clients }) {
    await unlessGone(clients.sagemaker.send(new DeleteModelCommand({ ModelName: nameInArn(physicalId) })));
  },
};

const ENDPOINT_CONFIG = [
  'ProductionVariants',
  'DataCaptureConfig',
  'KmsKeyId',
  'AsyncInferenceConfig',
  'ExplainerConfig',
  'ShadowProductionVariants',
  'VpcConfig',
  'ExecutionRoleArn',
  'EnableNetworkIsolation',
];

/** Immutable, as the model is. */
export const endpointConfig: Provisioner = {
  nameProperty: 'EndpointConfigName',
  replacing: ['EndpointConfigName', ...ENDPOINT_CONFIG],
  updating: [],
  inert: ['Tags'],
  async create(properties, context) {
    const { sagemaker } = context.clients;
    const EndpointConfigName = optionalText(properties, 'EndpointConfigName') ?? sagemakerName(context);
    const input = { ...pick(properties, [...ENDPOINT_CONFIG, 'Tags']), EndpointConfigName };
    const { EndpointConfigArn = '' } = await sagemaker.send(
      new CreateEndpointConfigCommand(input as CreateEndpointConfigCommandInput),
    );
    await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    return { physicalId: EndpointConfigArn, attributes: { EndpointConfigName, EndpointConfigArn } };
  },
  async delete(physicalId, _, { clients }) {
    await unlessGone(
      clients.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: nameInArn(physicalId) })),
    );
  },
};

export const modelPackageGroup: Provisioner = {
  nameProperty: 'ModelPackageGroupName',
  replacing: ['ModelPackageGroupName', 'ModelPackageGroupDescription'],
  updating: ['ModelPackageGroupPolicy'],
  inert: ['Tags'],
  async create(properties, { clients: { sagemaker } }) {
    const ModelPackageGroupName = text(properties, 'ModelPackageGroupName');
    const { ModelPackageGroupArn = '' } = await sagemaker.send(
      new CreateModelPackageGroupCommand({
        ModelPackageGroupName,
        ModelPackageGroupDescription: optionalText(properties, 'ModelPackageGroupDescription'),
        Tags: [...list<Tag>(properties, 'Tags')],
      }),
    );
    if (properties.ModelPackageGroupPolicy !== undefined) {
      const ResourcePolicy = json(properties.ModelPackageGroupPolicy);
      await sagemaker.send(new PutModelPackageGroupPolicyCommand({ ModelPackageGroupName, ResourcePolicy }));
    }
    return {
      physicalId: ModelPackageGroupArn,
      attributes: { ModelPackageGroupArn, ModelPackageGroupStatus: 'Completed' },
    };
  },
  async update(physicalId, properties, _, { clients: { sagemaker } }) {
    const ModelPackageGroupName = nameInArn(physicalId);
    const policy = properties.ModelPackageGroupPolicy;
    await (policy === undefined
      ? sagemaker.send(new DeleteModelPackageGroupPolicyCommand({ ModelPackageGroupName }))
      : sagemaker.send(new PutModelPackageGroupPolicyCommand({ ModelPackageGroupName, ResourcePolicy: json(policy) })));
    return { physicalId, attributes: { ModelPackageGroupArn: physicalId, ModelPackageGroupStatus: 'Completed' } };
  },
  async delete(physicalId, _, { clients }) {
    await unlessGone(
      clients.sagemaker.send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName: nameInArn(physicalId) })),
    );
  },
};

const PIPELINE = ['PipelineDisplayName', 'PipelineDescription', 'RoleArn', 'ParallelismConfiguration'];

export const pipeline: Provisioner = {
  nameProperty: 'PipelineName',
  replacing: ['PipelineName'],
  updating: [...PIPELINE, 'PipelineDefinition'],
  inert: ['Tags'],
  async create(properties, { clients }) {
    const PipelineName = text(properties, 'PipelineName');
    const input = {
      ...pick(properties, [...PIPELINE, 'Tags']),
      ...definition(properties),
      PipelineName,
      ClientRequestToken: randomUUID(),
    };
    await clients.sagemaker.send(new CreatePipelineCommand(input as unknown as CreatePipelineCommandInput));
    return { physicalId: PipelineName, attributes: {} };
  },
  async update(PipelineName, properties, _, { clients }) {
    const input = { ...pick(properties, PIPELINE), ...definition(properties), PipelineName };
    await clients.sagemaker.send(new UpdatePipelineCommand(input as UpdatePipelineCommandInput));
    return { physicalId: PipelineName, attributes: {} };
  },
  async delete(PipelineName, _, { clients }) {
    await unlessGone(
      clients.sagemaker.send(new DeletePipelineCommand({ PipelineName, ClientRequestToken: randomUUID() })),
    );
  },
};

/** The definition itself, or where it is in S3: the template and the API name the parts differently. */
function definition(properties: Properties): Record<string, unknown> {
  const source = group(properties, 'PipelineDefinition');
  const place = group(source, 'PipelineDefinitionS3Location');
  return source.PipelineDefinitionS3Location === undefined
    ? { PipelineDefinition: json(source.PipelineDefinitionBody) }
    : { PipelineDefinitionS3Location: { Bucket: place.Bucket, ObjectKey: place.Key, VersionId: place.Version } };
}
