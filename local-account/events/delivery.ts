import { SageMakerClient, StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { AwsError, type ConditionContext, type Platform, type Principal } from '../platform';

/** A function that can be invoked asynchronously. */
export interface FunctionInvoker {
  invokeAsync(functionArn: string, payload: string): Promise<void>;
}

export interface Recipient {
  readonly arn: string;
  /** For targets that are called by API. */
  readonly roleArn?: string;
  readonly pipelineParameters?: readonly { readonly Name: string; readonly Value: string }[];
}

/** For whom they act is not in the key's context: a source condition on the key is never met. */
const usesKeysWithoutSource: ReadonlySet<string> = new Set(['events.amazonaws.com', 'cloudwatch.amazonaws.com']);

/**
 * How an AWS service (EventBridge, CloudWatch, Lambda) reaches a recipient: functions, topics and queues by their
 * resource policy, state machines and pipelines by a role. Each way is authorized before anything is sent.
 */
export class Delivery {
  constructor(
    private readonly platform: Platform,
    private readonly functions: FunctionInvoker,
  ) {}

  async deliver(service: string, sourceArn: string, to: Recipient, payload: string): Promise<void> {
    const kind = to.arn.split(':')[2];
    switch (kind) {
      case 'lambda':
        this.authorize(service, sourceArn, 'lambda:InvokeFunction', to.arn);
        return this.functions.invokeAsync(to.arn, payload);
      case 'sns':
        return this.publish(service, sourceArn, to.arn, payload);
      case 'sqs':
        return this.send(service, sourceArn, to.arn, payload, {});
      case 'states':
        return this.startExecution(service, sourceArn, to, payload);
      case 'sagemaker':
        return this.startPipeline(service, sourceArn, to);
      default:
        throw new AwsError(
          'ValidationException',
          `Deliveries to ${kind ?? 'that service'} (${to.arn}) are not supported by the local account`,
        );
    }
  }

  async publish(
    service: string,
    sourceArn: string,
    topicArn: string,
    message: string,
    subject?: string,
  ): Promise<void> {
    this.authorize(service, sourceArn, 'sns:Publish', topicArn);
    const client = new SNSClient(this.configuration());
    try {
      const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
      this.useKey(service, sourceArn, Attributes?.KmsMasterKeyId, {
        'kms:EncryptionContext:aws:sns:topicArn': topicArn,
      });
      await client.send(new PublishCommand({ TopicArn: topicArn, Message: message, Subject: subject }));
    } finally {
      client.destroy();
    }
  }

  async send(
    service: string,
    sourceArn: string,
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.authorize(service, sourceArn, 'sqs:SendMessage', queueArn);
    const client = new SQSClient(this.configuration());
    const QueueUrl = `${this.platform.endpoint}/${this.platform.accountId}/${queueArn.split(':').pop() ?? ''}`;
    try {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['KmsMasterKeyId'] }),
      );
      this.useKey(service, sourceArn, Attributes?.KmsMasterKeyId, { 'kms:EncryptionContext:aws:sqs:arn': queueArn });
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      );
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    } finally {
      client.destroy();
    }
  }

  private async startExecution(service: string, sourceArn: string, to: Recipient, payload: string): Promise<void> {
    const client = new SFNClient({ ...this.configuration(), credentials: await this.assume(service, sourceArn, to) });
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn: to.arn, input: payload }));
    } finally {
      client.destroy();
    }
  }

  private async startPipeline(service: string, sourceArn: string, to: Recipient): Promise<void> {
    const client = new SageMakerClient({
      ...this.configuration(),
      credentials: await this.assume(service, sourceArn, to),
    });
    try {
      await client.send(
        new StartPipelineExecutionCommand({
          PipelineName: to.arn.split('/').pop(),
          PipelineParameters: to.pipelineParameters?.map((parameter) => ({ ...parameter })),
        }),
      );
    } finally {
      client.destroy();
    }
  }

  private assume(service: string, sourceArn: string, to: Recipient) {
    // PutTargets has seen to it.
    if (!to.roleArn) throw new Error(`${to.arn} has no role`);
    return this.platform.assumeRole(service, to.roleArn, service.split('.')[0] ?? service, sourceArn);
  }

  /** With a customer's key the service itself must be allowed to use it; the default keys of AWS let it. */
  private useKey(service: string, sourceArn: string, key: string | undefined, context: ConditionContext): void {
    if (!key || key.startsWith('alias/aws/')) return;
    const { partition, region, accountId } = this.platform;
    const resource = key.startsWith('arn:') ? key : `arn:${partition}:kms:${region}:${accountId}:key/${key}`;
    // AWS: kms/no-source-keys-for-rules-and-alarms
    const source = usesKeysWithoutSource.has(service) ? {} : this.source(sourceArn);
    const principal: Principal = { kind: 'service', service, ...source };
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
      this.platform.authorize('delivery', { principal, action, resource, context });
  }

  private authorize(service: string, sourceArn: string, action: string, resource: string): void {
    this.platform.authorize('delivery', {
      principal: { kind: 'service', service, ...this.source(sourceArn) },
      action,
      resource,
    });
  }

  private source(sourceArn: string) {
    return { sourceArn, sourceAccount: this.platform.accountId };
  }

  private configuration() {
    const { endpoint, region, internalCredentials } = this.platform;
    return { endpoint, region, credentials: internalCredentials, maxAttempts: 1 };
  }
}
