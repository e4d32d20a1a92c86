import { endpoints } from './account.js';
import { call, listAll } from './api.js';

/**
 * What is billed by the hour at this moment.
 * @typedef {{ name: string, kind: 'hosting' | 'training' | 'processing' | 'transform', count: number, type: string }} Billed
 */

/** Jobs of each kind that are described. */
const shownJobs = 20;

/** @returns {Promise<Billed[]>} */
export async function runningNow() {
  const lists = await Promise.all([hosting(), ...jobs.map(runningJobs)]);
  return lists.flat();
}

/**
 * Both fleets, while an update brings in a new one.
 * @returns {Promise<Billed[]>}
 */
async function hosting() {
  const found = await endpoints();
  const lists = await Promise.all(
    found.map(async (one) => [
      ...(await fleet(one.EndpointName, one.EndpointConfigName, one.ProductionVariants)),
      ...(await fleet(
        `${one.EndpointName} (new fleet)`,
        one.PendingDeploymentSummary?.EndpointConfigName,
        one.PendingDeploymentSummary?.ProductionVariants,
      )),
    ]),
  );
  return lists.flat();
}

/**
 * @param {string} name
 * @param {string | undefined} EndpointConfigName
 * @param {any[]} [variants]
 * @returns {Promise<Billed[]>}
 */
async function fleet(name, EndpointConfigName, variants = []) {
  const running = variants.filter(({ CurrentInstanceCount = 0 }) => CurrentInstanceCount > 0);
  if (EndpointConfigName === undefined || running.length === 0) return [];
  const config = await call('sagemaker', 'DescribeEndpointConfig', { EndpointConfigName });
  return running.map(({ VariantName, CurrentInstanceCount }) => ({
    name: `${name} / ${VariantName}`,
    kind: 'hosting',
    count: CurrentInstanceCount,
    type:
      config.ProductionVariants.find((/** @type {any} */ one) => one.VariantName === VariantName)?.InstanceType ?? '?',
  }));
}

/** How each kind of job is listed, and where its instances are written. */
const jobs = /** @type {const} */ ([
  {
    kind: 'training',
    word: 'Training',
    name: 'TrainingJobName',
    resources: (/** @type {any} */ one) => one.ResourceConfig,
  },
  {
    kind: 'processing',
    word: 'Processing',
    name: 'ProcessingJobName',
    resources: (/** @type {any} */ one) => one.ProcessingResources?.ClusterConfig,
  },
  {
    kind: 'transform',
    word: 'Transform',
    name: 'TransformJobName',
    resources: (/** @type {any} */ one) => one.TransformResources,
  },
]);

/**
 * @param {(typeof jobs)[number]} kind
 * @returns {Promise<Billed[]>}
 */
async function runningJobs({ kind, word, name, resources }) {
  const found = await listAll(
    'sagemaker',
    `List${word}Jobs`,
    { StatusEquals: 'InProgress' },
    `${word}JobSummaries`,
    shownJobs,
  );
  const described = await Promise.all(
    found.map((one) => call('sagemaker', `Describe${word}Job`, { [name]: one[name] })),
  );
  return described.map((one) => {
    const { InstanceCount = 1, InstanceType = '?' } = resources(one) ?? {};
    return { name: one[name], kind, count: InstanceCount, type: InstanceType };
  });
}
