import { requiredNumber, requiredText } from '../environment/required';
import { S3ObjectStore } from '../storage/object-store';
import { type ModelQualityInput, type ModelQualityRequest, selectModelQuality } from './select';

const bucket = requiredText('CAPTURE_BUCKET');
const store = new S3ObjectStore(bucket);
const settings = {
  bucket,
  capturePrefix: requiredText('CAPTURE_PREFIX'),
  groundTruthPrefix: requiredText('GROUND_TRUTH_PREFIX'),
  maximumBytes: requiredNumber('MAXIMUM_BYTES'),
};

export function handler(request: ModelQualityRequest): Promise<ModelQualityInput> {
  return selectModelQuality(store, settings, request);
}
