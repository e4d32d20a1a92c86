import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Channel } from '@aws-sdk/client-sagemaker';
import { FastFileChannel } from '../container/fast-file-channel';
import { PipeChannel } from '../container/pipe-channel';
import type { ContainerRoot } from '../container/root';
import { download, type Fetch, findObjects, parseS3Uri } from '../container/transfer';
import type { Engine } from '../engine';
import { type HostShare, objectsOf } from './channel-objects';
import { inputMode } from './channel-rules';

/** What goes on delivering data while the container runs. */
interface OpenChannel {
  /** Rejects with what kept the data from the container. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/** Input channels of a training job: where the data come from, and how the containers get them. */
export class TrainingChannels {
  private readonly open: OpenChannel[] = [];
  private readonly failure = new AbortController();

  constructor(
    private readonly engine: Pick<Engine, 'processes' | 'platform'>,
    private readonly channels: readonly Channel[],
    private readonly jobMode: string | undefined,
  ) {}

  /** Aborted when a channel cannot go on: no container would get more data. The reason is the channel's error. */
  get failed(): AbortSignal {
    return this.failure.signal;
  }

  /** Gives one host its channels: all files of File mode are there afterwards, the other modes go on until `close`. */
  async provide(s3: S3Client, root: ContainerRoot, roleArn: string, host: HostShare): Promise<void> {
    await Promise.all(
      this.channels.map(async (channel) => {
        const source = channel.DataSource?.S3DataSource;
        const uri = source?.S3Uri ?? '';
        const type = source?.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix';
        const found = await findObjects(s3, { uri, type }, roleArn);
        await this.provideChannel(s3, root, channel, (epoch) => objectsOf(channel, found, host, epoch));
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((channel) => channel.close()));
  }

  private async provideChannel(
    s3: S3Client,
    root: ContainerRoot,
    channel: Channel,
    objects: (epoch: number) => Fetch[],
  ): Promise<void> {
    const path = `/opt/ml/input/data/${channel.ChannelName}`;
    const mode = inputMode(channel, this.jobMode);
    if (mode === 'Pipe') {
      this.follow(
        await PipeChannel.open(s3, {
          path: root.path(path),
          objects,
          gunzip: channel.CompressionType === 'Gzip',
          records: channel.RecordWrapperType === 'RecordIO',
        }),
      );
    } else if (mode === 'FastFile') {
      refusePartialFolder(channel, objects(0));
      this.follow(
        await FastFileChannel.open(s3, this.engine.processes, {
          folder: root.path(path),
          objects: objects(0),
          scratch: root.make(`/tmp/.fast-file/${channel.ChannelName}`),
          python: this.engine.platform.containerPython,
        }),
      );
    } else {
      await download(s3, objects(0), root.path(path));
    }
  }

  private follow(channel: OpenChannel): void {
    this.open.push(channel);
    channel.done.catch((error: unknown) => this.failure.abort(error));
  }

  /** /opt/ml/input/config/inputdataconfig.json */
  async writeConfig(root: ContainerRoot): Promise<void> {
    const config = Object.fromEntries(
      this.channels.map((channel) => [
        channel.ChannelName,
        {
          ContentType: channel.ContentType,
          // AWS: sagemaker-jobs/fast-file-is-file-to-the-container
          TrainingInputMode: inputMode(channel, this.jobMode) === 'Pipe' ? 'Pipe' : 'File',
          S3DistributionType: channel.DataSource?.S3DataSource?.S3DataDistributionType ?? 'FullyReplicated',
          RecordWrapperType: channel.RecordWrapperType ?? 'None',
        },
      ]),
    );
    await writeFile(join(root.make('/opt/ml/input/config'), 'inputdataconfig.json'), JSON.stringify(config));
  }
}

/** A folder view has no half folders: s3://bucket/train does not stand for train-01/data.csv. */
function refusePartialFolder(channel: Channel, objects: readonly Fetch[]): void {
  const uri = channel.DataSource?.S3DataSource?.S3Uri ?? '';
  const { key: prefix } = parseS3Uri(uri);
  if (prefix === '' || prefix.endsWith('/')) return;
  const outside = objects.find(({ key }) => key !== prefix && !key.startsWith(`${prefix}/`));
  if (outside) {
    // AWS: sagemaker-jobs/fast-file-takes-folders
    throw new Error(
      `ClientError: channel ${channel.ChannelName} is in FastFile mode, but its S3Uri ${uri} is part of a folder's name: it also matches ${outside.key}`,
    );
  }
}
