import { requiredText } from '../environment/required';
import { timeIn } from '../environment/time';
import { S3ObjectStore } from '../storage/object-store';
import { writeGroundTruth } from './ground-truth';

const curated = new S3ObjectStore(requiredText('CURATED_BUCKET'));
const target = new S3ObjectStore(requiredText('CAPTURE_BUCKET'));
const settings = { idColumn: requiredText('ID_COLUMN'), labelColumn: requiredText('LABEL_COLUMN') };

interface ObjectCreated {
  readonly time: string;
  readonly detail: { readonly object: { readonly key: string } };
}

export async function handler(event: ObjectCreated): Promise<{ labels: number; unlabeled: number }> {
  // AWS: s3/folders-are-empty-objects
  if (event.detail.object.key.endsWith('/')) return { labels: 0, unlabeled: 0 };
  const result = await writeGroundTruth(curated, target, settings, {
    key: event.detail.object.key,
    collectedAt: timeIn(event.time, "The event's time").toISOString(),
  });
  console.log(JSON.stringify({ key: event.detail.object.key, ...result }));
  return result;
}
