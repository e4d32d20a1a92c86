import type { Handling } from './handling';

export const s3: readonly Handling[] = [
  {
    id: 's3/folders-are-empty-objects',
    enforcedBy: [
      'lib/shared/events/object-arrival.ts',
      'lib/serving/batch-state-machine/input.ts',
      'lambda/stage-batch-input/stage.ts',
      'lambda/curate-object/handler.ts',
      'lambda/write-ground-truth/handler.ts',
    ],
    tests: [
      { file: 'test/lib/shared/events/object-arrival.test.ts', title: 'is not %s' },
      { file: 'test/lib/serving/batch-scoring-definition.test.ts', title: 'starts nothing for the folder %s itself' },
      {
        file: 'test/lambda/stage-batch-input.test.ts',
        title:
          'is every file of a day, also of its folders, each under a name of its own; folders made by hand and empty files are none',
      },
    ],
  },
  {
    id: 's3/named-algorithm-leaves-default-key',
    enforcedBy: ['lib/data-lake/workflow-bucket.ts'],
    tests: [],
  },
  {
    id: 's3/checkpoints-have-no-key-parameter',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        'The policy of the artifacts bucket accepts a checkpoint with any header that names no key, so that a training works under either reading.',
      watch: 'The encryption of an object below pipeline/<execution>/checkpoints/ after the first training.',
      ifWrong: 'HeadObject shows the key aws/s3 there: then checkpoints are not under the data key.',
      change:
        'If checkpoints have the data key, remove writesWithoutKey of the artifacts bucket in lib/data-lake/data-lake-stack.ts.',
    },
  },
  {
    id: 's3/events-come-late-and-twice',
    enforcedBy: ['lambda/curate-object/deliver.ts'],
    tests: [
      {
        file: 'test/lambda/curate-delivery.test.ts',
        title: 'under its own name again, or an event that comes twice, changes nothing',
      },
      {
        file: 'test/lambda/curate-delivery.test.ts',
        title: 'whose file is overwritten during the validation leaves the newest rows',
      },
    ],
  },
  {
    id: 's3/versioning-takes-minutes',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        'Nothing waits: the buckets are made by the second of six stacks, and the first data are written after the last one, which is a quarter of an hour in practice. The functions that read new objects are tried again.',
      watch: 'The first `ingest` into buckets that were deployed less than fifteen minutes ago.',
      ifWrong:
        'The function that curates ends in NoSuchKey for an object that is there, and its event is in the dead-letter queue.',
      change:
        'Redrive the dead-letter queue (docs/runbooks/dead-letters.md); in operator/commands/doctor.ts, warn while a bucket is younger than that.',
    },
  },
];
