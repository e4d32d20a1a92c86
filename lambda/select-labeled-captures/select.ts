import type { ObjectStore } from '../storage/object-store';

export interface ModelQualityRequest {
  /** ISO 8601, or a number of days before the end, such as -P7D. */
  readonly start: string;
  readonly end: string;
  /** Name of the execution. It names the manifest. */
  readonly run: string;
}

export interface ModelQualitySettings {
  readonly bucket: string;
  /** Without a slash at the end. */
  readonly capturePrefix: string;
  /** Without a slash at the end. */
  readonly groundTruthPrefix: string;
  /** Maximum size of captures and labels that fit on the job's volume. */
  readonly maximumBytes: number;
}

export interface ModelQualityInput {
  readonly captures: number;
  readonly labels: number;
  /** Key of the manifest of captures. */
  readonly manifest: string;
  /** Why the job is not started although there are captures and labels. Otherwise empty. */
  readonly tooLarge: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Writes a manifest of the captures in the hours of the window, so that the job copies no others: the bucket keeps a
 * month of them. Labels are small, and a label may be older than the window if its prediction was repeated, so the job
 * gets all labels.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
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
      ? `${bytes} bytes of captures and labels do not fit on the job's volume (${settings.maximumBytes} bytes): look back fewer days, or enlarge the volume in lib/config.ts`
      : '';
  return { captures: chosen.length, labels, manifest, tooLarge };
}

/** The hour in a key such as .../yyyy/mm/dd/hh/<file>.jsonl. */
function hourOf(key: string): number | undefined {
  const [, year, month, day, hour] = /\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]+\.jsonl$/.exec(key) ?? [];
  return hour === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
}

function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${JSON.stringify(text)} is no time: write it as 2013-09-03T14:00:00Z`);
  return at;
}
