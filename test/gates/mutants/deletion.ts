import { drop, type Mutant, resource } from './mutant';

export const deletion: readonly Mutant[] = [
  {
    name: 'the raw bucket stays when its stack goes',
    why: 'Data that nobody looks after, and a bill.',
    gate: 'deletion-as-decided',
    mutate: (templates) =>
      void (resource(templates, 'DataLake', 'RawBucket', 'AWS::S3::Bucket').DeletionPolicy = 'Retain'),
  },
  {
    name: 'the data key stays when its stack goes',
    why: 'A dollar a month forever.',
    gate: 'deletion-as-decided',
    mutate: (templates) =>
      drop(resource(templates, 'Foundation', 'KeysData', 'AWS::KMS::Key') as never, 'DeletionPolicy'),
  },
  {
    name: 'a replaced queue stays',
    why: 'An update leaves what it replaces.',
    gate: 'deletion-as-decided',
    mutate: (templates) =>
      void (resource(templates, 'Release', 'DeadLettersQueue', 'AWS::SQS::Queue').UpdateReplacePolicy = 'Retain'),
  },
  {
    name: 'the endpoint stays when its stack goes',
    why: 'Two instances, by the hour.',
    gate: 'deletion-as-decided',
    mutate: (templates) =>
      void (resource(templates, 'Serving', 'LiveEndpoint', 'AWS::SageMaker::Endpoint').DeletionPolicy = 'Retain'),
  },
  {
    name: 'a bucket is not emptied',
    why: 'The deletion fails half-way.',
    gate: 'buckets-are-emptied',
    mutate: (templates) => {
      const { Resources } = templates.DataLake;
      const id = Object.keys(Resources).find((one) => one.startsWith('CaptureBucketAutoDelete'));
      if (id === undefined) throw new Error('the capture bucket is not emptied: the mutant is out of date');
      delete Resources[id];
    },
  },
];
