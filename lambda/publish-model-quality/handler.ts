import { requiredText } from '../environment/required';
import { CloudWatchSink } from '../metrics/cloudwatch-sink';
import { S3ObjectStore } from '../storage/object-store';
import { type ModelQualityRequest, type PublishedModelQuality, publishModelQuality } from './model-quality-metrics';

const store = new S3ObjectStore(requiredText('CAPTURE_BUCKET'));
const sink = new CloudWatchSink();
const settings = { endpointName: requiredText('ENDPOINT_NAME'), scheduleName: requiredText('SCHEDULE_NAME') };

export function handler(request: ModelQualityRequest): Promise<PublishedModelQuality> {
  return publishModelQuality(store, sink, settings, request);
}
