import { readings } from 'local-account/aws-behaviour';
import type { Invariant } from './invariant';

const read = new Set(readings.flatMap(({ subjects }) => subjects));

/** Nobody deploys a resource type of AWS's whose behavior was not read about first. */
export const resourceTypes: readonly Invariant[] = [
  {
    name: 'resource-types-are-documented',
    why: 'A type whose behavior nobody read about may do more than its properties say: each has a reading in local-account/aws-behaviour.',
    check: (templates) => {
      const types = Object.values(templates).flatMap(({ Resources }) =>
        Object.values(Resources).map(({ Type }) => Type),
      );
      return [...new Set(types)]
        .filter((type) => type.startsWith('AWS::') && type !== 'AWS::CDK::Metadata' && !read.has(type))
        .map((type) => ({
          place: type,
          problem: 'has no reading: look up what AWS does beyond the model, and add it to local-account/aws-behaviour',
        }));
    },
  },
];
