import { StoreClient } from './store-client';

export interface BucketEncryption {
  /** The customer-managed (or AWS-managed) key of default SSE-KMS; undefined for SSE-S3. */
  readonly keyArn: string | undefined;
  /** The bucket uses an S3 Bucket Key. */
  readonly bucketKey: boolean;
}

/**
 * What authorization and events need to know of resources that exist. The store is asked; what only changes by a call
 * through the gateway is remembered until such a call comes by.
 */
export class ResourceFacts {
  private readonly buckets = new Map<string, Promise<BucketEncryption | undefined>>();
  /** Buckets that send their events to EventBridge. Kept here: the store does not give that setting back. */
  private readonly eventSources = new Set<string>();
  private readonly keys = new Map<string, Promise<string>>();
  private readonly topics = new Map<string, Promise<string | undefined>>();
  private readonly queues = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly store: StoreClient,
    private readonly scope: { readonly region: string; readonly accountId: string; readonly partition: string },
  ) {}

  /** Forgets what a call may have changed, and learns what only the call tells. */
  forget(service: string, operation: string, input: Readonly<Record<string, unknown>>): void {
    if (service === 's3' && typeof input.Bucket === 'string') {
      if (/^(Put|Delete|Create)Bucket/.test(operation)) {
        this.buckets.delete(input.Bucket);
      }
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
    }
  }

  bucketEncryption(bucket: string): Promise<BucketEncryption | undefined> {
    return remember(this.buckets, bucket, async () => {
      const response = await this.store.s3('GET', bucket, '', 'encryption');
      const text = response.body.toString('utf8');
      if (response.statusCode !== 200 || !/<SSEAlgorithm>aws:kms(:dsse)?</.test(text)) {
        return undefined;
      }
      const id = /<KMSMasterKeyID>([^<]+)</.exec(text)?.[1] ?? 'alias/aws/s3';
      return { keyArn: await this.keyArn(id), bucketKey: /<BucketKeyEnabled>true</i.test(text) };
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
    return this.keyArn(typeof id === 'string' ? id : 'alias/aws/s3');
  }

  async objectExists(bucket: string, key: string, version?: string): Promise<boolean> {
    return (await this.head(bucket, key, version)).statusCode !== 404;
  }

  head(bucket: string, key: string, version?: string): ReturnType<StoreClient['s3']> {
    return this.store.s3('HEAD', bucket, key, version === undefined ? '' : `versionId=${encodeURIComponent(version)}`);
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
        return id.startsWith('arn:') ? id : `arn:${partition}:kms:${region}:${accountId}:${id.startsWith('alias/') ? '' : 'key/'}${id}`;
      }
    });
  }

  /** The key behind a ciphertext, which moto writes in front of it. */
  async ciphertextKey(blob: unknown): Promise<string | undefined> {
    const bytes = typeof blob === 'string' ? Buffer.from(blob, 'base64') : blob instanceof Uint8Array ? Buffer.from(blob) : undefined;
    const id = bytes?.subarray(0, 36).toString('latin1');
    return id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? this.keyArn(id) : undefined;
  }

  topicKey(topicArn: string): Promise<string | undefined> {
    return remember(this.topics, topicArn, async () => {
      try {
        const answer = await this.store.query('sns', 'GetTopicAttributes', '2010-03-31', { TopicArn: topicArn });
        const id = /<key>KmsMasterKeyId<\/key>\s*<value>([^<]+)<\/value>/.exec(answer)?.[1];
        return id === undefined ? undefined : await this.keyArn(id);
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
          'sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl: `http://queue/${this.scope.accountId}/${name}`, AttributeNames: ['All'] }, '1.0',
        );
        const id = (answer.Attributes as Record<string, string> | undefined)?.KmsMasterKeyId;
        return id ? await this.keyArn(id) : undefined;
      } catch {
        return undefined;
      }
    });
  }

  /** The key of a SecureString parameter. */
  async parameterKey(name: string): Promise<string | undefined> {
    const answer = await this.store.json('ssm', 'AmazonSSM.DescribeParameters', { ParameterFilters: [{ Key: 'Name', Values: [name] }] });
    const id = (answer.Parameters as { KeyId?: string; Type?: string }[] | undefined)?.find((item) => item.Type === 'SecureString')?.KeyId;
    return id === undefined ? undefined : this.keyArn(id);
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
