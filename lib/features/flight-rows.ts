import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { acknowledge } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';

/**
 * What is known of each flight: one item, found by airport and flight, or by airport and schedule. Its conditional
 * writes are what makes a stream that delivers at least once count once. On demand: an idle table costs nothing.
 *
 * No point-in-time recovery: the items live for two days and the stream and the lake have every event that made them.
 * A table with recovery also leaves a backup for 35 days when it is deleted.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
 */
// AWS: dynamodb/backups-outlive-tables
export class FlightRows extends Construct {
  readonly table: dynamodb.CfnTable;
  readonly scheduleIndex = 'by-schedule';

  constructor(scope: Construct, id: string, { context }: { readonly context: WorkflowContext }) {
    super(scope, id);
    const key = (attributeName: string, keyType: 'HASH' | 'RANGE') => ({ attributeName, keyType });
    this.table = new dynamodb.CfnTable(this, 'Table', {
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: ['airport', 'flight_id', 'scheduled'].map((attributeName) => ({
        attributeName,
        attributeType: 'S',
      })),
      keySchema: [key('airport', 'HASH'), key('flight_id', 'RANGE')],
      // A local index can be read consistently: what the consumer has acknowledged counts at the next moment.
      localSecondaryIndexes: [
        {
          indexName: this.scheduleIndex,
          keySchema: [key('airport', 'HASH'), key('scheduled', 'RANGE')],
          projection: { projectionType: 'INCLUDE', nonKeyAttributes: ['delay'] },
        },
      ],
      sseSpecification: { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: context.dataKey.keyArn },
      timeToLiveSpecification: { attributeName: 'expires_at', enabled: true },
    });
    this.table.applyRemovalPolicy(RemovalPolicy.DESTROY);
    acknowledge(
      this.table,
      'EV-031',
      'DynamoDBPITREnabled',
      ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5'],
      'The items are made again from the stream or the lake.',
    );
    acknowledge(
      this.table,
      'EV-031',
      'DDB3',
      ['AwsSolutions'],
      'The items are made again from the stream or the lake.',
    );
    acknowledge(
      this.table,
      'EV-031',
      'DynamoDBInBackupPlan',
      ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5'],
      'The items are made again from the stream or the lake.',
    );
    covers(this, 'PREP-02');
  }
}
