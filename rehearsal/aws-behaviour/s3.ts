import type { ServiceLedger } from './behaviour';

const folders = {
  page: 'S3 User Guide: Organizing objects in the Amazon S3 console by using folders',
  url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html',
} as const;

export const s3: ServiceLedger = {
  service: 's3',
  behaviours: [
    {
      id: 's3/folders-are-empty-objects',
      subjects: ['s3:PutObject', 's3:ListObjectsV2', 'AWS::Events::Rule'],
      does: 'A folder that is made in the console is an object of no bytes whose key ends in a slash. It sends an Object Created event and is in the lists of its prefix, like any other object.',
      sources: [folders],
      sure: 'certain',
      enforcedBy: [
        'lib/foundation/object-arrival.ts',
        'lib/serving/batch-scoring-definition.ts',
        'lambda/curate-object/handler.ts',
        'lambda/write-ground-truth/handler.ts',
      ],
      tests: [
        { file: 'test/lib/foundation/object-arrival.test.ts', title: 'is not %s' },
        { file: 'test/lib/serving/batch-scoring-definition.test.ts', title: 'starts nothing for the folder %s itself' },
        { file: 'test/lib/serving/batch-scoring-definition.test.ts', title: 'scores by night what waits in a folder that was made by hand' },
      ],
    },
  ],
  readings: [],
};
