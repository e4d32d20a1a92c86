import type { OperatorContext } from './context';
import { listUnder, readText } from './storage';

/** The prediction for one row. */
export interface CapturedOutput {
  readonly probability: number;
  readonly decision: string;
  readonly modelVersion: string;
}

interface CaptureLine {
  readonly captureData: { readonly endpointOutput?: { readonly data: string; readonly encoding: string } };
  readonly eventMetadata: { readonly inferenceId?: string };
}

export interface Captured {
  /** Predictions by inference id, one for each row of the request. */
  readonly byInferenceId: ReadonlyMap<string, readonly CapturedOutput[]>;
  /** The hours read, such as 2013-09-03T14. */
  readonly hours: readonly string[];
  readonly withoutId: number;
}

/**
 * The predictions of an endpoint's variant in its last hours with traffic. Leaves out the requests of a release, as the
 * drift analysis does.
 */
export async function captured(
  context: OperatorContext,
  endpoint: string,
  variant: string,
  lastHours: number,
): Promise<Captured> {
  const bucket = await context.output('DataLake', 'CaptureBucketName');
  const objects = (await listUnder(context, bucket, `capture/${endpoint}/${variant}/`)).map(({ key }) => ({
    key,
    hour: hourOf(key),
  }));
  const hours = [...new Set(objects.map(({ hour }) => hour))].sort().slice(-lastHours);
  const byInferenceId = new Map<string, readonly CapturedOutput[]>();
  let withoutId = 0;
  for (const { key } of objects.filter(({ hour }) => hours.includes(hour))) {
    for (const line of ((await readText(context, bucket, key)) ?? '').split('\n')) {
      if (line === '') continue;
      const { captureData, eventMetadata } = JSON.parse(line) as CaptureLine;
      const id = eventMetadata.inferenceId;
      if (id === undefined) withoutId += 1;
      else if (!id.startsWith('smoke-test-')) byInferenceId.set(id, outputsOf(captureData.endpointOutput));
    }
  }
  return { byInferenceId, hours, withoutId };
}

/** .../yyyy/mm/dd/hh/file */
function hourOf(key: string): string {
  const [year, month, day, hour] = key.split('/').slice(-5, -1);
  return `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}`;
}

function outputsOf(output: { readonly data: string; readonly encoding: string } | undefined): CapturedOutput[] {
  if (output?.encoding === 'JSON') {
    const { predictions } = JSON.parse(output.data) as {
      predictions: { probability: number; decision: string; model_version: string }[];
    };
    return predictions.map((one) => ({
      probability: one.probability,
      decision: one.decision,
      modelVersion: one.model_version,
    }));
  }
  if (output?.encoding !== 'CSV') return [];
  return output.data
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [probability = '', decision = '', modelVersion = ''] = line.trim().split(',');
      return { probability: Number(probability), decision, modelVersion };
    });
}
