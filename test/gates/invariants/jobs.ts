import { secretsIn } from '../../../pipelines/definition/secrets';
import type { Finding } from '../finding';
import { pipelines, stateMachines } from '../resolved';
import {
  at,
  isProperties,
  type Located,
  list,
  type Properties,
  properties,
  resourcesOf,
  type Templates,
  text,
  type Value,
} from '../template';
import { type Invariant, place } from './invariant';

/** Everything inside a definition that is a job's own settings: it has instances, wherever it is. */
function jobs(value: Value | undefined, path: string): { path: string; job: Properties }[] {
  if (Array.isArray(value)) return value.flatMap((inner, index) => jobs(inner, `${path}[${index}]`));
  if (!isProperties(value)) return [];
  const isJob =
    value.ProcessingResources !== undefined ||
    value.ResourceConfig !== undefined ||
    value.TransformResources !== undefined;
  return isJob
    ? [{ path, job: value }]
    : Object.entries(value).flatMap(([name, inner]) => jobs(inner, path === '' ? name : `${path}.${name}`));
}

function checkJob(where: string, job: Properties): Finding[] {
  const body = text(job);
  const cluster = at(job, 'ProcessingResources.ClusterConfig') ?? job.ResourceConfig ?? job.TransformResources;
  const output =
    at(job, 'ProcessingOutputConfig.KmsKeyId') ??
    at(job, 'OutputDataConfig.KmsKeyId') ??
    at(job, 'TransformOutput.KmsKeyId');
  // A transform job runs the model's container: network and isolation are the model's.
  const isTransform = job.TransformResources !== undefined;
  const isolated = at(job, 'NetworkConfig.EnableNetworkIsolation') ?? job.EnableNetworkIsolation;
  const encrypted =
    at(job, 'NetworkConfig.EnableInterContainerTrafficEncryption') ?? job.EnableInterContainerTrafficEncryption;
  const inVpc = at(job, 'NetworkConfig.VpcConfig.Subnets') ?? at(job, 'VpcConfig.Subnets');
  return [
    ...(/KeysData/.test(text(at(cluster, 'VolumeKmsKeyId')))
      ? []
      : [{ place: where, problem: 'a volume without our key' }]),
    ...(/KeysData/.test(text(output)) ? [] : [{ place: where, problem: 'an output without our key' }]),
    ...(isTransform || isolated === true
      ? []
      : [{ place: where, problem: 'a job with network access (no isolation)' }]),
    ...(isTransform || encrypted === true ? [] : [{ place: where, problem: 'a job whose hosts talk in the clear' }]),
    ...(isTransform || list(inVpc).length > 0 ? [] : [{ place: where, problem: 'a job outside the VPC' }]),
    ...(isTransform || /"MaxRuntimeInSeconds":\d+/.test(body)
      ? []
      : [{ place: where, problem: 'a job without a time limit' }]),
  ];
}

function leaks(located: Located, settings: Properties): Finding[] {
  return secretsIn(settings).map((path) => ({
    place: place(located),
    problem: `what looks like a secret is in ${path}`,
  }));
}

function serverlessVariants(templates: Templates): Value[] {
  return resourcesOf(templates, 'AWS::SageMaker::EndpointConfig').flatMap(({ properties: config }) =>
    list(config.ProductionVariants).filter((variant) => at(variant, 'ServerlessConfig') !== undefined),
  );
}

/** A serverless endpoint takes no model with a network of its own. */
function isServerless(templates: Templates, model: string): boolean {
  return serverlessVariants(templates).some((variant) => text(at(variant, 'ModelName')).includes(`"${model}"`));
}

/**
 * How long a new fleet is watched while the old one can still take over: a canary on a part of the traffic, an
 * asynchronous fleet of one on all of it.
 */
function watchedSeconds(templates: Templates, endpoint: Properties, routing: Properties): number {
  if (routing.Type === 'CANARY') return Number(routing.WaitIntervalInSeconds);
  const isQueue = resourcesOf(templates, 'AWS::SageMaker::EndpointConfig').every(
    ({ properties: config }) => config.AsyncInferenceConfig !== undefined,
  );
  return isQueue ? Number(at(endpoint, 'DeploymentConfig.BlueGreenUpdatePolicy.TerminationWaitInSeconds')) : 0;
}

export const jobSettings: readonly Invariant[] = [
  {
    name: 'jobs-protected',
    why: 'Jobs read everything there is: isolated, encrypted and bounded they can do the least with it.',
    check: (templates) =>
      [...pipelines(templates), ...stateMachines(templates)].flatMap(({ definition, ...located }) =>
        jobs(definition, '').flatMap(({ path, job }) => checkJob(`${place(located)} ${path}`, job)),
      ),
  },
  {
    name: 'no-secret-in-jobs',
    why: 'Whoever may describe a job or a model reads its environment, its hyperparameters and its arguments, forever.',
    check: (templates) => [
      ...[...pipelines(templates), ...stateMachines(templates)].flatMap(({ definition, ...located }) =>
        leaks(located, definition),
      ),
      ...resourcesOf(templates, 'AWS::SageMaker::Model').flatMap((located) => leaks(located, located.properties)),
    ],
  },
  {
    name: 'models-registered-as-pending',
    why: 'A pipeline that registers its model as approved needs no person any more.',
    check: (templates) =>
      pipelines(templates).flatMap(({ definition, ...located }) =>
        [...text(definition).matchAll(/"ModelApprovalStatus":"(\w+)"/g)]
          .filter(([, status]) => status !== 'PendingManualApproval')
          .map(([, status]) => ({ place: place(located), problem: `registers models as ${status}` })),
      ),
  },
  {
    name: 'models-in-the-network',
    why: 'A served model is code from elsewhere: without network it cannot send anything that it read.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::SageMaker::Model')
        .filter(
          ({ id, properties: model }) =>
            (!isServerless(templates, id) &&
              (list(at(model, 'VpcConfig.Subnets')).length < 2 ||
                list(at(model, 'VpcConfig.SecurityGroupIds')).length === 0)) ||
            !/(Approved|Challenger)ModelPackage/.test(
              text(at(model, 'PrimaryContainer.ModelPackageName') ?? at(list(model.Containers)[0], 'ModelPackageName')),
            ),
        )
        .map((one) => ({
          place: place(one),
          problem: 'is not in the isolated subnets, or is not the approved package',
        })),
  },
  {
    name: 'releases-roll-back',
    why: 'A release without alarms to roll it back serves its mistakes until somebody complains.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::SageMaker::Endpoint').flatMap((one): Finding[] => {
        // It has no guardrails: the release's smoke test is what rolls a model back.
        if (serverlessVariants(templates).length > 0) return [];
        // Where a second variant comes and goes SageMaker takes no traffic shifting: the release itself checks the
        // answers.
        // AWS: sagemaker-hosting/policies-need-the-same-variants
        if (hasSecondVariant(templates)) return [];
        const alarms = list(at(one.properties, 'DeploymentConfig.AutoRollbackConfiguration.Alarms'));
        const routing = properties(
          at(one.properties, 'DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration'),
        );
        return [
          ...(alarms.length >= 3
            ? []
            : [{ place: place(one), problem: `${alarms.length} alarms can roll a release back` }]),
          ...(watchedSeconds(templates, one.properties, routing) >= 300
            ? []
            : [{ place: place(one), problem: 'shifts all traffic at once, or looks at the canary too briefly' }]),
        ];
      }),
  },
];

function hasSecondVariant(templates: Templates): boolean {
  return resourcesOf(templates, 'AWS::SageMaker::EndpointConfig').some(
    ({ properties: { ProductionVariants } }) => list(ProductionVariants).length > 1,
  );
}
