import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed } from './errors';

/** What the synthesized stacks need from an account, read before anything is deployed. */
export interface AssemblyNeeds {
  readonly instances: readonly InstanceNeed[];
  /** Region keys of each mapping that is keyed by region, by mapping name. */
  readonly regionMappings: ReadonlyMap<string, ReadonlySet<string>>;
  readonly resourceTypes: ReadonlySet<string>;
  readonly bootstrap?: { readonly parameterName: string; readonly version: number };
}

export interface InstanceNeed {
  readonly instanceType: string;
  readonly usage: Usage;
  /** Maximum number at the same time. */
  readonly count: number;
}

/** As the quota's name in Service Quotas: "ml.m5.large for endpoint usage". */
export type Usage = 'endpoint' | 'processing job' | 'training job' | 'spot training job' | 'transform job';

type Json = Readonly<Record<string, unknown>>;

export function readNeeds(folder: string): AssemblyNeeds {
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new CommandFailed(
      `There is no cloud assembly in ${folder}.`,
      'Run `npx cdk synth` first, or name another folder with --assembly.',
    );
  }
  const instances = new Map<string, InstanceNeed>();
  const regionMappings = new Map<string, Set<string>>();
  const resourceTypes = new Set<string>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.template.json')) continue;
    const document = parse(readFileSync(join(folder, name), 'utf8'));
    if (document === undefined) continue;
    for (const [mapping, entries] of Object.entries((document.Mappings ?? {}) as Record<string, Json>)) {
      const regions = Object.keys(entries).filter((key) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(key));
      if (regions.length > 0) regionMappings.set(mapping, new Set(regions));
    }
    const resources = Object.values((document.Resources ?? {}) as Record<string, Json>);
    for (const resource of resources) {
      resourceTypes.add(String(resource.Type));
      addNeeds(
        instances,
        resource.Type === 'AWS::SageMaker::EndpointConfig' ? fleetNeeds(resource, resources) : jobNeeds(resource),
      );
    }
  }
  const bootstrap = bootstrapOf(parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) ?? {});
  return {
    instances: [...instances.values()],
    regionMappings,
    resourceTypes,
    ...(bootstrap === undefined ? {} : { bootstrap }),
  };
}

/**
 * Adds the needs up: jobs of different resources (the pipeline, each state machine, each monitoring schedule) may run
 * at the same time.
 */
function addNeeds(total: Map<string, InstanceNeed>, needs: readonly InstanceNeed[]): void {
  for (const need of needs) {
    const key = `${need.instanceType} ${need.usage}`;
    total.set(key, { ...need, count: need.count + (total.get(key)?.count ?? 0) });
  }
}

/**
 * The endpoint's fleets at their autoscaling maximum, plus what an update adds: a blue/green deployment starts the
 * whole new fleet before it ends the old one; a rolling deployment starts one batch.
 */
function fleetNeeds(config: Json, resources: readonly Json[]): InstanceNeed[] {
  const properties = (config.Properties ?? {}) as Json;
  const variants = [properties.ProductionVariants, properties.ShadowProductionVariants].flatMap((list) =>
    Array.isArray(list) ? (list as Json[]) : [],
  );
  const during = 1 + updateShare(resources);
  const needs = new Map<string, InstanceNeed>();
  for (const variant of variants) {
    if (typeof variant.InstanceType !== 'string') continue;
    const most = Math.max(
      Number(variant.InitialInstanceCount ?? 1) || 1,
      scaledTo(String(variant.VariantName), resources),
    );
    addNeeds(needs, [{ instanceType: variant.InstanceType, usage: 'endpoint', count: Math.ceil(most * during) }]);
  }
  return [...needs.values()];
}

function scaledTo(variant: string, resources: readonly Json[]): number {
  const targets = resources
    .filter(({ Type }) => Type === 'AWS::ApplicationAutoScaling::ScalableTarget')
    .map(({ Properties }) => Properties as Json)
    .filter(({ ResourceId }) => JSON.stringify(ResourceId ?? '').includes(`variant/${variant}`));
  return Math.max(0, ...targets.map(({ MaxCapacity }) => Number(MaxCapacity) || 0));
}

/** The share of the fleet that an update starts before it ends old instances. */
function updateShare(resources: readonly Json[]): number {
  const rolling = resources
    .filter(({ Type }) => Type === 'AWS::SageMaker::Endpoint')
    .map(
      ({ Properties }) =>
        ((Properties as Json).DeploymentConfig as Json | undefined)?.RollingUpdatePolicy as Json | undefined,
    )
    .find((policy) => policy !== undefined);
  const batch = rolling?.MaximumBatchSize as Json | undefined;
  return batch?.Type === 'CAPACITY_PERCENT' ? Number(batch.Value) / 100 : 1;
}

/** The steps of one definition run one after another; only the trials of a tuning job run in parallel. */
function jobNeeds(resource: Json): InstanceNeed[] {
  const found = new Map<string, InstanceNeed>();
  collectInstances(resource, found, {});
  return [...found.values()];
}

interface Around {
  /** Name of the property that holds the value. */
  readonly key?: string;
  readonly spot?: boolean;
  readonly parallel?: number;
}

/** Walks through a resource of a template, including pipeline and state machine definitions, which are text. */
function collectInstances(value: unknown, found: Map<string, InstanceNeed>, around: Around): void {
  if (typeof value === 'string') {
    const text = value.trimStart();
    if (text.startsWith('{') && text.includes('"InstanceType"')) collectInstances(parse(text), found, around);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) collectInstances(item, found, around);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Json;
  const joined = joinedText(object);
  if (joined !== undefined) {
    collectInstances(joined, found, around);
    return;
  }
  const usage = usageOf(object, around);
  if (usage !== undefined && typeof object.InstanceType === 'string' && object.InstanceType.startsWith('ml.')) {
    const count = (Number(object.InstanceCount ?? 1) || 1) * (around.parallel ?? 1);
    const key = `${object.InstanceType} ${usage}`;
    found.set(key, { instanceType: object.InstanceType, usage, count: Math.max(count, found.get(key)?.count ?? 0) });
  }
  const inner: Around = {
    spot: object.EnableManagedSpotTraining === true || (around.spot ?? false),
    parallel: parallelOf(object) ?? around.parallel ?? 1,
  };
  for (const [key, item] of Object.entries(object)) collectInstances(item, found, { ...inner, key });
}

/** The kind of job that an instance type is for, by the property that holds it. */
function usageOf(object: Json, around: Around): Usage | undefined {
  if (!('InstanceType' in object)) return undefined;
  switch (around.key) {
    case 'ClusterConfig':
      return 'processing job';
    case 'ResourceConfig':
      return around.spot ? 'spot training job' : 'training job';
    case 'TransformResources':
      return 'transform job';
    default:
      return undefined;
  }
}

function parallelOf(object: Json): number | undefined {
  const limits = (object.ResourceLimits ??
    (object.HyperParameterTuningJobConfig as Json | undefined)?.ResourceLimits) as Json | undefined;
  const parallel = Number(limits?.MaxParallelTrainingJobs);
  return Number.isInteger(parallel) && parallel > 0 ? parallel : undefined;
}

/** The text of an Fn::Join, with a placeholder for each reference, so that it is still JSON. */
function joinedText(object: Json): string | undefined {
  const join = object['Fn::Join'];
  if (!Array.isArray(join) || !Array.isArray(join[1])) return undefined;
  return (join[1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'reference')).join(String(join[0]));
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function bootstrapOf(manifest: Json): AssemblyNeeds['bootstrap'] {
  let found: AssemblyNeeds['bootstrap'];
  for (const artifact of Object.values((manifest.artifacts ?? {}) as Record<string, Json>)) {
    const properties = (artifact.properties ?? {}) as Json;
    const parameterName = properties.bootstrapStackVersionSsmParameter;
    const version = Number(properties.requiresBootstrapStackVersion);
    if (typeof parameterName === 'string' && version > (found?.version ?? 0)) found = { parameterName, version };
  }
  return found;
}
