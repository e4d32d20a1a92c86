import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { LocalAccount } from 'local-account/local-account';
import { seconds } from './process-seconds';
import { flight } from './run-load';

const measuredRequests = 300;
const warmUp = 20;
/** Requests that one measurement sends to the endpoint. */
export const requestsOfMeasurement = measuredRequests + warmUp;

/** Milliseconds of one invocation of the endpoint. */
export async function timeEndpoint({ platform }: LocalAccount): Promise<number> {
  const client = new SageMakerRuntimeClient({
    endpoint: platform.endpoint,
    region: platform.region,
    credentials: platform.administrator,
  });
  const invoke = () =>
    client.send(
      new InvokeEndpointCommand({
        EndpointName: 'mla-blueprint-flight-disruption',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: Buffer.from(flight),
        // One flight over and over is no traffic: the drift analysis leaves it out, as it does with smoke tests.
        InferenceId: 'smoke-test-bench',
      }),
    );
  for (let warm = 0; warm < warmUp; warm += 1) await invoke();
  const started = performance.now();
  for (let sent = 0; sent < measuredRequests; sent += 1) await invoke();
  client.destroy();
  return (performance.now() - started) / measuredRequests;
}

/** Milliseconds of parsing and predicting alone, in one Python process. */
export function timeBare({ folder }: LocalAccount, python: string): number {
  const model = modelFolder(folder);
  if (!model) throw new Error(`no unpacked model below ${folder}`);
  return Number(seconds(python, ['bench/bare_predict.py', model, String(measuredRequests)], {}, flight).output);
}

/** Folder of an unpacked model below a folder. */
function modelFolder(folder: string): string | undefined {
  if (existsSync(join(folder, 'features.json')) && existsSync(join(folder, 'code', 'inference.py'))) return folder;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const found = entry.isDirectory() ? modelFolder(join(folder, entry.name)) : undefined;
    if (found) return found;
  }
  return undefined;
}
