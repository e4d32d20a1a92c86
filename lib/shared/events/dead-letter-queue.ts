import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { acknowledge } from '../security/acknowledge';
import type { WorkflowContext } from '../stack/workflow-context';

/**
 * Where an event goes that could not be delivered. Without it EventBridge drops the event after its retries, and nobody
 * learns that an approval or an alarm was lost. An alarm watches the queue's depth.
 */
export class DeadLetterQueue extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string, { context }: { readonly context: WorkflowContext }) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: context.operationsKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(context.configuration.retention.deadLetterDays),
    });
    acknowledge(this.queue, 'EV-022', 'SQSRedrivePolicy', ['Serverless'], 'This queue is the dead-letter queue.');
  }

  /** Lets the account's own rules, named by ARN, put what they could not deliver. */
  acceptFrom(ruleArn: string): void {
    this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        // The rule's ARN holds the account ("Using dead-letter queues to process undelivered events").
        conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      }),
    );
  }
}
