import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { imageRegistries } from '../../../lib/training/image-registries';
import type { Properties, Template, Value } from '../template';
import { type Reading, withoutHash } from './reading';
import { asset, bucketName, endpointName, notifications, prefix, problem, stateMachineArn } from './references';
import {
  checkFields,
  either,
  type Fields,
  like,
  members,
  object,
  only,
  optional,
  type Problem,
  type Rule,
  ref,
  words,
} from './rules';

const project = only(`${prefix}-${problem}`);
const parameter = (name: string) => only(`/${prefix}/${problem}/${name}`);
const value = (one: Rule) => object({ Value: one });

/** What operator commands read, by stack. */
const outputs: Readonly<Record<string, Fields>> = {
  Foundation: {},
  DataLake: {
    RawBucketName: value(bucketName('RawBucket')),
    CuratedBucketName: value(bucketName('CuratedBucket')),
    ArtifactsBucketName: value(bucketName('ArtifactsBucket')),
    CaptureBucketName: value(bucketName('CaptureBucket')),
    TrainingSetStateMachineArn: value(stateMachineArn('build-training-set')),
    GlueDatabaseName: value(only('mla_blueprint_flight_disruption')),
    // Read when it is checked: a test adds a column.
    RequestColumns: value({
      check: (columns, spot) => only(flightDisruption.features.map(({ name }) => name).join(',')).check(columns, spot),
    }),
    StateRules: value(only(JSON.stringify(flightDisruption.state))),
  },
  Serving: {
    EndpointName: optional(value(endpointName)),
    ServingPattern: optional(value(only('serverless', 'asynchronous', 'batch'))),
    SuccessTopicArn: optional(value(ref('SNS::Topic', '', 'ResultsSuccess'))),
    ErrorTopicArn: optional(value(ref('SNS::Topic', '', 'ResultsError'))),
    BatchStateMachineArn: value(stateMachineArn('batch-scoring')),
    BatchModelName: optional(
      object({
        Value: ref('SageMaker::Model', 'ModelName', 'LiveModel(ForBatch)?'),
        Condition: only('HasApprovedModel'),
      }),
    ),
  },
  Training: {
    PipelineName: value(project),
    ModelPackageGroupName: value(project),
    NoLiveModelUri: value(asset('json')),
    ApprovedModelParameterName: value(parameter('approved-model-package')),
    ChallengerModelParameterName: optional(value(parameter('challenger-model-package'))),
    EndpointStateParameterName: optional(value(parameter('endpoint-state'))),
  },
  Release: {
    ApproverRoleArn: value(ref('IAM::Role', 'Arn', 'ApproverRole')),
    ReleaseStateMachineArn: value(stateMachineArn('release')),
    ServingDeploymentRoleArn: optional(value(ref('IAM::Role', 'Arn', 'ServingDeploymentRole'))),
  },
  Monitoring: {
    AlarmTopicArn: value(notifications),
    RetrainingFunctionName: value(ref('Lambda::Function', '', 'AutomaticRetrainingStartRetrainingFunction')),
    DashboardName: value(ref('CloudWatch::Dashboard', '', 'OverviewDashboard')),
    DriftAlarmName: optional(value(ref('CloudWatch::Alarm', '', 'AlarmsDrift'))),
    MonitoringStateMachineArn: optional(value(stateMachineArn('monitoring'))),
    ModelQualityStateMachineArn: optional(value(stateMachineArn('model-quality'))),
    MonitoringScheduleName: optional(value(like(new RegExp(`${prefix}-${problem}-data-quality`)))),
    MlflowAppArn: optional(value(ref('SageMaker::MlflowApp', 'Arn', 'ExperimentTrackingApp'))),
  },
  Features: {
    StreamName: value(ref('Kinesis::Stream', '', 'DeparturesStream')),
    FeatureGroupName: value(only(`${prefix}-airport-state`)),
    FlightTableName: value(ref('DynamoDB::Table', '', 'FlightsTable')),
    RefusedEventsQueueUrl: value(ref('SQS::Queue', '', 'TrackingRefusedQueue')),
  },
};

/** CDK's outputs for other stacks say in their names what they give. */
function forStacks(stack: string, name: string, template: Template): Rule | undefined {
  const [, kind, what, named] = /^(ExportsOutput|PublishOutput)(Ref|FnGetAtt)(\w+)[0-9A-F]{8}$/.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const id = Object.keys(template.Resources).find((one) =>
    what === 'Ref' ? named === one : named.startsWith(one) && named.length > one.length,
  );
  if (id === undefined) return only('what its name says');
  const attribute = what === 'Ref' ? '' : `.${named.slice(id.length)}`;
  const type = template.Resources[id].Type.replace(/^AWS::/, '');
  const given = only(`<${type} ${stack}/${withoutHash(id)}${attribute}>`);
  return kind === 'PublishOutput'
    ? value(given)
    : object({ Value: given, Export: object({ Name: only(`MlaBlueprint-${stack}:${name}`) }) });
}

/** The only inputs of a deployment: the version of the bootstrap, and what serves. */
const servingParameter = (initial: string, others: Fields = {}) =>
  optional(object({ Type: only('String'), Default: only(initial), Description: words, ...others }));
const parameters: Fields = {
  BootstrapVersion: optional(
    object({
      Type: only('AWS::SSM::Parameter::Value<String>'),
      Default: only('/cdk-bootstrap/hnb659fds/version'),
      Description: words,
    }),
  ),
  ApprovedModelPackage: servingParameter('none'),
  ChallengerModelPackage: servingParameter('none'),
  EndpointState: servingParameter('deployed', { AllowedValues: members(only('deployed'), only('removed')) }),
};

const hasPackage = '<Fn::Not ["<Fn::Equals [\\"<Parameter ApprovedModelPackage>\\",\\"none\\"]>"]>';
/** A condition decides what exists: those of the serving stack, and a region without budgets. */
const conditions: Fields = {
  HasApprovedModel: optional(
    either(
      only(hasPackage),
      like(/<Fn::And \["<Fn::Not .*ApprovedModelPackage.*none.*>","<Fn::Equals \[.*EndpointState>.*deployed.*\]>"\]>/),
    ),
  ),
  HasChallenger: optional(
    like(/<Fn::And \[\{"Condition":"HasApprovedModel"\},"<Fn::Not .*ChallengerModelPackage.*none.*>"\]>/),
  ),
  MonthlyBudgetRegionHasBudgets: optional(like(/<Fn::Not \[("?<Fn::Or .*)\]>/)),
};

const registries = (...keys: readonly ('framework' | 'modelMonitor' | 'clarify')[]): Rule =>
  only(
    Object.fromEntries(
      Object.entries(imageRegistries)
        .map(([region, accounts]) => [
          region,
          Object.fromEntries(
            keys.flatMap((key) => {
              const account = accounts[key];
              return account === undefined ? [] : [[key === 'framework' ? 'account' : key, account]];
            }),
          ),
        ])
        .filter(([, accounts]) => Object.keys(accounts).length > 0),
    ) as Value,
  );
const mappings: Fields = {
  ImagesRegistries: optional(registries('framework')),
  MonitorImagesRegistries: optional(registries('modelMonitor', 'clarify')),
};

/** CDK's own, on stacks with assets: the bootstrap is recent enough. */
const rules: Fields = {
  CheckBootstrapVersion: optional(
    object({
      Assertions: members(
        object({
          Assert: only(
            '<Fn::Not ["<Fn::Contains [[\\"1\\",\\"2\\",\\"3\\",\\"4\\",\\"5\\"],\\"<Parameter BootstrapVersion>\\"]>"]>',
          ),
          AssertDescription: words,
        }),
      ),
    }),
  ),
};

/** Everything of a template that is no resource. */
export function checkSections(stack: string, template: Template, reading: Reading): Problem[] {
  const {
    Resources,
    Outputs = {},
    Parameters = {},
    ...rest
  } = template as Template & Readonly<Record<string, Properties>>;
  const { Conditions = {}, Mappings = {}, Rules = {}, ...others } = rest as Readonly<Record<string, Properties>>;
  const check = (section: string, found: Properties, fields: Fields) =>
    checkFields(reading.read(stack, found) as Properties, fields, { stack, id: '', path: section });
  const shortNames = (named: Properties) =>
    Object.fromEntries(Object.entries(named).map(([name, one]) => [withoutHash(name), one]));
  const published = Object.keys(Outputs).flatMap((name) => {
    const one = forStacks(stack, name, template);
    return one === undefined ? [] : [[name, one] as const];
  });
  return [
    ...check('Outputs', Outputs, { ...outputs[stack], ...Object.fromEntries(published) }),
    ...check('Parameters', Parameters, parameters),
    ...check('Conditions', shortNames(Conditions), conditions),
    ...check('Mappings', shortNames(Mappings), mappings),
    ...check('Rules', Rules, rules),
    ...Object.entries(Resources)
      .filter(([, { Condition }]) => Condition !== undefined && !Object.hasOwn(Conditions, String(Condition)))
      .map(([id, { Condition }]) => ({
        path: `Conditions.${String(Condition)}`,
        problem: `is missing, and ${id} has it`,
      })),
    ...(Object.keys(Parameters).includes('BootstrapVersion') && !Object.hasOwn(Rules, 'CheckBootstrapVersion')
      ? [{ path: 'Rules.CheckBootstrapVersion', problem: 'is missing' }]
      : []),
    ...Object.keys(others).map((name) => ({ path: name, problem: 'is a section that is not on the list' })),
  ];
}
