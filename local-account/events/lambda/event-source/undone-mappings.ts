import { AwsError } from '../../../platform';
import type { MappingInput } from './settings';

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== 0 && value !== '';

/** Members of other sources, and what would change how records are read and is not done here. */
const MEMBERS = [
  'TumblingWindowInSeconds',
  'Topics',
  'Queues',
  'SourceAccessConfigurations',
  'SelfManagedEventSource',
  'AmazonManagedKafkaEventSourceConfig',
  'SelfManagedKafkaEventSourceConfig',
  'ScalingConfig',
  'DocumentDBEventSourceConfig',
  'KMSKeyArn',
  'MetricsConfig',
  'ProvisionedPollerConfig',
];

export function refuseUndoneMapping(input: MappingInput): void {
  const refuse = (what: string): never => {
    throw new AwsError('UnsupportedOperation', `lambda: ${what} is not supported by the local account`);
  };
  for (const member of MEMBERS) if (isSet(input[member])) refuse(`${member} of an event source mapping`);
  if (isSet(input.DestinationConfig?.OnSuccess)) refuse('DestinationConfig.OnSuccess of an event source mapping');
  const { EventSourceArn: source } = input;
  if (source !== undefined && !/^arn:[^:]+:kinesis:[^:]*:\d+:stream\/[^/]+$/.test(source))
    refuse(`an event source mapping of ${source}`);
  const destination = input.DestinationConfig?.OnFailure?.Destination;
  if (destination && !['sqs', 'sns', 's3'].includes(destination.split(':')[2]))
    refuse(`the destination ${destination} of an event source mapping`);
}
