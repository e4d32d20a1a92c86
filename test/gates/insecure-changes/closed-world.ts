import { list } from '../template';
import { add, drop, type InsecureChange, inner, propertiesOf, resource } from './insecure-change';

/** What no rule about a known mistake would find: it is on no list. */
export const closedWorld: readonly InsecureChange[] = [
  {
    name: 'a subscription sends notifications elsewhere',
    why: 'Whoever receives releases and alarms knows what serves and what fails.',
    check: 'closed-world',
    apply: (templates) =>
      add(templates, 'Serving', 'Copy', {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: { Ref: 'NotificationsTopicAE679CBD' },
          Protocol: 'https',
          Endpoint: 'https://collector.example.com',
        },
      }),
  },
  {
    name: 'the capture bucket is copied to another account',
    why: 'Requests and predictions leave by a property that nobody reads.',
    check: 'closed-world',
    apply: (templates) => {
      propertiesOf(templates, 'DataLake', 'CaptureBucket', 'AWS::S3::Bucket').ReplicationConfiguration = {
        Role: 'arn:aws:iam::999988887777:role/copy',
        Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }],
      };
    },
  },
  {
    name: 'the smoke test asks for no agreement',
    why: 'A model that predicts anything passes its release.',
    check: 'closed-world',
    apply: (templates) => {
      const variables = inner(
        propertiesOf(templates, 'Release', 'SmokeTestFunction', 'AWS::Lambda::Function'),
        'Environment',
        'Variables',
      );
      variables.MINIMUM_CONCORDANCE = '0';
    },
  },
  {
    name: 'an alarm exists only while a model is approved',
    why: 'A condition switches a protection off, and the template still shows it.',
    check: 'closed-world',
    apply: (templates) => {
      resource(templates, 'Monitoring', 'SecurityAlarmsDeniedCalls', 'AWS::CloudWatch::Alarm').Condition =
        'MonthlyBudgetRegionHasBudgets019E4BAA';
    },
  },
  {
    name: 'an output gives the key of operations for the key of data',
    why: 'Every other stack encrypts data with a key that readers of logs may use.',
    check: 'closed-world-sections',
    apply: (templates) => {
      const { Outputs = {} } = templates.Foundation;
      const name = Object.keys(Outputs).find((one) => one.startsWith('ExportsOutputFnGetAttKeysData')) ?? '';
      const other = Object.values(Outputs).find(({ Value }) => JSON.stringify(Value).includes('KeysOperations'));
      inner(Outputs, name).Value = other?.Value ?? null;
    },
  },
  {
    name: 'a bucket loses its policy',
    why: 'It takes plain HTTP and other keys.',
    check: 'closed-world-protections',
    apply: ({ DataLake }) => drop(DataLake.Resources as never, 'RawBucketPolicy7F2892FE'),
  },
  {
    name: 'a dead-letter queue has no alarm',
    why: 'What was not delivered waits there until it expires.',
    check: 'closed-world-protections',
    apply: ({ Monitoring }) => {
      const found = Object.entries(Monitoring.Resources).find(([id]) => id.startsWith('AlarmsIngestDeadLetters'));
      drop(Monitoring.Resources as never, found?.[0] ?? '');
    },
  },
  {
    name: "an artifact's address is in another account",
    why: 'What a job reads decides what it does.',
    check: 'closed-world-addresses',
    apply: (templates) => {
      const bucket = propertiesOf(templates, 'DataLake', 'RawBucket', 'AWS::S3::Bucket');
      inner(bucket, 'Tags', list(bucket.Tags).length - 1).Value = 's3://elsewhere/model.tar.gz';
    },
  },
];
