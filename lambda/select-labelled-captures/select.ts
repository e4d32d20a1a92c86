import type { ObjectStore } from '../storage/object-store';

export interface ModelQualityRequest {
  /** ISO 8601, or a number of days before the end, such as -P7D. */
  readonly start: string;
  readonly end: string;
  /** Names the list of captures: the execution's name. */
  readonly run: string;
}

export interface ModelQualitySettings {
  readonly bucket: string;
  /** Without a slash at their ends. */
  readonly capturePrefix: string;
  readonly groundTruthPrefix: string;
  /** What the job's volume holds of captures and labels. */
  readonly maximumBytes: number;
}

export interface ModelQualityInput {
  readonly captures: number;
  readonly labels: number;
  /** Key of the list of captures. */
  readonly manifest: string;
  /** Why the job is not started although there is something; empty otherwise. */
  readonly tooLarge: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Lists the captures of the hours that a window touches, for the job to copy no others: the bucket keeps a month of
 * them. Labels are few and small, and one of them may have come before its prediction was repeated, so the job gets
 * them all.
 */
// AWS: sagemaker-jobs/manifests
export async function selectModelQuality(
  store: ObjectStore,
  settings: ModelQualitySettings,
  request: ModelQualityRequest,
): Promise<ModelQualityInput> {
  const end = instant(request.end);
  const days = /^-P(\d+)D$/.exec(request.start)?.[1];
  const start = days === undefined ? instant(request.start) : end - Number(days) * dayMs;
  if (start >= end) throw new Error(`the window ends (${request.end}) before it starts (${request.start})`);

  const folder = `${settings.capturePrefix}/`;
  const chosen: string[] = [];
  let bytes = 0;
  for await (const { key, size } of store.list(folder)) {
    const hour = hourOf(key);
    if (hour === undefined || hour + hourMs <= start || hour >= end) continue;
    chosen.push(key.slice(folder.length));
    bytes += size;
  }
  let labels = 0;
  for await (const { key, size } of store.list(`${settings.groundTruthPrefix}/`)) {
    if (hourOf(key) === undefined) continue;
    labels += 1;
    bytes += size;
  }
  const manifest = `monitoring/manifests/${request.run}.json`;
  if (chosen.length > 0)
    await store.write(
      manifest,
      JSON.stringify([{ prefix: `s3://${settings.bucket}/${folder}` }, ...chosen]),
      'application/json',
    );
  const tooLarge =
    bytes > settings.maximumBytes
      ? `${bytes} bytes of captures and labels are more than the job's volume takes (${settings.maximumBytes}): look back fewer days, or enlarge the volume in lib/config.ts`
      : '';
  return { captures: chosen.length, labels, manifest, tooLarge };
}

/** Of a key .../yyyy/mm/dd/hh/<file>.jsonl. */
function hourOf(key: string): number | undefined {
  const [, year, month, day, hour] = /\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]+\.jsonl$/.exec(key) ?? [];
  return hour === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
}

function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${JSON.stringify(text)} is no time: write it as 2013-09-03T14:00:00Z`);
  return at;
}
