import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Channel } from '@aws-sdk/client-sagemaker';
import type { ContainerRoot } from '../container/root';
import { download, findObjects } from '../container/transfer';

/** Input channels of a training job: where the data come from, and how the container gets them. File mode only. */
export class TrainingChannels {
  readonly names: readonly string[];

  constructor(
    private readonly channels: readonly Channel[],
    private readonly defaultMode: string,
  ) {
    this.names = channels.map(({ ChannelName }) => ChannelName ?? '');
    for (const channel of channels) {
      const mode = channel.InputMode ?? defaultMode;
      if (mode !== 'File' && mode !== 'FastFile') {
        throw new Error(
          `ClientError: channel ${channel.ChannelName} has input mode ${mode}; the local account supports File`,
        );
      }
      if (!channel.DataSource?.S3DataSource) {
        throw new Error(
          `ClientError: channel ${channel.ChannelName} has no S3DataSource; the local account supports S3 only`,
        );
      }
    }
  }

  async fetch(s3: S3Client, root: ContainerRoot, roleArn: string, index: number, count: number): Promise<void> {
    await Promise.all(
      this.channels.map(async (channel) => {
        const source = channel.DataSource?.S3DataSource;
        const type = source?.S3DataType === 'ManifestFile' ? 'ManifestFile' : 'S3Prefix';
        const shard = source?.S3DataDistributionType === 'ShardedByS3Key' ? { index, count } : undefined;
        const found = await findObjects(s3, { uri: source?.S3Uri ?? '', type, shard }, roleArn);
        await download(
          s3,
          found,
          root.make(`/opt/ml/input/data/${channel.ChannelName}`),
          channel.CompressionType === 'Gzip',
        );
      }),
    );
  }

  /** /opt/ml/input/config/inputdataconfig.json */
  async writeConfig(root: ContainerRoot): Promise<void> {
    const config = Object.fromEntries(
      this.channels.map((channel) => [
        channel.ChannelName,
        {
          ContentType: channel.ContentType,
          TrainingInputMode: channel.InputMode ?? this.defaultMode,
          S3DistributionType: channel.DataSource?.S3DataSource?.S3DataDistributionType ?? 'FullyReplicated',
          RecordWrapperType: channel.RecordWrapperType ?? 'None',
        },
      ]),
    );
    await writeFile(join(root.make('/opt/ml/input/config'), 'inputdataconfig.json'), JSON.stringify(config));
  }
}
