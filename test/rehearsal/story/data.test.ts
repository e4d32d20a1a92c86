import type { CheckpointContext } from '../../../rehearsal/story/checkpoint';
import { ingestMonths } from '../../../rehearsal/story/checkpoints/data';
import { awsError, fakeContext, recordedOutput } from '../../operator/fake-clients';

it('a file that curation refuses fails the checkpoint with the reason and the detail from the quarantine', async () => {
  const entry = { line: 0, reason: 'WRONG_HEADER', detail: 'missing carrier, unknown airline', row: '' };
  const operator = fakeContext({
    PutObjectCommand: { VersionId: 'v1' },
    HeadObjectCommand: ({ Key }: { Key: string }) => {
      if (!Key.startsWith('quarantine')) throw awsError('NotFound', 'NotFound');
      return { Metadata: { 'raw-version': 'v1', refused: 'WRONG_HEADER' } };
    },
    GetObjectCommand: {
      Body: { transformToByteArray: () => Promise.resolve(Buffer.from(`${JSON.stringify(entry)}\n`)) },
    },
  });
  const stage = { operator, output: recordedOutput(), note: () => undefined } as unknown as CheckpointContext;
  await expect(ingestMonths(stage, 'JFK', '2013-01', '2013-02')).rejects.toThrow(
    'raw/flights/JFK/2013-01.csv was refused: WRONG_HEADER (1), such as: missing carrier, unknown airline',
  );
});
