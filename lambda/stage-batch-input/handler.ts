import { requiredText } from '../environment/required';
import { S3ObjectStore } from '../storage/object-store';
import { type StagedInput, type StageRequest, stageInput } from './stage';

const store = new S3ObjectStore(requiredText('ARTIFACTS_BUCKET'));

/** Called by the batch scoring state machine before it starts a transform job. */
export async function handler(request: StageRequest): Promise<StagedInput> {
  const staged = await stageInput(store, request);
  console.log(JSON.stringify({ input: request.input, job: request.job, ...staged }));
  return staged;
}
