import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { ingest } from '../../operator/commands/ingest';
import { lineage } from '../../operator/commands/lineage';
import { type ReproduceResult, reproduce } from '../../operator/commands/reproduce';
import { train } from '../../operator/commands/train';
import { monthsOf } from '../../operator/flights';
import { silent } from '../../operator/output';
import { packageOf } from '../../operator/registry';
import { run } from '../../rehearsal/run';
import { type Checkpoint, expectSome } from '../../rehearsal/story/checkpoint';
import { story } from '../../rehearsal/story/checkpoints';

const root = resolve(__dirname, '..', '..');

describe('a version that is trained again from its recorded inputs', () => {
  let repeated: ReproduceResult | undefined;
  let copyIs: string | undefined;
  let refusal: unknown;

  /** One trial on three months; then one of them is delivered anew with fewer rows. */
  const training: Checkpoint = {
    id: 'reproduce',
    sentence:
      'The same versions of the data give the same model, bit for bit; a version that no longer exists is named.',
    topics: ['CUE-05', 'SELF-10'],
    async run({ operator }) {
      await ingest(operator, { airport: 'JFK', from: '2013-01', until: '2013-04' }, silent);
      await train(operator, { airports: ['JFK'], until: '2013-04' }, silent);
      const folder = mkdtempSync(join(tmpdir(), 'corrected-'));
      for await (const month of monthsOf(operator.dataFolder, 'JFK', { from: '2013-01', until: '2013-02' })) {
        writeFileSync(join(folder, '2013-01.csv'), `${[month.header, ...month.lines.slice(0, 500)].join('\n')}\n`);
      }
      await ingest(operator, { airport: 'JFK', files: [join(folder, '2013-01.csv')] }, silent);
      rmSync(folder, { recursive: true });

      repeated = await reproduce(operator, { version: 1 }, silent);
      copyIs = (await packageOf(operator, 'latest')).approval;

      const { packages } = await lineage(operator, { of: '1' }, silent);
      const old = expectSome(packages[0]?.data.objects[0], 'the first file');
      await operator.clients.s3.send(
        new DeleteObjectCommand({ Bucket: old.bucket, Key: old.key, VersionId: old.versionId }),
      );
      refusal = await reproduce(operator, { version: 1 }, silent).catch((error: unknown) => error);
    },
  };

  beforeAll(async () => {
    const { data, stop } = await run({
      root,
      app: 'tsx test/fixtures/tiny-training-app.ts',
      checkpoints: [...story.filter(({ id }) => id === 'deploy'), training],
      progress: () => undefined,
      output: silent,
    });
    await stop();
    expect(data.checkpoints.map(({ id, status, error }) => ({ id, status, error }))).toEqual(
      ['deploy', 'reproduce'].map((id) => ({ id, status: 'passed', error: undefined })),
    );
  }, 600_000);

  it('is the same model, although one of its files has a newer version', () => {
    expect(repeated?.comparisons.filter((one) => !one.same)).toEqual([]);
    expect(repeated?.comparisons.map((one) => one.what)).toEqual([
      'steps run anew',
      'data read',
      'code',
      'hyperparameters',
      'model archive (bit for bit the same archive)',
      'window',
      'binary classification metrics',
      'business',
      'by month',
      'by airport',
      'live',
    ]);
    expect(repeated?.reproduced).toBe(true);
  });

  it('leaves a copy that nobody is asked to approve', () => {
    expect(copyIs).toBe('Rejected');
  });

  it('is refused once a version of its data is gone, by name', () => {
    expect(String(refusal)).toMatch(
      /1 of 3 files are gone in the version that was read, such as curated\/flights\/airport=JFK\/month=2013-01\/2013-01\.csv\.gz \(version /,
    );
  });
});
