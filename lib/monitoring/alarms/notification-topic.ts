import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

import { answers } from '../../shared/blueprint/answers';

export interface NotificationTopicProps {
  readonly operationsKey: kms.IKey;
  /** @default nobody: subscribe by hand. */
  readonly email?: string;
}

/**
 * The one topic for people: alarms, releases, batch runs, the budget. Encrypted, TLS only. It belongs to the first
 * stack that has something to say.
 */
export class NotificationTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: NotificationTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'Machine-learning workflow',
      masterKey: props.operationsKey,
      // Refuses publishers that come without TLS.
      enforceSSL: true,
    });
    const services = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com', 'costalerts.amazonaws.com'].map(
      (name) => new iam.ServicePrincipal(name),
    );
    // An encrypted topic needs its publishers on the key as well; the operations key names the same services.
    // AWS: cost/topics-admit-their-senders
    // Our own machines publish by their roles. AWS services that publish for us are named here, and only for this
    // account.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsAndBudgets',
        principals: services,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
    answers(this.topic, 'MON-01', 'STAGE-08', 'SECCHK-04');
  }
}
