import type { AllowedTypes } from './allowed-type';
import { metricFilters } from './metric-filters';
import { operationsKey, prefix, problem, tags } from './references';
import { either, like, only, optional, own } from './rules';

/** AWS's own list. At least two weeks: an incident is found days after it began. At most five years. */
const retention = only(14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827);

/** Names that a service chooses or that a role is written for. */
const names = either(
  like(new RegExp(`/aws/vendedlogs/states/${prefix}-[a-z-]+`)),
  like(new RegExp(`/aws/sagemaker/Endpoints/${prefix}-${problem}(-serverless|-asynchronous)?`)),
  like(new RegExp(`/aws-glue/${prefix}-[a-z-]+/(output|error)`)),
  like(new RegExp(`/aws/(codebuild|kinesisfirehose)/${prefix}-[a-z-]+`)),
);

export const logs: AllowedTypes = {
  'AWS::Logs::LogGroup': {
    why: 'Of each function, state machine, endpoint, build and delivery: encrypted and with an end.',
    stacks: ['Foundation', 'DataLake', 'Serving', 'Training', 'Release', 'Monitoring', 'Features'],
    deletion: 'Delete',
    properties: { KmsKeyId: operationsKey, RetentionInDays: retention, LogGroupName: optional(names), Tags: tags },
  },
  'AWS::Logs::LogStream': {
    why: 'Firehose writes its errors to a stream that exists.',
    stacks: ['Features'],
    deletion: 'Delete',
    properties: { LogGroupName: own('Logs::LogGroup', ''), LogStreamName: only('lake') },
  },
  'AWS::Logs::MetricFilter': {
    why: 'Counts errors and what the trail must not show. The patterns are in metric-filters.ts.',
    stacks: ['Foundation', 'DataLake', 'Serving', 'Training', 'Release', 'Monitoring', 'Features'],
    properties: metricFilters,
  },
};
