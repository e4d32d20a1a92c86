import type { ObjectStore } from '../storage/object-store';

export interface WindowRequest {
  /** Time of the schedule's event; the analysis looks at the last full hour before it. */
  readonly time?: string;
  /** A person may ask for one hour instead, such as 2013-09-03T14, even if it is not over yet. */
  readonly hour?: string;
  /** When the run started, ISO 8601. */
  readonly now: string;
}

export interface SelectedWindow {
  /** Key prefix of the hour's captures, without a slash at its end. */
  readonly prefix: string;
  readonly start: string;
  readonly end: string;
  readonly captures: number;
}

const hourMs = 3_600_000;
/** CloudWatch takes no datum older than two weeks. Two hours of them are left for the job itself. */
const oldestMs = 14 * 24 * hourMs - 2 * hourMs;

/**
 * Endpoints write captures to <prefix>/<endpoint>/<variant>/yyyy/mm/dd/hh/, in UTC, by the hour in which a request
 * came: an hour of traffic is exactly one such folder.
 */
export async function selectWindow(
  store: ObjectStore,
  variantPrefix: string,
  request: WindowRequest,
): Promise<SelectedWindow> {
  const start = request.hour === undefined ? lastFullHour(request.time) : parseHour(request.hour);
  const iso = start.toISOString();
  const end = start.getTime() + hourMs;
  refuseTooFar(iso, end, Date.parse(request.now));
  const prefix = `${variantPrefix}/${iso.slice(0, 10).replaceAll('-', '/')}/${iso.slice(11, 13)}`;
  let captures = 0;
  for await (const { key } of store.list(`${prefix}/`)) if (key.endsWith('.jsonl')) captures += 1;
  return { prefix, start: iso, end: new Date(end).toISOString(), captures };
}

/** Before the job is paid: what it found could not be published. */
// AWS: cloudwatch/metric-data-limits
function refuseTooFar(start: string, end: number, now: number): void {
  if (end < now - oldestMs)
    throw new Error(
      `The hour ${start} is more than two weeks ago: CloudWatch takes no metrics that old. Compare its captures by hand`,
    );
  if (Date.parse(start) > now) throw new Error(`The hour ${start} has not begun`);
}

function lastFullHour(time: string | undefined): Date {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  if (Number.isNaN(at)) {
    throw new Error(
      `The input needs "time" (ISO 8601) or "hour" (such as 2013-09-03T14); got time ${JSON.stringify(time)}`,
    );
  }
  return new Date((Math.floor(at / hourMs) - 1) * hourMs);
}

function parseHour(hour: string): Date {
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}$/.test(hour) ? Date.parse(`${hour}:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new Error(`"hour" must look like 2013-09-03T14 (UTC); got ${JSON.stringify(hour)}`);
  return new Date(at);
}
