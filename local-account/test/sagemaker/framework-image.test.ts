import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { REGION, ROLE, SCIKIT_LEARN, Workbench, XGBOOST } from './workbench';

/** Does what its request says. */
const SCRIPT = `
import os, time
from sagemaker_containers.beta.framework import worker

class Refused(Exception):
    status_code = 400
    message = "a good reason"

print("loaded by", os.getpid(), flush=True)

def model_fn(folder): return os.getpid()

def transform_fn(model, body, content_type, accept):
    if body == "refuse": raise Refused("a good reason")
    if body == "respond": return worker.Response(response='{"error": "no"}', status=422, mimetype="application/json")
    if body == "sleep": time.sleep(20)
    if body == "spin":
        end = time.process_time() + 0.02
        while time.process_time() < end: pass
    if body == "work":
        end = time.time() + 20
        while time.time() < end: pass
    if body == "number": return 7
    return f"{content_type}|{accept}", "text/plain"
`;
const BOTH = `${SCRIPT}\ndef input_fn(body, content_type): return body\n`;
const NO_MODEL = 'def predict_fn(data, model): return 1\n';
const MODEL_ONLY = `
class Doubles:
    def predict(self, data, **_): return data * 2

def model_fn(folder): return Doubles()
`;

describe("the framework images' own server", () => {
  let bench: Workbench;
  let logs: CloudWatchLogsClient;
  /** Microseconds that the endpoint's metrics tell, request by request. */
  const latency: number[] = [];

  beforeAll(async () => {
    bench = await Workbench.start();
    const { putMetric } = bench.host.platform;
    bench.host.platform.putMetric = (datum) => {
      if (datum.name === 'ModelLatency') latency.push(datum.value);
      putMetric(datum);
    };
    logs = new CloudWatchLogsClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
  });
  afterAll(async () => {
    logs.destroy();
    await bench.stop();
  });

  async function endpoint(name: string, script: string, more: Readonly<Record<string, string>> = {}, Image = XGBOOST) {
    const ModelDataUrl = await bench.putArchive(`models/${name}/model.tar.gz`, { 'code/inference.py': script });
    const Environment = {
      SAGEMAKER_PROGRAM: 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
      ...more,
    };
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image, ModelDataUrl, Environment },
      }),
    );
    const ProductionVariants = [
      { VariantName: 'live', ModelName: name, InstanceType: 'ml.m5.large' as const, InitialInstanceCount: 1 },
    ];
    await bench.sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
    return bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
      ({ EndpointStatus }) => EndpointStatus !== 'Creating',
    );
  }

  const invoke = (
    EndpointName: string,
    body: string,
    more: { readonly ContentType?: string; readonly Accept?: string } = {},
  ) =>
    bench.runtime.send(
      new InvokeEndpointCommand({ EndpointName, ContentType: 'text/csv', ...more, Body: Buffer.from(body) }),
    );

  async function lines(name: string): Promise<string> {
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/sagemaker/Endpoints/${name}` }),
    );
    return (events ?? []).map(({ message }) => message).join('\n');
  }

  describe('with a script that works', () => {
    beforeAll(async () => expect((await endpoint('good', SCRIPT)).EndpointStatus).toBe('InService'));

    it('returns 500 for every exception, whatever status it has', async () => {
      await expect(invoke('good', 'refuse')).rejects.toMatchObject({
        name: 'ModelError',
        OriginalStatusCode: 500,
        OriginalMessage: expect.stringContaining('<title>500 Internal Server Error</title>') as string,
      });
    });

    it('returns 500 for a result that is no response, too', async () => {
      await expect(invoke('good', 'number')).rejects.toMatchObject({ OriginalStatusCode: 500 });
    });

    it('returns the status of a response object', async () => {
      await expect(invoke('good', 'respond')).rejects.toMatchObject({
        OriginalStatusCode: 422,
        OriginalMessage: '{"error": "no"}',
      });
    });

    it("passes the caller's headers unchanged, except for a missing Accept and for */*", async () => {
      const answer = async (more: { readonly ContentType?: string; readonly Accept?: string }) =>
        Buffer.from((await invoke('good', 'x', more)).Body ?? []).toString();
      expect(
        await answer({ ContentType: 'text/csv; charset=utf-8', Accept: 'text/html, application/json;q=0.9' }),
      ).toBe('text/csv; charset=utf-8|text/html, application/json;q=0.9');
      expect(await answer({ Accept: '*/*' })).toBe('text/csv|application/json');
      expect(await answer({})).toBe('text/csv|application/json');
    });

    it('measures the same latency while other programs keep all processors busy', async () => {
      const latencies = async (): Promise<number[]> => {
        const from = latency.length;
        for (let asked = 0; asked < 15; asked += 1) await invoke('good', 'spin');
        return latency.slice(from).sort((one, other) => one - other);
      };
      const idle = (await latencies())[7] ?? NaN;
      const busy = Array.from({ length: 2 * availableParallelism() }, () =>
        spawn(process.execPath, ['-e', 'for (;;);']),
      );
      try {
        const median = (await latencies())[7] ?? NaN;
        expect(median / idle).toBeLessThan(1.8);
      } finally {
        busy.forEach((one) => one.kill('SIGKILL'));
      }
    });

    it('loads the model in each worker, with its first request', async () => {
      await Promise.all(Array.from({ length: 20 }, () => invoke('good', 'x')));
      const loading = new Set([...(await lines('good')).matchAll(/loaded by (\d+)/g)].map(([, worker]) => worker));
      // Two workers, and the process that installs the script with pip and imports it.
      expect(loading.size).toBe(3);
    });
  });

  it("returns 502 when a request takes longer than the model server's timeout", async () => {
    expect((await endpoint('slow', SCRIPT, { SAGEMAKER_MODEL_SERVER_TIMEOUT: '2' })).EndpointStatus).toBe('InService');
    await expect(invoke('slow', 'work')).rejects.toMatchObject({ OriginalStatusCode: 502 });
    expect(await lines('slow')).toContain('WORKER TIMEOUT');
    // One that waits lets Gunicorn see that it lives; nginx waits no longer.
    await expect(invoke('slow', 'sleep')).rejects.toMatchObject({
      OriginalStatusCode: 504,
      OriginalMessage: expect.stringContaining('504 Gateway Time-out') as string,
    });
    // Gunicorn starts another worker.
    expect((await invoke('slow', 'x')).$metadata.httpStatusCode).toBe(200);
  });

  describe('with a script or an image that does not start', () => {
    const noIsolation = { PIP_NO_BUILD_ISOLATION: '0' };
    type Described = ReturnType<typeof endpoint>;
    const started: Record<string, Described> = {};

    // All at once: each waits for pip most of the time.
    beforeAll(async () => {
      started['both-xgboost'] = endpoint('both-xgboost', BOTH, noIsolation, XGBOOST);
      started['both-scikit-learn'] = endpoint('both-scikit-learn', BOTH, noIsolation, SCIKIT_LEARN);
      started['with-network'] = endpoint('with-network', SCRIPT, {}, SCIKIT_LEARN);
      started.offline = endpoint('offline', SCRIPT, noIsolation, SCIKIT_LEARN);
      started['no-model'] = endpoint('no-model', NO_MODEL);
      started['model-only'] = endpoint('model-only', MODEL_ONLY, noIsolation, SCIKIT_LEARN);
      await Promise.all(Object.values(started));
    }, 120_000);

    const unhealthy = ['Failed', expect.stringContaining('did not pass the ping health check') as string];

    it.each(['xgboost', 'scikit-learn'])(
      'does not start with a script that has transform_fn and input_fn (%s)',
      async (image) => {
        const described = await started[`both-${image}`];
        expect([described?.EndpointStatus, described?.FailureReason]).toEqual(unhealthy);
        expect(await lines(`both-${image}`)).toContain(
          'UserError: Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn',
        );
      },
    );

    // AWS's other image pins a pip that builds without asking a registry.
    it('starts the scikit-learn image only where its pip needs no network', async () => {
      const described = await started['with-network'];
      expect([described?.EndpointStatus, described?.FailureReason]).toEqual(unhealthy);
      expect(await lines('with-network')).toMatch(/No matching distribution found for setuptools/);
      expect((await started.offline)?.EndpointStatus).toBe('InService');
    });

    it('does not start without model_fn, which has no default', async () => {
      expect((await started['no-model'])?.EndpointStatus).toBe('Failed');
    });

    it("uses the image's own functions for those that the script lacks", async () => {
      expect((await started['model-only'])?.EndpointStatus).toBe('InService');
      const answer = await invoke('model-only', '1,2\n3,4', { Accept: 'text/csv' });
      expect(Buffer.from(answer.Body).toString().trim()).toBe('2.0,4.0\n6.0,8.0');
    });
  });
});
