/**
 * Sends one request over and over from so many clients at once and prints milliseconds: bench/load.ts URL CLIENTS
 * REQUESTS [ACCESS_KEY_ID SECRET_ACCESS_KEY REGION] A process of its own, so that it takes nothing from the one that is measured.
 */
import { createHash } from 'node:crypto';
import { Agent, request as send } from 'node:http';
import { signatureOf } from '../local-account/gateway/signature';

const [url = '', clients = '1', requests = '100', accessKeyId, secretAccessKey = '', region = ''] =
  process.argv.slice(2);
const row = 'B6,MCO,2013-07-05,1530,1829,944,84,70,62,200,9,,0,1012,10,2005,200,AIRBUS';
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });
const headers: Record<string, string> = {
  'content-type': 'text/csv',
  accept: 'text/csv',
  'content-length': String(row.length),
};
/** Signed once: a signature holds for some minutes, and signing is the client's work. */
if (accessKeyId) {
  const { host, pathname } = new URL(url);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = {
    day: date.slice(0, 8),
    region,
    signingName: 'sagemaker',
    signedHeaders: ['host', 'x-amz-date'],
    date,
  };
  const signed = { method: 'POST', url: pathname, headers: { host, 'x-amz-date': date } };
  const hash = createHash('sha256').update(row).digest('hex');
  const credential = `${accessKeyId}/${scope.day}/${region}/sagemaker/aws4_request`;
  headers['x-amz-date'] = date;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signatureOf(signed, scope, secretAccessKey, hash)}`;
}

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        );
    });
    outgoing.on('error', reject).end(row);
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
  const each = Math.ceil(Number(requests) / Number(clients));
  await Promise.all(Array.from({ length: Number(clients) }, () => client(5, [])));
  const times: number[] = [];
  const started = performance.now();
  await Promise.all(Array.from({ length: Number(clients) }, () => client(each, times)));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  console.log(JSON.stringify({ throughput: times.length / seconds, p50: percentile(0.5), p95: percentile(0.95) }));
  agent.destroy();
}

void main();
