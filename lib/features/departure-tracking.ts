import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { keyThroughService } from '../shared/iam/key-statements';
import { acknowledge } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { FlightRows } from './flight-rows';

export interface DepartureTrackingProps {
  readonly context: WorkflowContext;
  readonly stream: kinesis.Stream;
  readonly flights: FlightRows;
}

/**
 * The consumer: a function that Lambda calls with records of the stream, and that writes what they say of each flight.
 * A call that fails is repeated from the record at which it failed; a batch that keeps failing is halved until the
 * record at fault is alone, and given up after some attempts, so that one record cannot stop a shard.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
 */
export class DepartureTracking extends Construct {
  readonly refused: DeadLetterQueue;
  readonly functionName: string;

  constructor(scope: Construct, id: string, { context, stream, flights }: DepartureTrackingProps) {
    super(scope, id);
    const { streaming } = context.configuration;
    const { consumer, retries } = streaming;
    this.refused = new DeadLetterQueue(this, 'Refused', { context });
    const { queue } = this.refused;
    const track = new WorkflowFunction(this, 'Track', {
      name: 'track-departures',
      description: 'Keeps what the stream says of each flight.',
      timeout: Duration.minutes(1),
      environment: {
        AIRPORTS: context.problem.source.values.join(','),
        FLIGHT_TABLE: flights.table.ref,
        KEPT_HOURS: String(streaming.flightHours),
        REFUSED_QUEUE_URL: queue.queueUrl,
      },
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadStream',
          actions: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
          resources: [stream.streamArn],
        }),
        keyThroughService(this, 'kinesis', context.dataKey, { sid: 'DecryptStream', actions: ['kms:Decrypt'] }),
        new iam.PolicyStatement({
          sid: 'WriteFlights',
          actions: ['dynamodb:UpdateItem'],
          resources: [flights.table.attrArn],
        }),
        // DynamoDB decrypts the table's key as who writes.
        keyThroughService(this, 'dynamodb', context.dataKey, { sid: 'UseTableKey', actions: ['kms:Decrypt'] }),
        new iam.PolicyStatement({
          sid: 'SendRefused',
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
        }),
        keyThroughService(this, 'sqs', context.operationsKey, {
          sid: 'EncryptRefused',
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        }),
      ],
      context,
    });
    this.functionName = track.function.functionName;
    const mapping = new lambda.CfnEventSourceMapping(this, 'Mapping', {
      functionName: track.function.functionName,
      eventSourceArn: stream.streamArn,
      // From the oldest record that the stream has: none is lost between stream and mapping.
      startingPosition: 'TRIM_HORIZON',
      batchSize: consumer.batchSize,
      // Records of one partition key, the flight, stay in order however many calls there are at once.
      parallelizationFactor: consumer.callsPerShard,
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: retries.attempts,
      maximumRecordAgeInSeconds: retries.maximumAgeMinutes * 60,
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    // Not named as a redrive target of another queue, so one pack takes it for an ordinary queue.
    acknowledge(queue, 'EV-022', 'SQS3', ['AwsSolutions'], 'This queue is the dead-letter queue.');
    // Lambda asks whether the role may read and send when the mapping is made.
    mapping.node.addDependency(track.role);
    covers(this, 'DATA-04', 'SVC-12');
  }
}
