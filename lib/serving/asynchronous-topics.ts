import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';

/**
 * The topics on which an asynchronous endpoint notifies callers of each prediction or failure (DEPLOY-04: large
 * payloads or long processing). People on call do not subscribe, since they would get a message for each request; an
 * alarm notifies them of failures. The model's role publishes, and the topic policy names nobody else.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-check-predictions.html
 */
export class AsynchronousTopics extends Construct {
  readonly success: sns.Topic;
  readonly error: sns.Topic;

  constructor(scope: Construct, id: string, props: { readonly operationsKey: kms.IKey }) {
    super(scope, id);
    const shared = { masterKey: props.operationsKey, enforceSSL: true };
    this.success = new sns.Topic(this, 'Success', { ...shared, displayName: 'Predictions available' });
    this.error = new sns.Topic(this, 'Error', { ...shared, displayName: 'Predictions failed' });
    covers(this, 'DEPLOY-04');
  }
}
