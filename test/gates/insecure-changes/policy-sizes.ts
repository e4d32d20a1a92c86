import { grant, type InsecureChange, inner, open, propertiesOf } from './insecure-change';

const names = (count: number) => Array.from({ length: count }, (_, index) => `name-${String(index).padStart(3, '0')}`);

export const policySizes: readonly InsecureChange[] = [
  {
    name: 'a role reads a hundred more buckets, each by its name',
    why: 'IAM refuses the role, and the deployment rolls back.',
    check: 'inline-policies-fit-their-role',
    apply: (templates) =>
      grant(templates, 'Serving', 'ModelRole', {
        Action: 's3:GetObject',
        Resource: names(100).map(
          (name) => `arn:aws:s3:::${name}-with-a-name-of-sixty-three-characters-at-the-most-000000/*`,
        ),
      }),
  },
  {
    name: 'ten more rules may write to the dead-letter queue, each by a statement of its own',
    why: 'SQS refuses the eleventh condition, and the stack cannot be updated.',
    check: 'queue-policies-fit-sqs',
    apply: (templates) => {
      const queue = propertiesOf(templates, 'Release', 'DeadLettersQueuePolicy', 'AWS::SQS::QueuePolicy');
      for (const name of names(10))
        open(inner(queue, 'PolicyDocument'), {
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Resource: '*',
          Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:eu-central-1:111122223333:rule/${name}` } },
        });
    },
  },
];
