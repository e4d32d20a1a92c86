import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { acknowledge } from '../security/acknowledge';
import type { WorkflowContext } from '../stack/workflow-context';

/**
 * Keeps events that could not be delivered. Without it, EventBridge drops such an event after its retries, and nobody
 * notices that an approval or an alarm was lost. An alarm watches the number of messages.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
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

  /** Lets one EventBridge rule send the events that it could not deliver. */
  acceptFrom(ruleArn: string): void {
    this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        // The rule's ARN contains the account, so no other account's rule matches.
        conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      }),
    );
  }
}
