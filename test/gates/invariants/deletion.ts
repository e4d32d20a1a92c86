import { allResources, resourcesOf, text } from '../template';
import { type Invariant, place } from './invariant';

/**
 * Types whose policy is written out, because CDK's or CloudFormation's default would be another. All are decided as
 * Delete: a sandbox leaves nothing.
 */
const decided = [
  'AWS::Athena::WorkGroup',
  'AWS::CloudTrail::Trail',
  'AWS::ECR::Repository',
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::Logs::LogStream',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SageMaker::FeatureGroup',
  'Custom::RemoveOnDelete',
  'Custom::S3AutoDeleteObjects',
  'Custom::StateParameter',
];

export const deletion: readonly Invariant[] = [
  {
    name: 'deletion-as-decided',
    why: 'What stays behind costs money and holds data that nobody looks after.',
    check: (templates) =>
      allResources(templates).flatMap((one) => {
        const { Type, DeletionPolicy, UpdateReplacePolicy } = one.resource;
        const expected = decided.includes(Type) ? 'Delete' : undefined;
        return DeletionPolicy === expected && UpdateReplacePolicy === expected
          ? []
          : [
              {
                place: place(one),
                problem: `${Type}: DeletionPolicy ${DeletionPolicy ?? 'none'}, UpdateReplacePolicy ${UpdateReplacePolicy ?? 'none'}; decided is ${expected ?? 'none'} for both`,
              },
            ];
      }),
  },
  {
    name: 'buckets-are-emptied',
    why: 'CloudFormation cannot delete a bucket that holds objects: the deletion of the stack would fail half-way.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::S3::Bucket')
        .filter(
          ({ stack, id }) =>
            !resourcesOf({ [stack]: templates[stack] }, 'Custom::S3AutoDeleteObjects').some((one) =>
              text(one.properties.BucketName).includes(`"${id}"`),
            ),
        )
        .map((one) => ({ place: place(one), problem: 'is not emptied when its stack is deleted' })),
  },
  {
    name: 'keys-wait-before-deletion',
    why: "A key that is gone takes all data with it; KMS's shortest wait is a week.",
    check: (templates) =>
      resourcesOf(templates, 'AWS::KMS::Key').flatMap((one) => [
        ...(Number(one.properties.PendingWindowInDays) >= 7
          ? []
          : [{ place: place(one), problem: 'does not say how long it waits before it is deleted' }]),
        ...(one.properties.EnableKeyRotation === true ? [] : [{ place: place(one), problem: 'is not rotated' }]),
        ...(one.properties.MultiRegion === true || one.properties.Enabled === false
          ? [{ place: place(one), problem: 'is in other regions, or off' }]
          : []),
      ]),
  },
];
