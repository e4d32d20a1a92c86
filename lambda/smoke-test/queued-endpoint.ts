import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointAsyncCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

import { type Endpoint, EndpointError } from './endpoint';

/** A result that takes longer counts as an error: the requests are small, and a new fleet has an instance. */
const patienceMilliseconds = 45_000;
const pollMilliseconds = 500;
/** The minimum of InvokeEndpointAsync: a request that nobody waits for any more must not start an instance. */
const requestTtlSeconds = 60;

/**
 * An asynchronous endpoint, called as if it were synchronous: writes the request to S3, invokes the endpoint, and waits
 * for the result or the failure in S3.
 */
export class QueuedEndpoint implements Endpoint {
  readonly tellsStatus = false;

  constructor(
    private readonly runtime: SageMakerRuntimeClient,
    private readonly s3: S3Client,
    private readonly place: { readonly endpointName: string; readonly bucket: string; readonly inputPrefix: string },
  ) {}

  async invoke(body: string, contentType: 'text/csv' | 'application/json'): Promise<string> {
    const { bucket, inputPrefix, endpointName } = this.place;
    const key = `${inputPrefix}/smoke-test/${randomUUID()}`;
    await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
    const { OutputLocation, FailureLocation } = await this.invokeAsync(
      endpointName,
      `s3://${bucket}/${key}`,
      contentType,
    );
    for (const until = Date.now() + patienceMilliseconds; Date.now() < until; await sleep(pollMilliseconds)) {
      const result = await this.find(OutputLocation);
      if (result !== undefined) return result;
      const failure = await this.find(FailureLocation);
      if (failure !== undefined) throw new EndpointError(failure.slice(0, 300), undefined, true);
    }
    throw new EndpointError(`no result within ${patienceMilliseconds / 1_000} s`, undefined);
  }

  private async invokeAsync(EndpointName: string, InputLocation: string, contentType: string) {
    try {
      return await this.runtime.send(
        new InvokeEndpointAsyncCommand({
          EndpointName,
          InputLocation,
          ContentType: contentType,
          Accept: contentType,
          RequestTTLSeconds: requestTtlSeconds,
        }),
      );
    } catch (error) {
      // A missing permission is a fault of the workflow, not of the model.
      if (!(error instanceof Error) || error.name === 'AccessDeniedException' || error.name === 'AccessDenied')
        throw error;
      throw new EndpointError(error.message, undefined);
    }
  }

  private async find(uri: string | undefined): Promise<string | undefined> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri ?? '') ?? [];
    if (Bucket === undefined || Key === undefined) return undefined;
    const { KeyCount } = await this.s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }));
    if (!KeyCount) return undefined;
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString('utf8');
  }
}
