import { type AlarmEntry, everywhere, realTime, type World } from '../alarm-entry';
import { resource } from '../publishers';

type Detail = Readonly<Record<string, unknown>>;

export interface Event {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources?: readonly string[];
  readonly detail: Detail;
}

/** A rule on events: which start its target, and which similar ones must not. */
export interface RuleEntry {
  readonly rule: string;
  readonly in: AlarmEntry['in'];
  readonly matches: (world: World) => readonly Event[];
  readonly ignores: (world: World) => readonly Event[];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const created = (bucket: string, key: string, size = 1_000, type = 'Object Created'): Event => ({
  source: 'aws.s3',
  'detail-type': type,
  detail: { version: '0', bucket: { name: bucket }, object: { key, size }, reason: 'PutObject' },
});

/** Files below a prefix. A folder made in the console is an empty object, and no file. */
const files = (rule: string, where: AlarmEntry['in'], bucket: string, prefix: string): RuleEntry => {
  const named = (world: World) => world.stacks.physicalName(resource(world, bucket));
  return {
    rule,
    in: where,
    matches: (world) => [
      created(named(world), `${prefix}2030-01/rows.csv`),
      // An empty file is somebody's mistake, and must be refused with a reason.
      created(named(world), `${prefix}rows.csv`, 0),
    ],
    ignores: (world) => [
      created(named(world), 'other/rows.csv'),
      created(named(world), 'other/rows.csv', 0),
      created(named(world), `${prefix}2030-01/`, 0),
      created('another-bucket', `${prefix}rows.csv`),
      created(named(world), `${prefix}rows.csv`, 1_000, 'Object Deleted'),
    ],
  };
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const alarm = (name: string, arn: string, value: string): Event => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: [arn],
  detail: { alarmName: name, state: { value, reason: 'Threshold Crossed' }, previousState: { value: 'OK' } },
});

const alarmRaised = (rule: string, watched: string): RuleEntry => {
  const changed = (world: World, value: string, name = watched) => {
    const one = resource(world, name);
    return alarm(world.stacks.physicalName(one), world.stacks.arn(one), value);
  };
  return {
    rule,
    in: realTime,
    matches: (world) => [changed(world, 'ALARM')],
    ignores: (world) => [
      changed(world, 'OK'),
      changed(world, 'INSUFFICIENT_DATA'),
      changed(world, 'ALARM', 'Monitoring/AlarmsCpu'),
    ],
  };
};

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
const sagemaker = (type: string, detail: Detail): Event => ({
  source: 'aws.sagemaker',
  'detail-type': `SageMaker ${type} State Change`,
  resources: ['arn:aws:sagemaker:eu-central-1:111122223333:a-resource'],
  detail,
});

const group = (world: World) => String(resource(world, 'Training/ModelPackageGroup').properties.ModelPackageGroupName);

const versionIs = (status: string, world: World, of = group(world)) =>
  sagemaker('Model Package', { ModelPackageGroupName: of, ModelPackageVersion: 3, ModelApprovalStatus: status });

/** Trainings and tunings of this workflow: their names begin with its job prefix. */
const jobEnded = (rule: string, type: string, field: string): RuleEntry => {
  const job = (status: string, name: string) => sagemaker(type, { [`${field}Name`]: name, [`${field}Status`]: status });
  return {
    rule,
    in: ['variants'],
    matches: () => ['Completed', 'Failed', 'Stopped'].map((status) => job(status, 'mla6b2-abcdefgh-Train-1')),
    ignores: () => [
      job('InProgress', 'mla6b2-abcdefgh-Train-1'),
      job('Stopping', 'mla6b2-abcdefgh-Train-1'),
      job('Completed', 'another-training'),
    ],
  };
};

export const rules: readonly RuleEntry[] = [
  files('DataLake/BatchIngestObjectArrivedRule', everywhere, 'DataLake/RawBucket', 'raw/'),
  files('Serving/BatchScoringArrivedRule', everywhere, 'DataLake/ArtifactsBucket', 'batch/input/'),
  files('Monitoring/GroundTruthOutcomesArrivedRule', realTime, 'DataLake/CuratedBucket', 'curated/'),
  alarmRaised('Monitoring/AutomaticRetrainingDriftRaisedRule', 'Monitoring/AlarmsDrift'),
  alarmRaised('Monitoring/AutomaticRetrainingQualityRaisedRule', 'Monitoring/ModelQualityAlarmsModelQuality'),
  {
    rule: 'Release/ApprovalReleaseApprovedRule',
    in: everywhere,
    matches: (world) => [versionIs('Approved', world)],
    ignores: (world) => [
      versionIs('Rejected', world),
      versionIs('PendingManualApproval', world),
      versionIs('Approved', world, 'another-group'),
    ],
  },
  {
    rule: 'Monitoring/ExperimentTrackingRegisteredRule',
    in: ['variants'],
    matches: (world) => [versionIs('PendingManualApproval', world)],
    ignores: (world) => [
      versionIs('Approved', world),
      versionIs('Rejected', world),
      versionIs('PendingManualApproval', world, 'another-group'),
    ],
  },
  jobEnded('Monitoring/ExperimentTrackingTrainingEndedRule', 'Training Job', 'TrainingJob'),
  jobEnded('Monitoring/ExperimentTrackingTuningEndedRule', 'HyperParameter Tuning Job', 'HyperParameterTuningJob'),
  {
    // The function asks which schedule made the job: the event does not say.
    rule: 'Monitoring/ModelMonitorRunCompletedRule',
    in: ['modelMonitor'],
    matches: () => [sagemaker('Processing Job', { ProcessingJobName: 'a-run', ProcessingJobStatus: 'Completed' })],
    ignores: () =>
      ['InProgress', 'Failed', 'Stopped'].map((status) =>
        sagemaker('Processing Job', { ProcessingJobName: 'a-run', ProcessingJobStatus: status }),
      ),
  },
];
