import { call } from './api.js';
import { live } from './live.js';

/**
 * Points of CloudWatch metrics over the last hours, from the first of them to the last: an axis shows when nothing was.
 * @param {readonly { id: string, namespace: string, name: string, dimensions: Record<string, string>, statistic: string, period?: number }[]} wanted
 * @param {number} hours
 * @returns {Promise<{ x: number[], values: Record<string, (number | null)[]> }>} x in seconds, for all series
 */
export async function metricSeries(wanted, hours) {
  if (wanted.length === 0) return { x: [], values: {} };
  const end = live.now();
  const { MetricDataResults = [] } = await call('cloudwatch', 'GetMetricData', {
    StartTime: new Date(end - hours * 3_600_000).toISOString(),
    EndTime: new Date(end + 60_000).toISOString(),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: wanted.map(({ id, namespace, name, dimensions, statistic, period = 60 }) => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: period,
        Stat: statistic,
      },
    })),
  });
  const points = new Map(
    MetricDataResults.map((/** @type {any} */ { Id, Timestamps = [], Values = [] }) => [
      Id,
      new Map(
        Timestamps.map((/** @type {string} */ at, /** @type {number} */ index) => [
          Date.parse(at) / 1000,
          Values[index],
        ]),
      ),
    ]),
  );
  const found = [...points.values()].flatMap((one) => [...one.keys()]);
  if (found.length === 0) return { x: [], values: {} };
  const step = Math.min(...wanted.map(({ period = 60 }) => period));
  const x = [...new Set([...grid(end / 1000 - hours * 3600, end / 1000, step), ...found])].sort((a, b) => a - b);
  return {
    x,
    values: Object.fromEntries(wanted.map(({ id }) => [id, x.map((at) => points.get(id)?.get(at) ?? null)])),
  };
}

/**
 * Starts of the periods between two times, in seconds. CloudWatch begins with the whole minute.
 * @param {number} from
 * @param {number} to
 * @param {number} step
 */
function grid(from, to, step) {
  const first = Math.floor(from / 60) * 60;
  return Array.from({ length: Math.max(1, Math.ceil((to - first) / step)) }, (_, at) => first + at * step);
}
