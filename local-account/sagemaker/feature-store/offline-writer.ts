import type { S3Client } from '@aws-sdk/client-s3';
import type { ParquetFiles } from '../../parquet/parquet-files';
import { inParallel, parseS3Uri, putObject } from '../container/transfer';
import type { Engine } from '../engine';
import { messageOf } from '../errors';
import { RoleSession } from '../role-session';
import type { FeatureGroup } from './feature-group';
import { cutIntoFiles, type OfflineFile, type OfflineRow } from './offline-file';
import { offlineTable } from './offline-table';

/** The longest that AWS says a record waits. */
// AWS: sagemaker-feature-store/offline-store-is-written-later
const DELAY = 15 * 60_000;
/** Rows that are written without waiting longer: memory does not grow with the number of records. */
const FULL = 10_000;
/** Rows cut but not yet in S3 above which a caller waits. */
const BACKLOG = 50_000;

export interface OfflineState {
  readonly rows: string;
  readonly files: string;
}

/** The offline store of one feature group: rows are collected, then written to S3 as the group's role. */
export class OfflineWriter {
  private rows: OfflineRow[] = [];
  /** Cut, and not in S3 yet. */
  private readonly files = new Set<OfflineFile>();
  private backlog = 0;
  private writing: Promise<void> = Promise.resolve();
  private planned = false;

  constructor(
    private readonly engine: Engine,
    private readonly group: FeatureGroup,
    private readonly parquet: ParquetFiles,
    /** Hears after each attempt why records were not written, or that all were. */
    private readonly replicated: (reason: string | undefined) => void,
  ) {}

  add(row: OfflineRow): void {
    this.rows.push(row);
    if (this.rows.length >= FULL) void this.engine.platform.clock.working(this.flush());
    else this.plan();
  }

  /** Resolves when there is room for more: nobody writes faster than S3 takes it. */
  async room(): Promise<void> {
    if (this.backlog > BACKLOG && this.group.offlineStatus?.Status !== 'Blocked') await this.writing;
  }

  /** Writes what has been collected; resolves when it was tried. What S3 refuses is kept and tried again. */
  flush(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    for (const file of cutIntoFiles(this.group.resolvedUri ?? '', rows)) this.files.add(file);
    this.backlog += rows.length;
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  state(): OfflineState {
    return { rows: JSON.stringify(this.rows), files: JSON.stringify([...this.files]) };
  }

  take({ rows, files }: OfflineState): void {
    this.rows.push(...(JSON.parse(rows) as OfflineRow[]));
    for (const file of JSON.parse(files) as OfflineFile[]) {
      this.files.add(file);
      this.backlog += file.rows.length;
    }
    if (this.rows.length > 0 || this.files.size > 0) this.plan();
  }

  /** Once, and only while there is something to write: an idle group must not make virtual months long. */
  private plan(): void {
    if (this.planned) return;
    const { clock } = this.engine.platform;
    this.planned = true;
    const next = (after: number): number | undefined => (this.planned ? after + DELAY : undefined);
    const cancel = clock.schedule(next, () => {
      this.planned = false;
      cancel();
      return clock.working(this.flush());
    });
  }

  // AWS: sagemaker-feature-store/offline-store-is-written-as-the-role
  private async writeAll(): Promise<void> {
    const { engine, group } = this;
    if (this.files.size === 0 || engine.stopping.aborted) return;
    const reasons: string[] = [];
    try {
      const session = await RoleSession.take(engine.platform, group.request.RoleArn ?? '', group.arn);
      const s3 = session.s3();
      await inParallel([...this.files], (file) =>
        this.write(file, session, s3).catch((error: unknown) => void reasons.push(messageOf(error))),
      );
      s3.destroy();
    } catch (error) {
      reasons.push(messageOf(error));
    }
    if (this.files.size > 0) this.plan();
    this.replicated(reasons.at(0));
  }

  private async write(file: OfflineFile, session: RoleSession, s3: S3Client): Promise<void> {
    const { platform } = this.engine;
    const { bucket, key } = parseS3Uri(file.uri);
    session.authorize('offline store', 's3:PutObjectAcl', `arn:${platform.partition}:s3:::${bucket}/${key}`);
    const bytes = await this.parquet.write(offlineTable(this.group.definitions, file.rows, platform.clock.now()));
    const kmsKeyId = this.group.request.OfflineStoreConfig?.S3StorageConfig?.KmsKeyId;
    await putObject(s3, { uri: file.uri, kmsKeyId }, bytes, 'application/octet-stream');
    this.files.delete(file);
    this.backlog -= file.rows.length;
  }
}
