import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

import { covers } from '../../shared/blueprint/covers';

export interface NotificationTopicProps {
  readonly operationsKey: kms.IKey;
  /** @default no subscription: subscribe by hand */
  readonly email?: string;
}

/**
 * The only notification topic: alarms, releases, batch runs, the budget. It is encrypted and accepts TLS only. It is part
 * of the first stack that publishes to it.
 */
export class NotificationTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: NotificationTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'Machine-learning workflow',
      masterKey: props.operationsKey,
      // Refuses to publish without TLS.
      enforceSSL: true,
    });
    const services = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com', 'costalerts.amazonaws.com'].map(
      (name) => new iam.ServicePrincipal(name),
    );
    // Publishers to an encrypted topic also need the key; the operations key allows the same services.
    // AWS: cost/topics-admit-their-senders
    // Our own state machines publish with their roles. AWS services that publish on our behalf are listed here, for this
    // account only.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowAwsServicesToPublish',
        principals: services,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
    covers(this.topic, 'MON-01', 'STAGE-08', 'SECCHK-04');
  }
}
