import { jsonSnapshot } from '../snapshot/snapshot';
import type { MotoResponse } from './moto';
import type { StoreClient } from './store-client';

const OBJECTS_KEPT = 2_000;

const objectId = (bucket: string, key: string): string => `${bucket}\n${key}\n`;

export interface BucketEncryption {
  /**
   * The customer-managed key; undefined for S3's own (aws/s3), whose policy lets the whole account use it through S3.
   */
  readonly keyArn: string | undefined;
  /** The bucket uses an S3 Bucket Key. */
  readonly bucketKey: boolean;
}

/**
 * What authorization and events need to know about existing resources. It is read from the store; what only a call
 * through the gateway can change is cached until such a call.
 */
export class ResourceFacts {
  private readonly buckets = new Map<string, Promise<BucketEncryption | undefined>>();
  /** Buckets that send their events to EventBridge. Kept here: the store does not give that setting back. */
  private readonly eventSources = new Set<string>();
  private readonly objects = new Map<string, MotoResponse>();
  private readonly keys = new Map<string, Promise<string>>();
  private readonly topics = new Map<string, Promise<string | undefined>>();
  private readonly queues = new Map<string, Promise<string | undefined>>();
  private readonly tables = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly store: StoreClient,
    private readonly scope: { readonly region: string; readonly accountId: string; readonly partition: string },
  ) {}

  readonly snapshot = jsonSnapshot(
    'buckets-with-events',
    () => [...this.eventSources],
    (buckets) => buckets.forEach((bucket) => void this.eventSources.add(bucket)),
  );

  /** Forgets what a call may have changed, and remembers what only the call contains. */
  forget(service: string, operation: string, input: Readonly<Record<string, unknown>>): void {
    if (service === 's3' && typeof input.Bucket === 'string') {
      if (/^(Put|Delete|Create)Bucket/.test(operation)) {
        this.buckets.delete(input.Bucket);
      }
      this.forgetObjects(input.Bucket, input.Key);
      if (operation === 'PutBucketNotificationConfiguration' || operation === 'DeleteBucket') {
        const configuration = input.NotificationConfiguration as { EventBridgeConfiguration?: unknown } | undefined;
        this.eventSources[configuration?.EventBridgeConfiguration === undefined ? 'delete' : 'add'](input.Bucket);
      }
    } else if (service === 'kms') {
      this.keys.clear();
    } else if (service === 'sns') {
      this.topics.clear();
    } else if (service === 'sqs') {
      this.queues.clear();
    } else if (service === 'dynamodb' && /Table$/.test(operation)) {
      this.tables.clear();
    }
  }

  private forgetObjects(bucket: string, key: unknown): void {
    const prefix = typeof key === 'string' ? objectId(bucket, key) : `${bucket}\n`;
    for (const id of this.objects.keys()) {
      if (id.startsWith(prefix)) {
        this.objects.delete(id);
      }
    }
  }

  bucketEncryption(bucket: string): Promise<BucketEncryption | undefined> {
    return remember(this.buckets, bucket, async () => {
      const response = await this.store.s3('GET', bucket, '', 'encryption');
      const text = response.body.toString('utf8');
      if (response.statusCode !== 200 || !/<SSEAlgorithm>aws:kms(:dsse)?</.test(text)) {
        return undefined;
      }
      const id = /<KMSMasterKeyID>([^<]+)</.exec(text)?.[1];
      return { keyArn: await this.customerKey(id), bucketKey: /<BucketKeyEnabled>true</i.test(text) };
    });
  }

  /** Whether the bucket sends its events to EventBridge. */
  sendsEvents(bucket: string): boolean {
    return this.eventSources.has(bucket);
  }

  /** The KMS key of an existing object. */
  async objectKey(bucket: string, key: string, version?: string): Promise<string | undefined> {
    const response = await this.head(bucket, key, version);
    const algorithm = response.headers['x-amz-server-side-encryption'];
    const id = response.headers['x-amz-server-side-encryption-aws-kms-key-id'];
    if (response.statusCode !== 200 || typeof algorithm !== 'string' || !algorithm.startsWith('aws:kms')) {
      return undefined;
    }
    return this.customerKey(typeof id === 'string' ? id : undefined);
  }

  async objectExists(bucket: string, key: string, version?: string): Promise<boolean> {
    return (await this.head(bucket, key, version)).statusCode !== 404;
  }

  /**
   * An object's headers. Those of objects that exist are remembered until something is written to the bucket under that
   * key.
   */
  async head(bucket: string, key: string, version = ''): Promise<MotoResponse> {
    const id = objectId(bucket, key) + version;
    const known = this.objects.get(id);
    if (known) {
      return known;
    }
    const response = await this.store.s3(
      'HEAD',
      bucket,
      key,
      version === '' ? '' : `versionId=${encodeURIComponent(version)}`,
    );
    if (response.statusCode === 200) {
      if (this.objects.size >= OBJECTS_KEPT) {
        this.objects.clear();
      }
      this.objects.set(id, response);
    }
    return response;
  }

  /** The ARN of a customer-managed key. AWS-managed keys (alias/aws/...) need no permission of the caller. */
  private async customerKey(id: string | undefined): Promise<string | undefined> {
    return id === undefined || id === '' || id.includes('alias/aws/') ? undefined : this.keyArn(id);
  }

  /** A key's ARN from its id, alias or ARN. An unknown one is shown as it would be named. */
  keyArn(id: string): Promise<string> {
    const { partition, region, accountId } = this.scope;
    if (/^arn:[^:]+:kms:[^:]*:[^:]*:key\//.test(id)) {
      return Promise.resolve(id);
    }
    return remember(this.keys, id, async () => {
      try {
        const answer = await this.store.json('kms', 'TrentService.DescribeKey', { KeyId: id });
        return (answer.KeyMetadata as { Arn: string }).Arn;
      } catch {
        return id.startsWith('arn:')
          ? id
          : `arn:${partition}:kms:${region}:${accountId}:${id.startsWith('alias/') ? '' : 'key/'}${id}`;
      }
    });
  }

  /** The key behind a ciphertext, which moto writes in front of it. */
  async ciphertextKey(blob: unknown): Promise<string | undefined> {
    const bytes =
      typeof blob === 'string'
        ? Buffer.from(blob, 'base64')
        : blob instanceof Uint8Array
          ? Buffer.from(blob)
          : undefined;
    const id = bytes?.subarray(0, 36).toString('latin1');
    return id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? this.keyArn(id) : undefined;
  }

  topicKey(topicArn: string): Promise<string | undefined> {
    return remember(this.topics, topicArn, async () => {
      try {
        const answer = await this.store.query('sns', 'GetTopicAttributes', '2010-03-31', { TopicArn: topicArn });
        const id = /<key>KmsMasterKeyId<\/key>\s*<value>([^<]+)<\/value>/.exec(answer)?.[1];
        return await this.customerKey(id);
      } catch {
        return undefined;
      }
    });
  }

  queueKey(queueArn: string): Promise<string | undefined> {
    return remember(this.queues, queueArn, async () => {
      const name = queueArn.slice(queueArn.lastIndexOf(':') + 1);
      try {
        const answer = await this.store.json(
          'sqs',
          'AmazonSQS.GetQueueAttributes',
          { QueueUrl: `http://queue/${this.scope.accountId}/${name}`, AttributeNames: ['All'] },
          { version: '1.0' },
        );
        const id = (answer.Attributes as Record<string, string> | undefined)?.KmsMasterKeyId;
        return await this.customerKey(id);
      } catch {
        return undefined;
      }
    });
  }

  /** The customer-managed key of a DynamoDB table. */
  tableKey(name: string): Promise<string | undefined> {
    return remember(this.tables, name, async () => {
      const answer = await this.store
        .json('dynamodb', 'DynamoDB_20120810.DescribeTable', { TableName: name }, { version: '1.0' })
        .catch(() => undefined);
      const table = answer?.Table as { SSEDescription?: { KMSMasterKeyArn?: string } } | undefined;
      return this.customerKey(table?.SSEDescription?.KMSMasterKeyArn);
    });
  }

  /** The key of a SecureString parameter. */
  async parameterKey(name: string): Promise<string | undefined> {
    const answer = await this.store.json('ssm', 'AmazonSSM.DescribeParameters', {
      ParameterFilters: [{ Key: 'Name', Values: [name] }],
    });
    const id = (answer.Parameters as { KeyId?: string; Type?: string }[] | undefined)?.find(
      (item) => item.Type === 'SecureString',
    )?.KeyId;
    return this.customerKey(id);
  }
}

function remember<T>(cache: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  let answer = cache.get(key);
  if (!answer) {
    answer = ask();
    cache.set(key, answer);
    answer.catch(() => cache.delete(key));
  }
  return answer;
}
