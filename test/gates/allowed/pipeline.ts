import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { isProperties, list, type Properties, properties, text, type Value } from '../template';
import { frameworkImage } from './images';
import { cluster, place, processingJob, runtime } from './jobs';
import { referenceProblems } from './pipeline-references';
import { dataKey, jobsNetwork, prefix, tags } from './references';
import { registration } from './registration';
import {
  between,
  checkFields,
  either,
  elsewhere,
  type Fields,
  like,
  listOf,
  members,
  named,
  object,
  only,
  optional,
  type Problem,
  type Rule,
  ref,
  type Spot,
  textBetween,
  words,
} from './rules';

const stepName = like(/[A-Z][A-Za-z]+/);

const retry = (faults: readonly string[], limit: Fields) =>
  object({
    ExceptionType: members(...faults.map((one) => only(one))),
    IntervalSeconds: between(1, 300),
    BackoffRate: between(1, 3),
    ...limit,
  });
const attempts: Fields = { MaxAttempts: between(2, 6) };
const serviceFaults = retry(['Step.SERVICE_FAULT', 'Step.THROTTLING'], attempts);
/** Another job may have the only instance of the quota for hours. */
const quota = retry(['SageMaker.RESOURCE_LIMIT'], { ExpireAfterMin: between(10, 240) });
/** Faults of a service or of capacity, each with an end. A failed program fails again and costs again. */
const retriesOf: Readonly<Record<string, Rule>> = {
  Processing: members(
    serviceFaults,
    retry(['SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR'], attempts),
    quota,
  ),
  // A tuning job has no internal errors: its training jobs have, and it goes on without them.
  Tuning: members(serviceFaults, retry(['SageMaker.CAPACITY_ERROR'], attempts), quota),
  // A call without a job.
  RegisterModel: members(serviceFaults),
};
const step: Fields = { Name: stepName, Description: words };
const job: Fields = {
  ...step,
  CacheConfig: optional(object({ Enabled: only(true), ExpireAfter: like(/P([1-9]|[1-8]\d|90)D/) })),
  PropertyFiles: optional(
    listOf(object({ PropertyFileName: stepName, OutputName: like(/[a-z-]+/), FilePath: like(/[a-z_-]+\.json/) })),
  ),
};

const range = object({
  Name: like(/[a-z_]+/),
  MinValue: textBetween(0, 1000),
  MaxValue: textBetween(0, 1000),
  ScalingType: only('Linear', 'Logarithmic', 'Auto'),
});
const channel = object({
  ChannelName: only('train', 'validation', 'code'),
  ContentType: only('text/csv', 'application/x-tar'),
  InputMode: only('File'),
  CompressionType: only('None'),
  DataSource: object({
    S3DataSource: object({
      S3DataType: only('S3Prefix'),
      S3Uri: place,
      S3DataDistributionType: only('FullyReplicated'),
    }),
  }),
});
const tuning = object({
  HyperParameterTuningJobName: like(/mla[0-9a-z]{3}/),
  Tags: tags,
  HyperParameterTuningJobConfig: object({
    Strategy: only('Random', 'Bayesian', 'Hyperband'),
    RandomSeed: between(1, 4_294_967_295),
    // Each job is an instance for up to an hour.
    ResourceLimits: object({ MaxNumberOfTrainingJobs: between(1, 100), MaxParallelTrainingJobs: between(1, 10) }),
    HyperParameterTuningJobObjective: object({ Type: only('Maximize'), MetricName: only('validation:aucpr') }),
    ParameterRanges: object({
      IntegerParameterRanges: listOf(range),
      ContinuousParameterRanges: listOf(range),
      CategoricalParameterRanges: only([]),
    }),
    TrainingJobEarlyStoppingType: only('Off'),
  }),
  TrainingJobDefinition: object({
    StaticHyperParameters: named(
      /^[a-z_]+$/,
      either(textBetween(0, 100_000), only('train.py'), like(/\/opt\/ml\/input\/data\/code\/[0-9a-f]{64}\.gz/)),
    ),
    AlgorithmSpecification: object({ TrainingImage: frameworkImage, TrainingInputMode: only('File') }),
    RoleArn: ref('IAM::Role', 'Arn', 'JobRolesTraining'),
    InputDataConfig: listOf(channel, { minimum: 3 }),
    OutputDataConfig: object({ S3OutputPath: place, KmsKeyId: dataKey }),
    ResourceConfig: cluster,
    EnableManagedSpotTraining: only(true, false),
    CheckpointConfig: object({ S3Uri: place }),
    StoppingCondition: object({ MaxRuntimeInSeconds: runtime, MaxWaitTimeInSeconds: optional(between(300, 172_800)) }),
    EnableNetworkIsolation: only(true),
    EnableInterContainerTrafficEncryption: only(true),
    VpcConfig: jobsNetwork,
  }),
});

const measured = (path: string) =>
  object({
    'Std:JsonGet': object({
      PropertyFile: only({ Get: 'Steps.EvaluateModel.PropertyFiles.EvaluationReport' }),
      Path: only(path),
    }),
  });
/** The quality gate is the problem's: better than chance by its factor, and cheaper than the best alternative. */
const { gate } = flightDisruption;
const conditions: readonly Fields[] = [
  { Type: only('GreaterThanOrEqualTo'), LeftValue: measured('gate.lift'), RightValue: only(gate.minimumLift) },
  { Type: only('LessThan'), LeftValue: measured('gate.cost_ratio'), RightValue: only(gate.maximumCostRatio) },
];

const refusal: Rule = {
  check: (value, spot) => {
    const values = list(value);
    const summary = measured('summary');
    return [
      ...(values.some((one) => summary.check(one, spot).length === 0)
        ? []
        : [{ path: spot.path, problem: 'does not say what was measured' }]),
      ...(typeof values[0] === 'string' ? words.check(values[0], spot) : []),
    ];
  },
};

const kinds: Readonly<Record<string, Fields>> = {
  Processing: {
    ...job,
    RetryPolicies: retriesOf.Processing,
    Type: only('Processing'),
    Arguments: object(
      processingJob({ ProcessingJobName: like(new RegExp(`${prefix}-[a-z-]+`)) }, 'JobRolesProcessing'),
    ),
  },
  Tuning: { ...job, RetryPolicies: retriesOf.Tuning, Type: only('Tuning'), Arguments: tuning },
  RegisterModel: {
    ...step,
    Type: only('RegisterModel'),
    RetryPolicies: retriesOf.RegisterModel,
    Arguments: object(registration),
  },
  Fail: {
    Name: stepName,
    Type: only('Fail'),
    Description: optional(words),
    // What was measured, and where more is: else one has to look for the evaluation.
    Arguments: object({
      ErrorMessage: object({ 'Std:Join': object({ On: only(''), Values: refusal }) }),
    }),
  },
};

function checkStep(value: Value, spot: Spot): Problem[] {
  const one = properties(value);
  const at = { ...spot, path: text(one.Name) };
  if (one.Type === 'Condition') {
    const { IfSteps, ElseSteps, Conditions, ...more } = properties(one.Arguments);
    const found = list(Conditions);
    return [
      ...checkFields(one, { ...step, Type: only('Condition'), Arguments: elsewhere }, at),
      ...Object.keys(more).map((name) => ({ path: at.path, problem: `${name} is not on the list` })),
      ...(found.length === conditions.length
        ? conditions.flatMap((fields, index) => object(fields).check(found[index], at))
        : [
            { path: at.path, problem: `has ${found.length} conditions; allowed: the ${conditions.length} of the gate` },
          ]),
      ...(list(ElseSteps)
        .map((other) => properties(other).Type)
        .join() === 'Fail'
        ? []
        : [{ path: at.path, problem: 'does not fail when the gate is missed' }]),
      ...[...list(IfSteps), ...list(ElseSteps)].flatMap((inner) => checkStep(inner, spot)),
    ];
  }
  const fields = kinds[text(one.Type)];
  return fields === undefined ? [{ path: at.path, problem: `is a ${text(one.Type)}` }] : checkFields(one, fields, at);
}

function allSteps(steps: Value | undefined): Properties[] {
  return list(steps)
    .filter(isProperties)
    .flatMap((one) => [one, ...allSteps(at(one, 'IfSteps')), ...allSteps(at(one, 'ElseSteps'))]);
}

function at(step: Properties, name: string): Value | undefined {
  return properties(step.Arguments)[name];
}

/** Steps that a registered model has behind it, in any case. */
const needed = ['PrepareData', 'TuneModel', 'SelectModel', 'EvaluateModel', 'CreateBaseline', 'RegisterModel'];

/** Steps are written in the order in which they run, as a reader follows them: none reads what comes after it. */
function orderProblems(steps: readonly Properties[]): Problem[] {
  const names = steps.map(({ Name }) => text(Name));
  return steps.flatMap((one, index) => {
    // The steps in a condition come after it.
    const { IfSteps, ElseSteps, ...own } = properties(one.Arguments);
    const reads = [...JSON.stringify(own).matchAll(/"Get":"Steps\.(\w+)/g)].map(([, name]) => name);
    return reads
      .filter((name) => names.indexOf(name) >= index)
      .map((name) => ({ path: names[index], problem: `reads ${name}, which comes after it` }));
  });
}

/** All problems of a pipeline's definition, with the step as path. */
export function checkPipeline(definition: Properties, spot: Spot): Problem[] {
  const { Version, Metadata, Parameters, Steps, ...more } = definition;
  const steps = allSteps(Steps);
  const names = new Set(steps.map(({ Name }) => text(Name)));
  const outer = new Set(list(Steps).map((one) => text(properties(one).Name)));
  const parameters = list(Parameters).map(properties);
  const outputs = new Map(
    steps.map((one) => [
      text(one.Name),
      list(properties(at(one, 'ProcessingOutputConfig')).Outputs).map((output) => text(properties(output).OutputName)),
    ]),
  );
  const propertyFiles = new Set(
    steps.flatMap((one) =>
      list(one.PropertyFiles).map(
        (file) => `Steps.${text(one.Name)}.PropertyFiles.${text(properties(file).PropertyFileName)}`,
      ),
    ),
  );
  const gets = [...JSON.stringify(Steps ?? null).matchAll(/"Get":"(\w+)\.(\w+)([^"]*)"/g)];
  return [
    ...checkFields({ Version, Metadata } as Properties, { Version: only('2020-12-01'), Metadata: only({}) }, spot),
    ...Object.keys(more).map((name) => ({ path: name, problem: 'is not on the list' })),
    ...listOf(
      object({
        Name: only('Airports', 'From', 'Until', 'DataSnapshot', 'CuratedUri', 'StateUri', 'LiveModelUri'),
        Type: only('String'),
        DefaultValue: optional(either(place, like(/[A-Z0-9]{3}|\d{4}-\d{2}/))),
      }),
    ).check(Parameters, { ...spot, path: 'Parameters' }),
    ...needed.filter((name) => !names.has(name)).map((name) => ({ path: name, problem: 'is missing' })),
    ...orderProblems(steps),
    // Whatever registers a model is behind the gate.
    ...(outer.has('RegisterModel') || outer.has('CreateBaseline')
      ? [{ path: 'RegisterModel', problem: 'does not wait for the gate' }]
      : []),
    ...list(Steps).flatMap((one) => [...checkStep(one, spot), ...referenceProblems(properties(one), propertyFiles)]),
    ...gets.flatMap(([whole, kind, name, rest]) => {
      const [, output] = /Outputs\['([\w-]+)'\]/.exec(rest) ?? [];
      const isKnown =
        kind === 'Parameters'
          ? parameters.some((one) => one.Name === name)
          : kind !== 'Steps' ||
            (names.has(name) && (output === undefined || outputs.get(name)?.includes(output) === true));
      return isKnown ? [] : [{ path: '', problem: `reads ${whole}, which nothing gives` }];
    }),
  ];
}
