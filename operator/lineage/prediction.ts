import { gunzipSync } from 'node:zlib';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import type { Output } from '../output';
import { listUnder, readText } from '../storage';

/** One captured request with its prediction ("Capture data from real-time endpoint"). */
export interface CapturedPrediction {
  /** The caller's own id, or the one that SageMaker gave. */
  readonly id: string;
  readonly at: string;
  /** S3 URI of the file that contains it. */
  readonly capture: string;
  readonly endpoint: string;
  readonly variant: string;
  /** As the model wrote it into the response. */
  readonly modelVersion: number;
  readonly predictions: number;
}

interface Captured {
  readonly captureData?: { readonly endpointOutput?: { readonly data?: string; readonly encoding?: string } };
  readonly eventMetadata?: {
    readonly eventId?: string;
    readonly inferenceId?: string;
    readonly inferenceTime?: string;
  };
}

/** Searches the captured files, newest hour first: S3 has no index of their content. */
export async function findPrediction(
  context: OperatorContext,
  id: string,
  output: Output,
): Promise<CapturedPrediction> {
  const bucket = await context.output('DataLake', 'CaptureBucketName');
  const files = (await listUnder(context, bucket, 'capture/')).filter(({ key }) => key.endsWith('.jsonl'));
  output.progress(`Looking for ${id} in ${files.length} captured files, newest first`);
  for (const { key } of files.sort((a, b) => b.modified - a.modified)) {
    // There may be several predictions for the same flight: take the newest.
    for (const line of ((await readText(context, bucket, key)) ?? '').split('\n').reverse()) {
      // Most lines are about other flights: parse only those that contain the id.
      if (!line.includes(id)) continue;
      const { captureData, eventMetadata } = JSON.parse(line) as Captured;
      if (eventMetadata?.inferenceId !== id && eventMetadata?.eventId !== id) continue;
      const response = textOf(captureData?.endpointOutput);
      const [, endpoint = '', variant = ''] = key.split('/');
      return {
        id,
        at: eventMetadata.inferenceTime ?? '',
        capture: `s3://${bucket}/${key}`,
        endpoint,
        variant,
        ...versionIn(response, id),
      };
    }
  }
  throw new CommandFailed(
    `No captured request has the id ${id}.`,
    "Captures arrive some minutes after the request and expire after 30 days; give the inference id (invoke sends the flight's id), a version, or the endpoint's name.",
  );
}

function textOf(part: { readonly data?: string; readonly encoding?: string } | undefined): string {
  if (part?.encoding !== 'BASE64') return part?.data ?? '';
  const bytes = Buffer.from(part.data ?? '', 'base64');
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The model writes its version into each prediction (pipelines/steps/workflow/serving.py). */
function versionIn(response: string, id: string): { modelVersion: number; predictions: number } {
  const versions = response.trimStart().startsWith('{')
    ? (JSON.parse(response) as { predictions: { model_version: string }[] }).predictions.map((one) => one.model_version)
    : response
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(',')[2] ?? '');
  const version = Number(versions[0]);
  if (!Number.isInteger(version))
    throw new CommandFailed(
      `The response to ${id} names no model version: the request was refused, or another model server responded.`,
    );
  return { modelVersion: version, predictions: versions.length };
}
