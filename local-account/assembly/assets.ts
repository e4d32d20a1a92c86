import { readdirSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { AssemblyStack, FileAsset } from './cloud-assembly';

/** Where the assembly's placeholders point. */
export interface AssetPlace {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** One object that a deployment puts into the bootstrap bucket. */
export interface AssetObject {
  readonly bucket: string;
  readonly key: string;
  readonly asset: FileAsset;
  /** Who publishes it; has placeholders. */
  readonly roleArn?: string;
}

/** Replaces the placeholders that CDK leaves in names when account and region are not known at synthesis. */
export function fillPlaceholders(text: string, place: AssetPlace): string {
  return text
    .replaceAll('${AWS::AccountId}', place.accountId)
    .replaceAll('${AWS::Region}', place.region)
    .replaceAll('${AWS::Partition}', place.partition);
}

/** The objects of all stacks, each once: assets are named by their content. */
export function assetObjects(stacks: readonly AssemblyStack[], place: AssetPlace): AssetObject[] {
  const objects = new Map<string, AssetObject>();
  for (const asset of stacks.flatMap((stack) => stack.assets)) {
    for (const destination of asset.destinations) {
      const bucket = fillPlaceholders(destination.bucketName, place);
      const key = fillPlaceholders(destination.objectKey, place);
      objects.set(`${bucket}/${key}`, { bucket, key, asset, roleArn: destination.assumeRoleArn });
    }
  }
  return [...objects.values()];
}

/** The bytes of an asset: the file, or the folder as a reproducible zip. */
export function packAsset(asset: FileAsset): Uint8Array {
  if (asset.packaging === 'file') {
    return readFileSync(asset.source);
  }
  return zipFolder(asset.source);
}

// The earliest date that zip can hold (it knows local time only): time must not change the archive.
const EPOCH = new Date(1980, 0, 1);
const UNIX = 3;

export function zipFolder(folder: string): Uint8Array {
  const entries: Zippable = {};
  for (const file of files(folder)) {
    const absolute = path.join(folder, file);
    // The upper half of a Unix entry's attributes is the file mode: an executable stays one.
    const attrs = (statSync(absolute).mode << 16) >>> 0;
    entries[file.split(path.sep).join('/')] = [readFileSync(absolute), { mtime: EPOCH, os: UNIX, attrs }];
  }
  return zipSync(entries, { level: 6 });
}

function files(folder: string, prefix = ''): string[] {
  return readdirSync(path.join(folder, prefix))
    .sort()
    .flatMap((name) => {
      const relative = path.join(prefix, name);
      return statSync(path.join(folder, relative)).isDirectory() ? files(folder, relative) : [relative];
    });
}
