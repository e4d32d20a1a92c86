import { CloudWatchSink } from '../metrics/cloudwatch-sink';
import { S3ObjectStore } from '../storage/object-store';
import { type JudgementRequest, type PublishedJudgement, publishJudgement } from './judgement-metrics';

const store = new S3ObjectStore(process.env.CAPTURE_BUCKET ?? '');
const sink = new CloudWatchSink();

export function handler(request: JudgementRequest): Promise<PublishedJudgement> {
  return publishJudgement(
    store,
    sink,
    { endpointName: process.env.ENDPOINT_NAME ?? '', scheduleName: process.env.SCHEDULE_NAME ?? '' },
    request,
  );
}
