import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  DescribeTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, type InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import { pack } from 'local-account/sagemaker/container/archive';
import { testContainerPython } from 'local-account/test/fixtures/test-platform';
import { BUCKET, ROLE, Workbench, XGBOOST } from 'local-account/test/sagemaker/workbench';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';

const root = resolve(__dirname, '../..');
const values = [
  'B6',
  'MCO',
  '2013-07-05',
  '1530',
  '1829',
  '944',
  '84',
  '70',
  '62',
  '200',
  '9',
  '',
  '0',
  '1012',
  '10',
  '2005',
  '200',
  'AIRBUS',
  '31.5',
  '0.25',
  '0.7',
  '60',
  '28.125',
  '0.2',
  '0.75',
  '171',
];
const columns = flightDisruption.features.map(({ name }) => name);
const row = values.join(',');
/** The good row with some of its values changed. */
const csv = (change: Record<string, string>): string => columns.map((name, at) => change[name] ?? values[at]).join(',');
const record = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...Object.fromEntries(columns.map((name, at) => [name, values[at] === '' ? null : values[at]])),
  ...change,
});
const json = (...records: unknown[]): string => JSON.stringify({ instances: records });
const limit = 6_291_456;

/** What a client sends besides a CSV row that asks for a CSV answer. */
type Change = Partial<Omit<InvokeEndpointCommandInput, 'Body'>> & { readonly Body?: string | Buffer };

describe('an endpoint that is sent what it should not', () => {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start({ answerMilliseconds: 6_000 });
    writeFileSync(
      join(root, 'pipelines/steps/workflow/problem.json'),
      `${JSON.stringify(problemDocument(flightDisruption), null, 2)}\n`,
    );
    const folder = mkdtempSync(join(tmpdir(), 'local-account-model-'));
    execFileSync(await testContainerPython(), [join(__dirname, 'serving-model.py'), join(folder, 'content')]);
    await pack(join(folder, 'content'), join(folder, 'model.tar.gz'));
    const ModelDataUrl = await bench.put('models/one/model.tar.gz', readFileSync(join(folder, 'model.tar.gz')));
    const Environment = {
      SAGEMAKER_PROGRAM: 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
      MODEL_VERSION: '7',
    };
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'flights',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: XGBOOST, ModelDataUrl, Environment },
      }),
    );
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'flights',
        ProductionVariants: [
          { VariantName: 'live', ModelName: 'flights', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
        ],
      }),
    );
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'flights' }));
    const { EndpointStatus } = await bench.until(
      () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'flights' })),
      (answer) => answer.EndpointStatus !== 'Creating',
    );
    expect(EndpointStatus).toBe('InService');
  });
  afterAll(() => bench.stop());
  // Whatever came before, the container lives and serves the next good request.
  afterEach(async () => expect(await invoke()).toMatch(/^0\.\d{6},(disrupted|on_time),7\n$/));

  async function invoke({ Body, ...change }: Change = {}): Promise<string> {
    const request = {
      EndpointName: 'flights',
      ContentType: 'text/csv',
      Accept: 'text/csv',
      ...change,
      Body: typeof Body === 'object' ? Body : Buffer.from(Body ?? row),
    };
    return Buffer.from((await bench.runtime.send(new InvokeEndpointCommand(request))).Body ?? []).toString();
  }
  const asJson = (Body: string): Change => ({ ContentType: 'application/json', Body });

  it.each<[string, Change, number, string]>([
    [
      'a Content-Type that nobody reads',
      { ContentType: 'application/xml' },
      415,
      "Content-Type 'application/xml' is not supported",
    ],
    ['no Content-Type', { ContentType: undefined }, 415, 'is not supported'],
    ['an Accept that nobody writes', { Accept: 'image/png' }, 406, "Accept 'image/png' is not supported"],
    ['JSON that says it is CSV', { Body: json(record()) }, 400, 'the body is not CSV'],
    ['CSV that says it is JSON', asJson(row), 400, 'the body is not JSON'],
    ['an empty body', { Body: '' }, 400, 'the body is empty'],
    ['a body of blanks', { Body: ' \n\n' }, 400, 'the body is empty'],
    ['a value too few', { Body: values.slice(1).join(',') }, 400, 'row 1 has 25 values, expected 26'],
    ['a value too many', { Body: `${row},1` }, 400, 'row 1 has 27 values, expected 26'],
    [
      'columns in another order',
      { Body: [values[1], values[0], ...values.slice(2)].join(',') },
      400,
      "row 1, column carrier: 'MCO' is not of the form",
    ],
    ['a header line', { Body: `${columns.join(',')}\n${row}` }, 400, 'row 1, column carrier'],
    ['NaN in CSV', { Body: csv({ temp: 'NaN' }) }, 400, "row 1, column temp: 'NaN' is not a number"],
    ['infinity in CSV', { Body: csv({ temp: '-inf' }) }, 400, 'is not a number'],
    ['a number beyond all numbers', { Body: csv({ temp: '1e999' }) }, 400, 'is not a number'],
    ['NaN in JSON', asJson(json(record({ temp: 'HERE' })).replace('"HERE"', 'NaN')), 400, 'NaN is not a JSON number'],
    [
      'null where a value is required',
      asJson(json(record({ dest: null }))),
      400,
      'row 1, column dest: a value is required',
    ],
    [
      'text where a number belongs',
      { Body: csv({ distance: 'far' }) },
      400,
      "row 1, column distance: 'far' is not a number",
    ],
    [
      'one bad row among good ones',
      { Body: [row, row, csv({ dest: '?' }), row].join('\n') },
      400,
      'row 3, column dest',
    ],
    ['an emoji where a code belongs', { Body: csv({ carrier: '✈️' }) }, 400, "'✈️' is not of the form"],
    ['a control character', { Body: csv({ manufacturer: 'AIR\u0007BUS' }) }, 400, 'expected a short text'],
    ['a NUL', { Body: csv({ dest: 'M\0O' }) }, 400, 'row 1, column dest'],
    // The image decodes them itself, to replacement characters.
    [
      'bytes that are no UTF-8',
      { Body: Buffer.from(row.replace('AIRBUS', 'é'), 'latin1') },
      400,
      "row 1, column manufacturer: expected a short text, got '\ufffd'",
    ],
    ['UTF-16', { Body: Buffer.from(`\ufeff${row}`, 'utf16le') }, 400, 'row 1, column carrier: expected a short text'],
    [
      'bytes that are no UTF-8, with a charset',
      { ContentType: 'text/csv; charset=utf-8', Body: Buffer.from(row.replace('AIRBUS', 'é'), 'latin1') },
      400,
      'the body is not UTF-8',
    ],
    [
      'an Accept that excludes what there is',
      { Accept: 'text/csv;q=0, application/json;q=0' },
      406,
      'is not supported',
    ],
    ['a quote that nobody closes', { Body: `"${row}` }, 400, 'the body is not CSV'],
    ['half a JSON document', asJson('{"instances": ['), 400, 'the body is not JSON'],
    ['JSON nested without end', asJson('['.repeat(100_000)), 400, 'the body is not JSON'],
    ['a JSON document of another shape', asJson('[1, 2]'), 400, 'send {"instances"'],
    ['a column that no model knows', asJson(json(record({ mood: 1 }))), 400, 'row 1: unknown columns mood'],
  ])("returns, for %s, the container's status and its reason", async (_name, change, status, words) => {
    const error = await invoke(change).then(
      () => undefined,
      (refusal: unknown) => refusal,
    );
    expect(error).toMatchObject({ name: 'ModelError', $metadata: { httpStatusCode: 424 }, OriginalStatusCode: status });
    // The container's answer is JSON: read it as a client would.
    const { OriginalMessage } = error as { OriginalMessage: string };
    expect((JSON.parse(OriginalMessage) as { error: string }).error).toContain(words);
  });

  it.each<[string, Change, string, number, RegExp]>([
    [
      'a body that is one byte over the limit',
      { Body: `${row}\n`.padEnd(limit + 1, '\n') },
      '413',
      413,
      /HTTP content length exceeded 6291456 bytes/,
    ],
    ['a variant that is not there', { TargetVariant: 'green' }, 'ValidationError', 400, /green/],
    [
      'a target model, where there is only one',
      { TargetModel: 'other.tar.gz' },
      'ValidationError',
      400,
      /not a multi-model endpoint/,
    ],
    ['an endpoint that is not there', { EndpointName: 'hotels' }, 'ValidationError', 400, /hotels/],
    [
      'attributes that are longer than AWS takes',
      { CustomAttributes: 'x'.repeat(1025) },
      'ValidationError',
      400,
      /1024/,
    ],
  ])('refuses %s before the container sees it', async (_name, change, name, httpStatusCode, words) => {
    await expect(invoke(change)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
      message: expect.stringMatching(words) as string,
    });
  });

  it('serves a body of exactly the limit', async () => {
    expect((await invoke({ Body: `${row}\n`.padEnd(limit, '\n') })).trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['text/html, application/json;q=0.9, */*;q=0.8', /^\{"predictions"/],
    ['application/*', /^\{"predictions"/],
    ['text/csv;q=0, application/json', /^\{"predictions"/],
    ['application/json;q=0.5, text/csv', /^0\./],
  ])('returns the type that %s prefers', async (Accept, words) => {
    expect(await invoke({ Accept })).toMatch(words);
  });

  it.each([
    ['text/csv', Buffer.from(`\ufeff${row}`)],
    ['text/csv; charset=utf-8', Buffer.from(`\ufeff${row}`)],
    ['application/json', Buffer.from(`\ufeff${json(record())}`)],
  ])('reads a request of %s that begins with a byte order mark like one without', async (ContentType, Body) => {
    expect(await invoke({ ContentType, Body })).toBe(await invoke());
  });

  it('returns JSON when no Accept is sent', async () => {
    expect(JSON.parse(await invoke({ Accept: undefined }))).toMatchObject({ predictions: [{ model_version: '7' }] });
  });

  it('serves ten thousand rows in one request', async () => {
    expect((await invoke({ Body: `${row}\n`.repeat(10_000) })).trim().split('\n')).toHaveLength(10_000);
  });

  it('scores free text of any script as a value that training never saw', async () => {
    expect(await invoke({ Body: csv({ manufacturer: 'エアバス 🛫' }) })).toMatch(/^0\./);
  });

  it('responds to everybody in a burst', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) => invoke(at % 2 ? {} : { Body: 'bad' })),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    expect(answers.flatMap((answer) => (answer.status === 'rejected' ? [(answer.reason as Error).name] : []))).toEqual(
      Array(50).fill('ModelError'),
    );
  });

  it('gives up on a model that does not respond in time, and serves others meanwhile', async () => {
    const lost = expect(invoke({ Body: csv({ manufacturer: 'SLEEPS' }) })).rejects.toMatchObject({
      name: 'ModelError',
      message: expect.stringContaining(
        'Your invocation timed out while waiting for a response from container primary',
      ) as string,
    });
    expect(await invoke()).toMatch(/^0\./);
    await lost;
  });

  it('is not held up by a client that never finishes its request', async () => {
    const { hostname, port } = new URL(bench.host.platform.endpoint);
    const client = connect(Number(port), hostname);
    client.write(
      'POST /endpoints/flights/invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\nB6,MCO',
    );
    expect(await invoke()).toMatch(/^0\./);
    client.destroy();
  });

  describe('batch transform', () => {
    const transform = async (name: string, key: string) => {
      await bench.sagemaker.send(
        new CreateTransformJobCommand({
          TransformJobName: name,
          ModelName: 'flights',
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/${key}` } },
            ContentType: 'text/csv',
            SplitType: 'Line',
          },
          BatchStrategy: 'MultiRecord',
          DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
          TransformOutput: {
            S3OutputPath: `s3://${BUCKET}/batch/output/${name}`,
            Accept: 'text/csv',
            AssembleWith: 'Line',
          },
          TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
        }),
      );
      return bench.until(
        () => bench.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name })),
        ({ TransformJobStatus }) => TransformJobStatus !== 'InProgress',
      );
    };

    it('refuses the one bad row of a file by itself, and says why in its place', async () => {
      await bench.put('batch/bad/rows.csv', `id-1,${row}\nid-2,${csv({ distance: 'far' })}\nid-3,${row}\n`);
      expect((await transform('one-bad-row', 'batch/bad/')).TransformJobStatus).toBe('Completed');
      const lines = (await bench.get('batch/output/one-bad-row/rows.csv.out')).toString().trim().split('\n');
      expect(lines.map((line) => line.slice(0, 4))).toEqual(['id-1', 'id-2', 'id-3']);
      expect(lines[1]).toMatch(/,171,,column distance: 'far' is not a number,7$/);
      expect(lines[2]).toMatch(/,0\.\d{6},(disrupted|on_time),7$/);
    });

    it('gives the same output, byte by byte, when it is run again', async () => {
      await bench.put(
        'batch/good/rows.csv',
        Array.from({ length: 500 }, (_, at) => `id-${at},${csv({ temp: String(at % 100) })}\n`).join(''),
      );
      const jobs = await Promise.all(['first', 'again'].map((name) => transform(name, 'batch/good/rows.csv')));
      expect(jobs.map(({ TransformJobStatus }) => TransformJobStatus)).toEqual(['Completed', 'Completed']);
      const first = await bench.get('batch/output/first/rows.csv.out');
      expect(first.toString().trim().split('\n')).toHaveLength(500);
      expect((await bench.get('batch/output/again/rows.csv.out')).equals(first)).toBe(true);
    });
  });
});
