/**
 * Sends one request over and over from so many clients at once and prints milliseconds: bench/load.ts LOAD, which is
 * JSON. A process of its own, so that it takes nothing from the one that is measured.
 */
import { createHash } from 'node:crypto';
import { Agent, request as send } from 'node:http';
import { signatureOf } from '../local-account/gateway/signature';

export interface Load {
  readonly method: string;
  readonly url: string;
  readonly body?: string;
  readonly clients: number;
  readonly requests: number;
  /** @default not signed */
  readonly signer?: {
    readonly service: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

const { method, url, body = '', clients, requests, signer } = JSON.parse(process.argv[2] ?? '{}') as Load;
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const headers: Record<string, string> = body
  ? { 'content-type': 'text/csv', accept: 'text/csv', 'content-length': String(body.length) }
  : {};
/** Signed once: a signature holds for some minutes, and signing is the client's work. */
if (signer) {
  const { service, region, accessKeyId, secretAccessKey } = signer;
  const { host, pathname } = new URL(url);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const hash = createHash('sha256').update(body).digest('hex');
  const signed: Record<string, string> = { host, 'x-amz-content-sha256': hash, 'x-amz-date': date };
  const signedHeaders = Object.keys(signed);
  const scope = { day, region, signingName: service, signedHeaders, date };
  const signature = signatureOf({ method, url: pathname, headers: signed }, scope, secretAccessKey, hash);
  const { host: _, ...sent } = signed;
  Object.assign(headers, sent, {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${day}/${region}/${service}/aws4_request, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  });
}

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, agent, headers }, (response) => {
      response
        .resume()
        .on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        );
    });
    outgoing.on('error', reject).end(body);
  });
}

async function client(count: number, times: number[]): Promise<void> {
  for (let asked = 0; asked < count; asked += 1) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
}

async function main(): Promise<void> {
  const each = Math.ceil(requests / clients);
  await Promise.all(Array.from({ length: clients }, () => client(5, [])));
  const times: number[] = [];
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, () => client(each, times)));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  console.log(JSON.stringify({ throughput: times.length / seconds, p50: percentile(0.5), p95: percentile(0.95) }));
  agent.destroy();
}

void main();
