import { randomUUID } from 'node:crypto';
import { InvokeEndpointAsyncCommand } from '@aws-sdk/client-sagemaker-runtime';
import { type OperatorContext, waitFor } from './context';
import { CommandFailed } from './errors';
import { parseS3Uri, putText, readObject } from './storage';

/** An endpoint without instances needs some minutes for its first: two for the alarm, and the start of the instance. */
const limitMinutes = 30;

export interface QueuedRequest {
  readonly body: string | Uint8Array;
  readonly contentType: string;
  readonly inferenceId?: string | undefined;
}

/**
 * Puts a request into S3, invokes an asynchronous endpoint with it, and waits for the prediction or the failure.
 */
export async function askQueue(context: OperatorContext, endpoint: string, request: QueuedRequest): Promise<string> {
  const bucket = await context.output('DataLake', 'ArtifactsBucketName');
  const key = `asynchronous/input/operator/${randomUUID()}`;
  await putText(context, bucket, key, request.body, request.contentType);
  const { OutputLocation, FailureLocation } = await context.clients.runtime.send(
    new InvokeEndpointAsyncCommand({
      EndpointName: endpoint,
      InputLocation: `s3://${bucket}/${key}`,
      ContentType: request.contentType,
      Accept: request.contentType,
      ...(request.inferenceId === undefined ? {} : { InferenceId: request.inferenceId }),
    }),
  );
  const { response, failure } = await waitFor(
    context,
    `the response at ${OutputLocation ?? ''}`,
    limitMinutes,
    async () => {
      const found = { response: await read(context, OutputLocation), failure: await read(context, FailureLocation) };
      return found.response === undefined && found.failure === undefined ? undefined : found;
    },
  );
  if (response === undefined) {
    throw new CommandFailed(
      `The request failed: ${(failure ?? '').slice(0, 1_000)}`,
      `What was sent is at s3://${bucket}/${key}; the message names row and column, see data/README.md for the columns.`,
    );
  }
  return response;
}

async function read(context: OperatorContext, uri: string | undefined): Promise<string | undefined> {
  if (uri === undefined) return undefined;
  const { bucket, key } = parseS3Uri(uri);
  return (await readObject(context, bucket, key))?.toString('utf8');
}
