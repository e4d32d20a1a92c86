import { grant, inner, type Mutant, open, propertiesOf } from './mutant';

const names = (count: number) => Array.from({ length: count }, (_, index) => `name-${String(index).padStart(3, '0')}`);

export const policySizes: readonly Mutant[] = [
  {
    name: 'a role reads a hundred more buckets, each by its name',
    why: 'IAM refuses the role, and the deployment rolls back.',
    gate: 'inline-policies-fit-their-role',
    mutate: (templates) =>
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
    gate: 'queue-policies-fit-sqs',
    mutate: (templates) => {
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
