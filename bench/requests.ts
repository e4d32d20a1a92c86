import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { withAccount } from './account-process';
import type { Load } from './load';
import { measured } from './print-line';
import { best, flight, type Rate, runLoad } from './run-load';

const REQUESTS = 1_000;
const CLIENTS = [1, 8, 32];
const BUCKET = 'bench-requests';
const SIZE = 10_000;

/** Signed requests a second that the deployed account answers: each is authorized and, if it reads data, sent on to the store. */
export async function measureRequests(): Promise<void> {
  await withAccount(['from', 'rehearsal'], async ({ client }) => {
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'object', Body: Buffer.alloc(SIZE, 'x') }));
    s3.destroy();
    const { endpoint, region, credentials } = client;
    const signer = (service: string) => ({ service, region, ...credentials });
    await report(`GetObject of ${SIZE / 1000} kB`, {
      method: 'GET',
      url: `${endpoint}/${BUCKET}/object`,
      signer: signer('s3'),
    });
    await report('InvokeEndpoint', {
      method: 'POST',
      url: `${endpoint}/endpoints/mla-blueprint-flight-disruption/invocations`,
      body: flight,
      signer: signer('sagemaker'),
    });
  });
}

async function report(what: string, load: Omit<Load, 'clients' | 'requests'>): Promise<void> {
  for (const clients of CLIENTS) {
    const rates: Rate[] = [];
    for (let round = 0; round < 2; round += 1) rates.push(await runLoad({ ...load, clients, requests: REQUESTS }));
    const { throughput, p50, p95 } = best(rates);
    measured(`signed ${what}, ${clients} ${clients === 1 ? 'client' : 'clients'}`, throughput.toFixed(0), '1/s', {
      details: `median ${p50.toFixed(1)} ms, 95th percentile ${p95.toFixed(1)} ms`,
    });
  }
}
