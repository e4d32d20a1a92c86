import { CloudWatchSink } from '../metrics/cloudwatch-sink';
import { S3ObjectStore } from '../storage/object-store';
import { type ModelQualityRequest, type PublishedModelQuality, publishModelQuality } from './model-quality-metrics';

const store = new S3ObjectStore(process.env.CAPTURE_BUCKET ?? '');
const sink = new CloudWatchSink();

export function handler(request: ModelQualityRequest): Promise<PublishedModelQuality> {
  return publishModelQuality(
    store,
    sink,
    { endpointName: process.env.ENDPOINT_NAME ?? '', scheduleName: process.env.SCHEDULE_NAME ?? '' },
    request,
  );
}
