import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAccount, startLocalAccount } from 'local-account/local-account';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { makeClients } from '../../operator/clients';
import { makeContext, type OperatorContext } from '../../operator/context';
import { liveState } from '../../operator/live-state';
import { synthesize } from '../../rehearsal/synth';

const root = resolve(__dirname, '..', '..');
export const minute = 60_000;

/** What was seen of a consumer that was killed. */
export interface KilledConsumer {
  /** Writes that changed a row. */
  readonly written: () => number;
  /** Writes that said nothing new. */
  readonly repeated: () => number;
  /** Calls of the consumer that ended without an answer. */
  readonly failed: () => number;
}

/** A local account with the stream deployed, and what tests ask of it. */
export class StreamAccount {
  readonly folder = mkdtempSync(join(root, '.rehearsal', 'stream-'));
  account!: LocalAccount;
  operator!: OperatorContext;
  private readonly closing: (() => void)[] = [];
  private dynamo!: DynamoDBClient;
  private sqs!: SQSClient;

  /** @param day Its first minute is the account's time when the stacks begin to be deployed. */
  async start(day: string): Promise<void> {
    const environments = { environments: join(root, '.rehearsal'), progress: () => undefined };
    const python = await ensurePython(environments);
    const containerPython = await ensurePython({ ...environments, requirements: containerRequirements });
    const assembly = join(this.folder, 'cdk.out');
    await synthesize({ root, output: assembly, app: 'tsx test/fixtures/stream-app.ts' });
    this.account = await startLocalAccount({
      assembly,
      folder: join(this.folder, 'account'),
      python,
      containerPython,
      startsAt: Date.parse(`${day}T00:00:00Z`),
    });
    // Only what a test moves it by.
    await this.account.deploy(() => undefined);
    await this.account.clock.pause();
    const clients = makeClients(this.account.client);
    this.dynamo = new DynamoDBClient(this.account.client);
    this.sqs = new SQSClient(this.account.client);
    this.closing.push(
      () => clients.destroy(),
      () => this.dynamo.destroy(),
      () => this.sqs.destroy(),
    );
    const { clock } = this.account;
    this.operator = makeContext({
      clients,
      dataFolder: join(root, 'data'),
      pollMilliseconds: 50,
      sleep: (milliseconds) => clock.advance(milliseconds),
      now: async () => new Date(clock.now()),
    });
  }

  async stop(): Promise<void> {
    for (const close of this.closing) close();
    await this.account?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async until(time: string): Promise<void> {
    await this.account.clock.advance(Date.parse(time) - this.account.clock.now());
  }

  /** Puts one record, whatever it is. */
  async put(data: unknown, key = 'any'): Promise<void> {
    await this.operator.clients.kinesis.send(
      new PutRecordCommand({
        StreamName: await this.operator.output('Features', 'StreamName'),
        PartitionKey: key,
        Data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
      }),
    );
  }

  /** Kills the consumer once: when the table has taken so many writes from now on, before the consumer hears of the last. */
  killConsumerAfter(writes: number): KilledConsumer {
    const { host, events } = this.account;
    const [consumer = ''] =
      [...this.account.resourceNames()].find(([, id]) => id.includes('/TrackingTrackFunction')) ?? [];
    let written = 0;
    let repeated = 0;
    let failed = 0;
    host.onMetric(({ namespace, name, dimensions, value }) => {
      if (namespace === 'AWS/Lambda' && name === 'Errors' && dimensions?.FunctionName === consumer) failed += value;
    });
    host.onAnswered(({ operation, error }) => {
      if (operation !== 'UpdateItem') return;
      if (error?.code === 'ConditionalCheckFailedException') repeated += 1;
      if (error !== undefined) return;
      written += 1;
      if (written === writes) events.functions.kill(consumer);
    });
    return { written: () => written, repeated: () => repeated, failed: () => failed };
  }

  /** Rows of flights, by flight. */
  async rows(): Promise<Map<string, Record<string, AttributeValue>>> {
    const rows = new Map<string, Record<string, AttributeValue>>();
    const TableName = await this.operator.output('Features', 'FlightTableName');
    for await (const { Items = [] } of paginateScan({ client: this.dynamo }, { TableName }))
      for (const item of Items) rows.set(item.flight_id?.S ?? '', item);
    return rows;
  }

  /** What was put aside, and is taken away by asking. */
  async refused(): Promise<Record<string, unknown>[]> {
    const QueueUrl = await this.operator.output('Features', 'RefusedEventsQueueUrl');
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { ReceiptHandle } of Messages)
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '{}' }) => JSON.parse(Body) as Record<string, unknown>);
  }

  async state(airport: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await (await liveState(this.operator))([airport])).get(airport);
  }
}
