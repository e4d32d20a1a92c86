import { DescribeFeatureGroupCommand } from '@aws-sdk/client-sagemaker';
import type { OperatorContext } from './context';
import { featureGroupName } from './live-state';
import { objectsUnder } from './storage';

/**
 * Where the stream has recorded the states of the airports: the offline store that a training reads. Undefined where
 * departures are not streamed, or nothing is recorded yet: a job's input without objects fails.
 */
export async function recordedStatesUri(context: OperatorContext): Promise<string | undefined> {
  const FeatureGroupName = await featureGroupName(context);
  if (FeatureGroupName === undefined) return undefined;
  const group = await context.clients.sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName }));
  const uri = group.OfflineStoreConfig?.S3StorageConfig?.ResolvedOutputS3Uri;
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+?)\/?$/.exec(uri ?? '') ?? [];
  if (bucket === undefined || prefix === undefined) return undefined;
  for await (const { key } of objectsUnder(context, bucket, `${prefix}/`)) if (key.endsWith('.parquet')) return uri;
  return undefined;
}
