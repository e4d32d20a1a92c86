import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { CheckpointConfig } from '@aws-sdk/client-sagemaker';
import { download, filesBelow, findObjects, parseS3Uri, uploadFile } from '../container/transfer';

/** How soon a file that a container wrote is on its way to S3. AWS names no number: "in real time". */
const EVERY_MILLISECONDS = 100;

/** Where a training job keeps its checkpoints: the folder of each host, and its copy in S3. */
export class Checkpoints {
  readonly uri: string;
  readonly path: string;

  constructor({ S3Uri = '', LocalPath }: Partial<CheckpointConfig>) {
    this.uri = S3Uri;
    this.path = LocalPath ?? '/opt/ml/checkpoints';
  }

  /** What earlier instances left. The first run of a job has none; that is not the error that missing input is. */
  async fetch(s3: S3Client, roleArn: string, folder: string): Promise<void> {
    const { bucket, key } = parseS3Uri(this.uri);
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
    if (KeyCount) {
      await download(s3, await findObjects(s3, { uri: this.uri, type: 'S3Prefix' }, roleArn), folder);
    }
  }

  /** Copies what is in the folder now and what comes. All hosts of a job write to the same place, as on AWS. */
  // AWS: sagemaker-jobs/checkpoints-are-copied-while-training-runs
  async keep(s3: S3Client, folder: string, copied: () => void): Promise<CheckpointCopy> {
    const copy = new CheckpointCopy(s3, folder, this.uri.replace(/\/$/, ''), copied);
    await copy.begin();
    return copy;
  }
}

/** The copy of one host's folder in S3, kept up to date. */
export class CheckpointCopy {
  private readonly known = new Map<string, string>();
  private readonly ended = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly s3: S3Client,
    private readonly folder: string,
    private readonly uri: string,
    private readonly copied: () => void,
  ) {}

  /** What is there already came from S3. */
  async begin(): Promise<void> {
    for (const [file, version] of await this.versions()) this.known.set(file, version);
    // A copy that fails is tried again at the end, and fails the job then.
    this.loop = this.watch().catch(() => undefined);
  }

  /** Copies the rest, and ends. */
  async end(): Promise<void> {
    this.ended.abort();
    await this.loop;
    await this.copyChanges();
  }

  private async watch(): Promise<void> {
    while (!this.ended.signal.aborted) {
      if (await this.copyChanges()) this.copied();
      await delay(EVERY_MILLISECONDS, undefined, { signal: this.ended.signal });
    }
  }

  private async copyChanges(): Promise<boolean> {
    let changed = false;
    for (const [file, version] of await this.versions()) {
      if (this.known.get(file) === version) continue;
      const gone = await uploadFile(this.s3, join(this.folder, file), {
        uri: `${this.uri}/${file}`,
        kmsKeyId: 'bucket',
      }).then(() => false, onlyIfGone);
      if (gone) continue;
      this.known.set(file, version);
      changed = true;
    }
    return changed;
  }

  private async versions(): Promise<(readonly [string, string])[]> {
    const found = await Promise.all(
      (await filesBelow(this.folder)).map(async (file) => {
        const now = await stat(join(this.folder, file), { bigint: true }).catch(onlyIfGone);
        return typeof now === 'boolean' ? undefined : ([file, `${now.ino} ${now.size} ${now.mtimeNs}`] as const);
      }),
    );
    return found.filter((one) => one !== undefined);
  }
}

/** A script may rename or delete a file at any moment. */
function onlyIfGone(error: unknown): true {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
  throw error;
}
