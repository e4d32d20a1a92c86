import { call, listAll } from './api.js';
import { placeOf } from './names.js';

/**
 * What several pages ask of the account.
 * @typedef {{ name: string, status: string, outputs: Record<string, string> }} Stack
 */

/** @returns {Promise<Stack[]>} */
export async function stacks() {
  const found = await listAll('cloudformation', 'DescribeStacks', {}, 'Stacks');
  return found.map(({ StackName, StackStatus, Outputs = [] }) => ({
    name: StackName,
    status: StackStatus,
    outputs: Object.fromEntries(
      Outputs.map((/** @type {any} */ { OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    ),
  }));
}

/**
 * The value of a stack output that the project names.
 * @param {{ stack: string, output: string } | undefined} name
 * @returns {Promise<string | undefined>}
 */
export async function outputOf(name) {
  if (name === undefined) return undefined;
  const { Stacks = [] } = await call('cloudformation', 'DescribeStacks', { StackName: name.stack }).catch((error) => {
    // Not deployed yet. What is denied is shown.
    if (/does not exist/.test(error.message)) return {};
    throw error;
  });
  return (Stacks[0]?.Outputs ?? []).find((/** @type {any} */ { OutputKey }) => OutputKey === name.output)?.OutputValue;
}

/** Alarms, worst first, and of the same state the newest change first. */
export async function alarms() {
  const found = await listAll('cloudwatch', 'DescribeAlarms', {}, 'MetricAlarms');
  const rank = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };
  const rankOf = (/** @type {any} */ one) => rank[/** @type {keyof typeof rank} */ (one.StateValue)] ?? 1;
  return found.sort(
    (a, b) =>
      rankOf(a) - rankOf(b) || Date.parse(b.StateUpdatedTimestamp ?? 0) - Date.parse(a.StateUpdatedTimestamp ?? 0),
  );
}

/** Versions of all groups, newest first. */
export async function packages() {
  const groups = await listAll('sagemaker', 'ListModelPackageGroups', {}, 'ModelPackageGroupSummaryList');
  const versions = await Promise.all(
    groups.map(({ ModelPackageGroupName }) =>
      listAll(
        'sagemaker',
        'ListModelPackages',
        { ModelPackageGroupName, SortBy: 'CreationTime', SortOrder: 'Descending' },
        'ModelPackageSummaryList',
      ),
    ),
  );
  return versions.flat();
}

/** Endpoints with all their details. */
export async function endpoints() {
  const found = await listAll(
    'sagemaker',
    'ListEndpoints',
    { SortBy: 'CreationTime', SortOrder: 'Descending' },
    'Endpoints',
  );
  return Promise.all(found.map(({ EndpointName }) => call('sagemaker', 'DescribeEndpoint', { EndpointName })));
}

/**
 * A JSON object in S3.
 * @param {string} bucket
 * @param {string} key
 * @returns {Promise<any>}
 */
export async function jsonObject(bucket, key) {
  const { Body } = await call('s3', 'GetObject', { Bucket: bucket, Key: key, Range: 'bytes=0-16777215' });
  return JSON.parse(Body.text);
}

/**
 * A JSON object by its URI; undefined where there is none.
 * @param {string | undefined} uri
 * @returns {Promise<any>}
 */
export async function jsonAt(uri) {
  if (uri === undefined) return undefined;
  const { bucket, key } = placeOf(uri);
  return jsonObject(bucket, key).catch((error) => {
    if (error.code === 'NoSuchKey') return undefined;
    throw error;
  });
}

/** Variants of all endpoints, with the model package that each serves. */
export async function served() {
  const found = await endpoints();
  return (await Promise.all(found.map((one) => variantsOf(one.EndpointName, one.EndpointConfigName)))).flat();
}

/**
 * Variants of an endpoint's configuration, with the model package that each serves.
 * @param {string} endpoint
 * @param {string} EndpointConfigName
 */
export async function variantsOf(endpoint, EndpointConfigName) {
  const { ProductionVariants = [] } = await call('sagemaker', 'DescribeEndpointConfig', { EndpointConfigName });
  return Promise.all(
    ProductionVariants.map(async (/** @type {any} */ { VariantName, ModelName, InstanceType }) => {
      const { PrimaryContainer, Containers = [] } = await call('sagemaker', 'DescribeModel', { ModelName });
      const arn = [PrimaryContainer, ...Containers].find((one) => one?.ModelPackageName)?.ModelPackageName;
      return { endpoint, variant: VariantName, model: ModelName, type: InstanceType, package: arn };
    }),
  );
}
