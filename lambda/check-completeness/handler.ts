import { requiredText } from '../environment/required';
import { S3ObjectStore } from '../storage/object-store';
import { type CompletenessReport, type CompletenessRequest, checkCompleteness } from './completeness';

const store = new S3ObjectStore(requiredText('ARTIFACTS_BUCKET'));

/** Called by the batch scoring state machine. The list of rows stays in the report: a state holds at most 256 KB. */
export async function handler(request: CompletenessRequest): Promise<Omit<CompletenessReport, 'failures'>> {
  const { failures: _listed, ...summary } = await checkCompleteness(store, request);
  return summary;
}
