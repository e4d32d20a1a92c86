import type { Channel } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';

type Mode = 'File' | 'FastFile' | 'Pipe';

/** A channel's own input mode, or that of the job. */
export function inputMode({ InputMode }: Channel, jobMode: string | undefined): Mode {
  return (InputMode ?? jobMode ?? 'File') as Mode;
}

/** Refuses channels that their input mode does not allow, and what the local account does not have. */
export function checkChannels(channels: readonly Channel[] | undefined, jobMode: string | undefined): void {
  for (const channel of channels ?? []) {
    const mode = inputMode(channel, jobMode);
    checkSource(channel, mode);
    if (mode === 'Pipe') continue;
    if (channel.CompressionType === 'Gzip') {
      // AWS: sagemaker-jobs/gzip-is-for-pipes
      throw validation(
        `Invalid compression type for channel ${channel.ChannelName}: ${mode} mode only supports NONE, got Gzip instead`,
      );
    }
    if (channel.RecordWrapperType === 'RecordIO') {
      // AWS: sagemaker-jobs/record-wrapping-is-for-pipes
      throw validation(
        `Invalid record wrapper type for channel ${channel.ChannelName}: ${mode} mode only supports NONE, got RecordIO instead`,
      );
    }
  }
}

function checkSource({ ChannelName: name, DataSource }: Channel, mode: Mode): void {
  const source = DataSource?.S3DataSource;
  if (!source) {
    throw validation(`Channel ${name} without S3DataSource is not supported by the local account`);
  }
  if (mode === 'FastFile' && source.S3DataType !== 'S3Prefix') {
    // AWS: sagemaker-jobs/fast-file-takes-folders
    throw validation(
      `Channel ${name}: FastFile mode only supports S3DataType S3Prefix, got ${source.S3DataType} instead`,
    );
  }
  if (source.S3DataType === 'AugmentedManifestFile') {
    if (mode === 'Pipe') {
      throw validation(`Channel ${name}: S3DataType AugmentedManifestFile is not supported by the local account`);
    }
    // AWS: sagemaker-jobs/augmented-manifests-are-for-pipes
    throw validation(`Channel ${name}: AugmentedManifestFile can only be used with Pipe mode, got ${mode} instead`);
  }
  for (const member of ['AttributeNames', 'InstanceGroupNames'] as const) {
    if (source[member]?.length) {
      throw validation(`Channel ${name}: S3DataSource.${member} is not supported by the local account`);
    }
  }
}
