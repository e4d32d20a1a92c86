import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';

/**
 * Where an asynchronous endpoint tells that an answer is there, or that there will be none. They are for who asked, not
 * for people on call, who would get a message for each request: those hear of failures by an alarm. The model's role
 * publishes; nobody else is named.
 */
export class AsynchronousTopics extends Construct {
  readonly success: sns.Topic;
  readonly error: sns.Topic;

  constructor(scope: Construct, id: string, props: { readonly operationsKey: kms.IKey }) {
    super(scope, id);
    const shared = { masterKey: props.operationsKey, enforceSSL: true };
    this.success = new sns.Topic(this, 'Success', { ...shared, displayName: 'Predictions that are there' });
    this.error = new sns.Topic(this, 'Error', { ...shared, displayName: 'Predictions that failed' });
    answers(this, 'DEPLOY-04');
  }
}
