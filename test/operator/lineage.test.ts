import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { card } from '../../operator/commands/card';
import { lineage } from '../../operator/commands/lineage';
import { auditOf } from '../../operator/lineage/audit';
import { compareArchives } from '../../operator/lineage/compare-models';
import { findPrediction } from '../../operator/lineage/prediction';
import { traceObjects } from '../../operator/lineage/read-objects';
import { awsError, fakeContext, recordedOutput, type Sent } from './fake-clients';

const body = (content: string | Buffer) => ({
  Body: { transformToByteArray: () => Promise.resolve(Buffer.from(content as string)) },
});
const gone = () => {
  throw awsError('NotFound', 'NotFound');
};

describe('a prediction', () => {
  const captured = (inferenceId: string, data: string, encoding = 'CSV') =>
    JSON.stringify({
      captureData: { endpointOutput: { data, encoding } },
      eventMetadata: { eventId: `event-of-${inferenceId}`, inferenceId, inferenceTime: '2013-07-01T10:00:00Z' },
    });
  const account = (...lines: string[]) =>
    fakeContext({
      ListObjectsV2Command: {
        Contents: [{ Key: 'capture/endpoint/live/2013/07/01/10/a.jsonl', LastModified: new Date() }],
      },
      GetObjectCommand: body(`${lines.join('\n')}\n`),
    });

  it.each([
    ['CSV', captured('id-1', '0.2,on_time,3\n0.9,disrupted,3\n')],
    ['JSON', captured('id-1', '{"predictions": [{"model_version": "3"}, {"model_version": "3"}]}', 'JSON')],
    ['Base64', captured('id-1', Buffer.from('0.2,on_time,3\n0.9,disrupted,3\n').toString('base64'), 'BASE64')],
  ])('is found by its inference id in a capture of %s', async (_name, line) => {
    expect(
      await findPrediction(account(captured('other', '0.1,on_time,2\n'), line), 'id-1', recordedOutput()),
    ).toMatchObject({
      at: '2013-07-01T10:00:00Z',
      capture: 's3://capture/capture/endpoint/live/2013/07/01/10/a.jsonl',
      endpoint: 'endpoint',
      variant: 'live',
      modelVersion: 3,
      predictions: 2,
    });
  });

  it("is found by SageMaker's own event id", async () => {
    expect(
      await findPrediction(account(captured('id-1', '0.2,on_time,3\n')), 'event-of-id-1', recordedOutput()),
    ).toMatchObject({ modelVersion: 3 });
  });

  it('that was not captured is named, and an id that is only part of another id does not match', async () => {
    await expect(
      findPrediction(account(captured('id-12', '0.2,on_time,3\n')), 'id-1', recordedOutput()),
    ).rejects.toThrow('No captured request has the id id-1.');
  });
});

describe('the data of a version', () => {
  const manifest = {
    bucket: 'curated',
    objects: [{ key: 'curated/flights/airport=JFK/month=2013-01/1.csv.gz', versionId: 'v1', etag: 'e', size: 9 }],
  };
  const metadata = {
    'raw-bucket': 'raw',
    'raw-key': 'raw/flights/JFK/2013-01.csv',
    'raw-version': 'r7',
    'raw-sha256': 'd',
    rows: '12',
  };

  it('leads to the delivered file in its version', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      { HeadObjectCommand: (input: { Bucket: string }) => ({ Metadata: input.Bucket === 'curated' ? metadata : {} }) },
      sent,
    );
    expect(await traceObjects(context, manifest, { 'airport=JFK/month=2013-01/1.csv.gz': 'digest' })).toEqual([
      {
        ...manifest.objects[0],
        bucket: 'curated',
        there: true,
        rows: 12,
        sha256: 'digest',
        raw: { bucket: 'raw', key: 'raw/flights/JFK/2013-01.csv', versionId: 'r7', sha256: 'd', there: true },
      },
    ]);
    expect(sent.map((one) => one.input.VersionId)).toEqual(['v1', 'r7']);
  });

  it('says which version is gone, here or there', async () => {
    const rawGone = fakeContext({
      HeadObjectCommand: (input: { Bucket: string }) => (input.Bucket === 'raw' ? gone() : { Metadata: metadata }),
    });
    expect((await traceObjects(rawGone, manifest, {}))[0]).toMatchObject({ there: true, raw: { there: false } });
    expect((await traceObjects(fakeContext({ HeadObjectCommand: gone }), manifest, {}))[0]).toMatchObject({
      there: false,
    });
  });
});

describe('who did it', () => {
  const event = (name: string, parameters: object, who: string) => ({
    EventId: name,
    EventTime: new Date('2013-07-01T10:00:00Z'),
    CloudTrailEvent: JSON.stringify({
      userIdentity: { arn: who },
      requestParameters: parameters,
      responseElements: null,
    }),
  });

  it('is shown by the calls that name this version, not by those that name another', async () => {
    const events: Record<string, unknown[]> = {
      UpdateModelPackage: [
        event(
          'one',
          { modelPackageArn: 'arn:model-package/g/1', modelApprovalStatus: 'Approved', approvalDescription: 'good' },
          'arn:user/ann',
        ),
        event('ten', { modelPackageArn: 'arn:model-package/g/10', modelApprovalStatus: 'Approved' }, 'arn:user/bob'),
      ],
    };
    const context = fakeContext({
      LookupEventsCommand: (input: { LookupAttributes: { AttributeValue: string }[] }) => ({
        Events: events[input.LookupAttributes[0]?.AttributeValue ?? ''] ?? [],
      }),
    });
    expect(await auditOf(context, { packageArn: 'arn:model-package/g/1' }, new Date(0))).toEqual([
      {
        at: '2013-07-01T10:00:00.000Z',
        who: 'arn:user/ann',
        event: 'UpdateModelPackage',
        detail: 'Approved: good',
        eventId: 'one',
      },
    ]);
  });
});

describe('two archives of a model', () => {
  const pack = async (content: string, mtime: number): Promise<Buffer> => {
    const folder = mkdtempSync(join(tmpdir(), 'archive-'));
    writeFileSync(join(folder, 'model.ubj'), content);
    writeFileSync(join(folder, 'features.json'), '{}');
    utimesSync(join(folder, 'model.ubj'), mtime, mtime);
    const chunks: Buffer[] = [];
    for await (const chunk of create({ gzip: true, cwd: folder }, ['model.ubj', 'features.json']))
      chunks.push(chunk as Buffer);
    rmSync(folder, { recursive: true });
    return Buffer.concat(chunks);
  };
  const compare = async (first: Buffer, second: Buffer) => {
    const side = (name: string, archive: Buffer) => ({
      uri: `s3://artifacts/${name}`,
      sha256: createHash('sha256').update(archive).digest('hex'),
    });
    return compareArchives(
      fakeContext({ GetObjectCommand: ({ Key }: { Key: string }) => body(Key === 'first' ? first : second) }),
      side('first', first),
      side('second', second),
    );
  };

  it('that differ in their packaging only contain the same model', async () => {
    expect(await compare(await pack('a', 1), await pack('a', 2))).toMatchObject({
      identical: false,
      sameFiles: true,
      explanation: expect.stringContaining('only the wrapping') as string,
    });
  });

  it('that differ in a file name it', async () => {
    expect(await compare(await pack('a', 1), await pack('b', 1))).toEqual({
      identical: false,
      sameFiles: false,
      explanation: '1 of 2 files differ: model.ubj',
    });
  });
});

it('a version that the pipeline did not register cannot be traced, and says so', async () => {
  const context = fakeContext({ DescribeModelPackageCommand: { CustomerMetadataProperties: {} } });
  await expect(
    lineage(context, { of: 'arn:aws:sagemaker:eu-central-1:1:model-package/g/1' }, recordedOutput()),
  ).rejects.toThrow('was not registered by the pipeline');
});

it('a card is printed part by part, a metric on one line', async () => {
  const output = recordedOutput();
  const content = JSON.stringify({
    model_overview: { model_creator: 'ml-team' },
    evaluation_details: [
      {
        name: 'newest month',
        metric_groups: [
          { name: 'candidate', metric_data: [{ name: 'auc', type: 'number', value: 0.7, notes: 'area' }] },
        ],
      },
    ],
  });
  const context = fakeContext({
    ListModelPackagesCommand: { ModelPackageSummaryList: [{ ModelPackageVersion: 1, ModelPackageArn: 'arn:1' }] },
    DescribeModelPackageCommand: { ModelCard: { ModelCardContent: content, ModelCardStatus: 'PendingReview' } },
  });
  await card(context, { version: 1 }, output);
  expect(output.lines).toEqual(
    expect.arrayContaining([
      'Model card of version 1 (PendingReview)',
      '  model creator: ml-team',
      expect.stringMatching(/^ *auc: 0\.7 \(area\)$/) as string,
    ]),
  );
});
