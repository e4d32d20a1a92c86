import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { acknowledge } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';

/**
 * Departures as they happen (DATA-04: when streaming pays; FLOWCHK-03: batch, streaming or real time). Two readers get each record: the consumer, which
 * keeps the state of each airport, and Firehose, which keeps the records. Provisioned shards: a known, small rate costs
 * a third of what on-demand capacity does (docs/decisions/0011).
 * https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
 */
export class DepartureStream extends Construct {
  readonly stream: kinesis.Stream;

  constructor(scope: Construct, id: string, { context }: { readonly context: WorkflowContext }) {
    super(scope, id);
    const { streaming } = context.configuration;
    this.stream = new kinesis.Stream(this, 'Stream', {
      streamMode: kinesis.StreamMode.PROVISIONED,
      shardCount: streaming.shards,
      retentionPeriod: Duration.hours(streaming.retentionHours),
      encryption: kinesis.StreamEncryption.KMS,
      encryptionKey: context.dataKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(this.stream, 'EV-029', 'KDS3', ['AwsSolutions'], 'The key is ours, so that its policy is, too.');
    covers(this, 'DATA-04', 'FLOWCHK-03');
  }
}
