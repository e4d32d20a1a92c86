import { S3ObjectStore } from '../storage/object-store';
import { type CompletenessReport, type CompletenessRequest, checkCompleteness } from './completeness';

const store = new S3ObjectStore(process.env.ARTIFACTS_BUCKET ?? '');

/** Called by the batch scoring machine. The row list stays in the report object: a machine's state holds 256 KB. */
export async function handler(request: CompletenessRequest): Promise<Omit<CompletenessReport, 'failures'>> {
  const { failures: _listed, ...summary } = await checkCompleteness(store, request);
  return summary;
}
