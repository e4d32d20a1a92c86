import { S3ObjectStore } from '../storage/object-store';
import { type ModelQualityInput, type ModelQualityRequest, selectModelQuality } from './select';

const bucket = process.env.CAPTURE_BUCKET ?? '';
const store = new S3ObjectStore(bucket);
const settings = {
  bucket,
  capturePrefix: process.env.CAPTURE_PREFIX ?? '',
  groundTruthPrefix: process.env.GROUND_TRUTH_PREFIX ?? '',
  maximumBytes: Number(process.env.MAXIMUM_BYTES),
};

export function handler(request: ModelQualityRequest): Promise<ModelQualityInput> {
  return selectModelQuality(store, settings, request);
}
