import { drop, type InsecureChange, resource } from './insecure-change';

export const deletion: readonly InsecureChange[] = [
  {
    name: 'the raw bucket stays when its stack goes',
    why: 'Data that nobody looks after, and a bill.',
    check: 'deletion-as-decided',
    apply: (templates) =>
      void (resource(templates, 'DataLake', 'RawBucket', 'AWS::S3::Bucket').DeletionPolicy = 'Retain'),
  },
  {
    name: 'the data key stays when its stack goes',
    why: 'A dollar a month forever.',
    check: 'deletion-as-decided',
    apply: (templates) =>
      drop(resource(templates, 'Foundation', 'KeysData', 'AWS::KMS::Key') as never, 'DeletionPolicy'),
  },
  {
    name: 'a replaced queue stays',
    why: 'An update leaves what it replaces.',
    check: 'deletion-as-decided',
    apply: (templates) =>
      void (resource(templates, 'Release', 'DeadLettersQueue', 'AWS::SQS::Queue').UpdateReplacePolicy = 'Retain'),
  },
  {
    name: 'the endpoint stays when its stack goes',
    why: 'Two instances, by the hour.',
    check: 'deletion-as-decided',
    apply: (templates) =>
      void (resource(templates, 'Serving', 'LiveEndpoint', 'AWS::SageMaker::Endpoint').DeletionPolicy = 'Retain'),
  },
  {
    name: 'a bucket is not emptied',
    why: 'The deletion fails half-way.',
    check: 'buckets-are-emptied',
    apply: (templates) => {
      const { Resources } = templates.DataLake;
      const id = Object.keys(Resources).find((one) => one.startsWith('CaptureBucketAutoDelete'));
      if (id === undefined) throw new Error('the capture bucket is not emptied: this insecure change is out of date');
      delete Resources[id];
    },
  },
];
