import type { Templates } from '../template';
import { drop, grant, type InsecureChange, inner, propertiesOf } from './insecure-change';

const of = (templates: Templates, id: string, type: string) => propertiesOf(templates, 'Features', id, type);
const mapping = (templates: Templates) => of(templates, 'TrackingMapping', 'AWS::Lambda::EventSourceMapping');
const configuration = 'streaming' as const;

export const streaming: readonly InsecureChange[] = [
  {
    name: "the stream is encrypted with AWS's key",
    why: 'No policy of ours is between a reader and the events.',
    check: 'encrypted-with-our-keys',
    configuration,
    apply: (templates) =>
      void (inner(of(templates, 'DeparturesStream', 'AWS::Kinesis::Stream'), 'StreamEncryption').KeyId =
        'alias/aws/kinesis'),
  },
  {
    name: 'the online store has no key',
    why: 'Who may call the store may read it.',
    check: 'encrypted-with-our-keys',
    configuration,
    apply: (templates) =>
      drop(
        inner(of(templates, 'AirportStateGroup', 'AWS::SageMaker::FeatureGroup'), 'OnlineStoreConfig'),
        'SecurityConfig',
      ),
  },
  {
    name: 'the table of flights stays when its stack goes',
    why: 'A sandbox that was destroyed goes on costing, and keeps its data.',
    check: 'deletion-as-decided',
    configuration,
    apply: (templates) => {
      const table = Object.entries(templates.Features?.Resources ?? {}).find(([id]) =>
        id.startsWith('FlightsTable'),
      )?.[1];
      if (table === undefined) throw new Error('no table of flights: this insecure change is out of date');
      table.DeletionPolicy = 'Retain';
    },
  },
  {
    name: 'the consumer retries without end',
    why: 'One poison record stops its shard for a day.',
    check: 'streams-not-blocked',
    configuration,
    apply: (templates) => drop(mapping(templates), 'MaximumRetryAttempts'),
  },
  {
    name: 'the consumer forgets what it gives up',
    why: 'Events are lost, and no alarm says so.',
    check: 'streams-not-blocked',
    configuration,
    apply: (templates) => drop(mapping(templates), 'DestinationConfig'),
  },
  {
    name: 'Firehose may be used for another account',
    why: 'The service acts for every customer.',
    check: 'trusts-own-account',
    configuration,
    apply: (templates) => {
      const role = of(templates, 'LakeDeliveryRole', 'AWS::IAM::Role');
      drop(inner(role, 'AssumeRolePolicyDocument', 'Statement', 0), 'Condition');
    },
  },
  {
    name: 'the consumer may do anything with any table',
    why: 'A fault of its code reaches the data of every other workload.',
    check: 'nag',
    configuration,
    apply: (templates) => grant(templates, 'Features', 'TrackingTrackRole', { Action: 'dynamodb:*', Resource: '*' }),
  },
];
