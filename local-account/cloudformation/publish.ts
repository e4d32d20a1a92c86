import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AssetObject, assetObjects, packAsset } from '../assembly/assets';
import type { AssemblyStack } from '../assembly/cloud-assembly';
import { credentialsOf, type Place } from './cdk-roles';

/** Publishes the assets of all stacks as CDK's publishing role does, with the calls of the CLI. */
export async function publish(
  stacks: readonly AssemblyStack[],
  place: Place,
  published: (done: number, total: number, name: string) => void,
): Promise<void> {
  const objects = assetObjects(stacks, place);
  const publishers = new Map<string | undefined, Publisher>();
  try {
    for (const [index, object] of objects.entries()) {
      const publisher =
        publishers.get(object.roleArn) ?? new Publisher(place, await credentialsOf(object.roleArn, place));
      publishers.set(object.roleArn, publisher);
      await place.clock.working(publisher.publish(object));
      published(index + 1, objects.length, object.asset.displayName);
    }
  } finally {
    for (const publisher of publishers.values()) publisher.close();
  }
}

/** One role that publishes. */
class Publisher {
  private readonly s3: S3Client;
  private readonly encryptions = new Map<string, Promise<Encryption>>();

  constructor({ endpoint, region }: Place, credentials: Place['administrator']) {
    this.s3 = new S3Client({ endpoint, region, credentials });
  }

  async publish({ bucket, key, asset }: AssetObject): Promise<void> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
    if (Contents.some(({ Key }) => Key === key)) return;
    const encryption = this.encryptions.get(bucket) ?? this.encryptionOf(bucket);
    this.encryptions.set(bucket, encryption);
    const input = { Bucket: bucket, Key: key, Body: packAsset(asset), ChecksumAlgorithm: 'SHA256' } as const;
    await this.s3.send(new PutObjectCommand({ ...input, ...(await encryption) }));
  }

  /** The CLI asks for the bucket's own encryption by name, for policies that demand it of each request. */
  private async encryptionOf(bucket: string): Promise<Encryption> {
    await this.s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
    const { ServerSideEncryptionConfiguration } = await this.s3.send(
      new GetBucketEncryptionCommand({ Bucket: bucket }),
    );
    const { SSEAlgorithm, KMSMasterKeyID } =
      ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
    return { ServerSideEncryption: SSEAlgorithm, SSEKMSKeyId: KMSMasterKeyID };
  }

  close(): void {
    this.s3.destroy();
  }
}

type Encryption = Pick<ConstructorParameters<typeof PutObjectCommand>[0], 'ServerSideEncryption' | 'SSEKMSKeyId'>;
