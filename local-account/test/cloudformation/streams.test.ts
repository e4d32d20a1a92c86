import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose';
import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListStreamsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { App, CfnOutput, Duration, LegacyStackSynthesizer, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { DeliveryStream, KinesisStreamSource, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { KinesisEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { type RunningCloudFormation, startCloudFormation } from '../../cloudformation/start';
import { VirtualClock } from '../../events/clock';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { Networks } from '../../networks';
import { clientOf, testPlatform } from '../fixtures/test-platform';

/** What CDK's own constructs make of a stream with two consumers, with the permissions that they grant. */
function template(out: string, retention: number): string {
  const app = new App();
  const stack = new Stack(app, 'Streams', { synthesizer: new LegacyStackSynthesizer() });
  const key = new Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
  const stream = new Stream(stack, 'Stream', {
    streamMode: StreamMode.PROVISIONED,
    shardCount: 2,
    retentionPeriod: Duration.hours(retention),
    encryption: StreamEncryption.KMS,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const consumer = new LambdaFunction(stack, 'Consumer', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    environment: { OUT: out },
    code: Code.fromInline(
      "exports.handler = async ({ Records }) => { for (const { kinesis } of Records) require('node:fs').appendFileSync(process.env.OUT, Buffer.from(kinesis.data, 'base64') + '\\n'); };",
    ),
  });
  const queue = new Queue(stack, 'Queue', { removalPolicy: RemovalPolicy.DESTROY });
  consumer.addEventSource(
    new KinesisEventSource(stream, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      retryAttempts: 2,
      onFailure: new SqsDlq(queue),
    }),
  );
  const lake = new Bucket(stack, 'Lake', {
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, 'Delivery', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') });
  const delivery = new DeliveryStream(stack, 'ToLake', {
    source: new KinesisStreamSource(stream),
    destination: new S3Bucket(lake, {
      role,
      bufferingInterval: Duration.seconds(60),
      bufferingSize: Size.mebibytes(1),
      loggingConfig: undefined,
    }),
    role,
  });
  for (const [name, value] of Object.entries({
    StreamName: stream.streamName,
    Function: consumer.functionName,
    LakeName: lake.bucketName,
    DeliveryName: delivery.deliveryStreamName,
  }))
    new CfnOutput(stack, name, { value });
  return JSON.stringify(app.synth().getStackByName('Streams').template);
}

describe('a stack with streams', () => {
  let host: PlatformHost;
  let clock: VirtualClock;
  let running: RunningCloudFormation;
  let events: EventServices;

  beforeAll(async () => {
    clock = new VirtualClock(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    running = await startCloudFormation(host.platform, host.policies, new Networks());
    host.registerService(running.service);
    events = startEvents(host, running.functionEnvironment);
  });

  afterAll(async () => {
    await events.stop();
    running.close();
    clock.stop();
    await host.stop();
  });

  test('is made, reads its stream by both ways with what CDK grants, changes, and goes', async () => {
    const client = clientOf(host);
    const cloudformation = new CloudFormationClient(client);
    const out = join(host.platform.folder, 'consumed');
    const ended = async (): Promise<string> => {
      for (;;) {
        const { Stacks = [] } = await cloudformation
          .send(new DescribeStacksCommand({ StackName: 'Streams' }))
          .catch(() => ({ Stacks: [] }));
        const status = Stacks[0]?.StackStatus ?? 'GONE';
        if (!status.endsWith('IN_PROGRESS')) return status;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const reasons = async () => {
      const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'Streams' }));
      return StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED')).map(
        ({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`,
      );
    };
    const Capabilities = ['CAPABILITY_IAM' as const];
    await cloudformation.send(
      new CreateStackCommand({ StackName: 'Streams', TemplateBody: template(out, 24), Capabilities }),
    );
    expect([await ended(), await reasons()]).toEqual(['CREATE_COMPLETE', []]);
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'Streams' }));
    const outputs = Object.fromEntries(
      (Stacks[0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );

    const kinesis = new KinesisClient(client);
    await kinesis.send(
      new PutRecordCommand({ StreamName: outputs.StreamName, PartitionKey: 'k', Data: Buffer.from('departed') }),
    );
    await clock.advance(65_000);
    expect(readFileSync(out, 'utf8')).toBe('departed\n');
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    expect((await s3.send(new ListObjectsV2Command({ Bucket: outputs.LakeName }))).Contents).toHaveLength(1);
    const firehose = new FirehoseClient(client);
    const { DeliveryStreamDescription } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: outputs.DeliveryName }),
    );
    expect(DeliveryStreamDescription?.DeliveryStreamType).toBe('KinesisStreamAsSource');

    await cloudformation.send(
      new UpdateStackCommand({ StackName: 'Streams', TemplateBody: template(out, 48), Capabilities }),
    );
    expect([await ended(), await reasons()]).toEqual(['UPDATE_COMPLETE', []]);
    const { StreamDescriptionSummary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: outputs.StreamName }),
    );
    expect(StreamDescriptionSummary).toMatchObject({ RetentionPeriodHours: 48, EncryptionType: 'KMS' });

    for (const { Key: name } of (await s3.send(new ListObjectsV2Command({ Bucket: outputs.LakeName }))).Contents ?? [])
      await s3.send(new DeleteObjectCommand({ Bucket: outputs.LakeName, Key: name }));
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Streams' }));
    expect(await ended()).toBe('GONE');
    await clock.advance(2_000);
    expect((await kinesis.send(new ListStreamsCommand({}))).StreamNames).toEqual([]);
    const { EventSourceMappings } = await new LambdaClient(client).send(new ListEventSourceMappingsCommand({}));
    expect(EventSourceMappings).toEqual([]);
    for (const one of [cloudformation, kinesis, firehose, s3]) one.destroy();
  }, 120_000);
});
