import { timeIn } from '../environment/time';
import type { ObjectStore } from '../storage/object-store';

export interface WindowRequest {
  /** Time of the schedule's event. The last full hour before it is analyzed. */
  readonly time?: string;
  /** The hour that a person asks for instead, such as 2013-09-03T14. It may not be over yet. */
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
/** CloudWatch accepts no data older than two weeks. Two hours of that are reserved for the job itself. */
const oldestMs = 14 * 24 * hourMs - 2 * hourMs;

/**
 * Endpoints write captures to <prefix>/<endpoint>/<variant>/yyyy/mm/dd/hh/, in UTC, by the hour of the request. One such
 * folder is exactly one hour of requests.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */
export async function selectWindow(
  store: ObjectStore,
  variantPrefix: string,
  request: WindowRequest,
): Promise<SelectedWindow> {
  const start = request.hour === undefined ? lastFullHour(request.time) : parseHour(request.hour);
  const iso = start.toISOString();
  const end = start.getTime() + hourMs;
  refuseUnpublishable(iso, end, timeIn(request.now, 'The start of the run (now)').getTime());
  const prefix = `${variantPrefix}/${iso.slice(0, 10).replaceAll('-', '/')}/${iso.slice(11, 13)}`;
  let captures = 0;
  for await (const { key } of store.list(`${prefix}/`)) if (key.endsWith('.jsonl')) captures += 1;
  return { prefix, start: iso, end: new Date(end).toISOString(), captures };
}

/** Refuses an hour whose results could not be published, before the job costs money. */
// AWS: cloudwatch/metric-data-limits
function refuseUnpublishable(start: string, end: number, now: number): void {
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
  const start = new Date(`${hour}:00:00Z`);
  // JavaScript reads 30 February as 2 March, and hour 24 as the next day.
  if (Number.isNaN(start.getTime()) || start.toISOString() !== `${hour}:00:00.000Z`)
    throw new Error(`"hour" must look like 2013-09-03T14 (UTC); got ${JSON.stringify(hour)}`);
  return start;
}
