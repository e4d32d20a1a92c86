import { jsonObject, outputOf } from './account.js';
import { listAll } from './api.js';

/**
 * Results of monitoring runs, in the published formats of SageMaker Model Monitor.
 * @typedef {{ id: string, prefix: string, at: number, metrics: Record<string, number>, limits: Record<string, number>, violations: any[] }} Run
 */

const drift = 'feature_baseline_drift_';

/** Runs that are read: each has three files. */
const shownRuns = 60;

/**
 * @param {{ bucket: { stack: string, output: string }, prefix: string } | undefined} files
 * @returns {Promise<{ bucket: string, drift: Run[], quality: Run[] }>} oldest first
 */
export async function monitoringRuns(files) {
  const bucket = await outputOf(files?.bucket);
  if (bucket === undefined || files === undefined) return { bucket: '', drift: [], quality: [] };
  const objects = await listAll('s3', 'ListObjectsV2', { Bucket: bucket, Prefix: files.prefix }, 'Contents', 5000);
  const written = objects
    .filter(({ Key }) => Key.endsWith('/metrics.json'))
    .sort((a, b) => Date.parse(a.LastModified) - Date.parse(b.LastModified))
    .slice(-shownRuns);
  const keys = new Set(objects.map(({ Key }) => Key));
  const runs = await Promise.all(
    written.map(({ Key, LastModified }) => readRun(bucket, Key.slice(0, -'metrics.json'.length), LastModified, keys)),
  );
  const isDrift = (/** @type {Run} */ { metrics }) => Object.keys(metrics).some((name) => name.startsWith(drift));
  return { bucket, drift: runs.filter(isDrift), quality: runs.filter((one) => !isDrift(one)) };
}

/**
 * @param {string} bucket
 * @param {string} prefix
 * @param {string} at
 * @param {ReadonlySet<string>} keys
 * @returns {Promise<Run>}
 */
async function readRun(bucket, prefix, at, keys) {
  const file = (/** @type {string} */ name) => {
    const key = `${prefix}${name}`;
    if (!keys.has(key)) return undefined;
    // A run's files do not change any more.
    const known = read.get(`${bucket}/${key} ${at}`) ?? jsonObject(bucket, key);
    read.set(`${bucket}/${key} ${at}`, known);
    known.catch(() => read.delete(`${bucket}/${key} ${at}`));
    return known;
  };
  const [metrics = [], constraints = {}, found = {}] = await Promise.all(
    ['metrics.json', 'constraints.json', 'constraint_violations.json'].map(file),
  );
  return {
    id: prefix.split('/').at(-2) ?? prefix,
    prefix,
    at: Date.parse(at),
    metrics: Object.fromEntries(
      metrics
        .filter((/** @type {any} */ one) => typeof one.value === 'number')
        .map((/** @type {any} */ { name, value, dimensions }) => [nameOf(name, dimensions), value]),
    ),
    limits: limitsOf(constraints),
    violations: found.violations ?? [],
  };
}

/**
 * A metric with what tells it from others of the same name.
 * @param {string} name
 * @param {Record<string, string>} [dimensions]
 */
function nameOf(name, dimensions = {}) {
  const own = Object.entries(dimensions).filter(([key]) => !['Endpoint', 'MonitoringSchedule'].includes(key));
  return own.length === 0 || name.startsWith(drift) ? name : `${name} (${own.map(([, value]) => value).join(', ')})`;
}

/** @type {Map<string, Promise<any>>} */
const read = new Map();

/**
 * Largest allowed distance by feature.
 * @param {any} constraints
 * @returns {Record<string, number>}
 */
function limitsOf({ features = [], monitoring_config = {} }) {
  /** @type {Record<string, number>} */
  const limits = {};
  for (const { name, monitoring_config_overrides = {} } of features) {
    const { perform_comparison, comparison_threshold } = {
      ...monitoring_config.distribution_constraints,
      ...monitoring_config_overrides.distribution_constraints,
    };
    if (perform_comparison === 'Enabled' && comparison_threshold !== undefined) limits[name] = comparison_threshold;
  }
  return limits;
}

/**
 * Distances from the baseline of one run, by feature.
 * @param {Run} run
 * @returns {Record<string, number>}
 */
export function distancesOf({ metrics }) {
  return Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => name.startsWith(drift))
      .map(([name, value]) => [name.slice(drift.length), value]),
  );
}

/**
 * Shares of a feature's buckets.
 * @param {any} statistics a statistics file
 * @param {string} feature
 * @returns {{ label: string, share: number }[]}
 */
export function distributionOf(statistics, feature) {
  const found = (statistics?.features ?? []).find((/** @type {any} */ { name }) => name === feature);
  const numbers = found?.numerical_statistics?.distribution?.kll?.buckets;
  const words = found?.string_statistics?.distribution?.categorical?.buckets;
  const buckets =
    numbers?.map((/** @type {any} */ one) => ({
      label: `${short(one.lower_bound)} to ${short(one.upper_bound)}`,
      low: one.lower_bound,
      count: one.count,
    })) ??
    words?.map((/** @type {any} */ one) => ({ label: one.value, count: one.count })) ??
    [];
  const sum = buckets.reduce((/** @type {number} */ total, /** @type {any} */ { count }) => total + count, 0) || 1;
  return buckets.map((/** @type {any} */ { label, count }) => ({ label, share: count / sum }));
}

/** @param {number} value */
function short(value) {
  return Number(value.toPrecision(3)).toString();
}
