import type {
  DescribeFeatureMetadataCommandInput,
  FeatureDefinition,
  UpdateFeatureMetadataCommandInput,
} from '@aws-sdk/client-sagemaker';
import { type Engine, now, type Operations } from '../engine';
import { notFound, validation } from '../errors';
import type { FeatureGroup, FeatureMetadata } from './feature-group';

/** Descriptions and parameters of features. */
export function metadataOperations(engine: Engine, get: (nameOrArn: string | undefined) => FeatureGroup): Operations {
  return {
    DescribeFeatureMetadata: (input: DescribeFeatureMetadataCommandInput) => {
      const group = get(input.FeatureGroupName);
      const { FeatureName = '', FeatureType } = find(group, input.FeatureName);
      const createdAt = group.addedAt.get(FeatureName) ?? group.createdAt;
      const metadata = group.metadata.get(FeatureName);
      return {
        FeatureGroupArn: group.arn,
        FeatureGroupName: group.name,
        FeatureName,
        FeatureType,
        CreationTime: createdAt,
        LastModifiedTime: metadata?.modifiedAt ?? createdAt,
        Description: metadata?.description,
        Parameters: [...(metadata?.parameters ?? [])].map(([Key, Value]) => ({ Key, Value })),
      };
    },
    UpdateFeatureMetadata: (input: UpdateFeatureMetadataCommandInput) => {
      const group = get(input.FeatureGroupName);
      const { FeatureName = '' } = find(group, input.FeatureName);
      const { description, parameters } = group.metadata.get(FeatureName) ?? {};
      const changed: FeatureMetadata = {
        description: input.Description ?? description,
        parameters: new Map(parameters),
        modifiedAt: now(engine),
      };
      for (const key of input.ParameterRemovals ?? []) changed.parameters.delete(key);
      for (const { Key = '', Value = '' } of input.ParameterAdditions ?? []) changed.parameters.set(Key, Value);
      checkNumber(changed.parameters.size);
      group.metadata.set(FeatureName, changed);
    },
  };
}

// AWS: sagemaker-feature-store/definitions
function checkNumber(parameters: number): void {
  if (parameters > 25) throw validation('Validation Error: a feature has at most 25 parameters.');
}

function find(group: FeatureGroup, name: string | undefined): FeatureDefinition {
  const found = group.definitions.find(({ FeatureName }) => FeatureName === name);
  if (!found) throw notFound(`Resource Not Found: FeatureGroup [${group.name}] has no feature with name [${name}].`);
  return found;
}
