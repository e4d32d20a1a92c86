import type { AllowedTypes } from './allowed-type';
import { bucketName, prefix, problem, stateMachineArn, tags } from './references';
import { between, type Fields, like, members, object, only, own, type Rule, ref, words } from './rules';

/** What starts it, and what it starts. */
interface AllowedEvent {
  readonly on: Fields;
  readonly starts: Rule;
  /** A role of its own, where EventBridge needs one: state machines. */
  readonly byRole?: true;
}

const schedule = (...forms: readonly RegExp[]): Fields => ({
  ScheduleExpression: like(new RegExp(forms.map(({ source }) => source).join('|'))),
});
// At most every five minutes and at least once a day: more costs, less is not noticed.
const minutesOrHours = /rate\((5|10|15|20|30|60) minutes\)|rate\(([1-9]|1\d|2[0-4]) hours?\)/;
const hourly = /cron\(\d{1,2}(\/(5|10|15|20|30))? \* \* \* \? \*\)/;
const daily = /cron\(\d{1,2} \d{1,2} \* \* \? \*\)|rate\(1 day\)/;

const on = (source: string, type: string, detail: Fields, others: Fields = {}): Fields => ({
  EventPattern: object({
    source: only([source]),
    'detail-type': only([type]),
    detail: object(detail),
    ...others,
  }),
});

/** New objects below one prefix of one bucket: CSV files of any size, everything else if it is not empty. */
const arrival = (bucket: string, folder: string) =>
  on('aws.s3', 'Object Created', {
    bucket: object({ name: members(bucketName(bucket)) }),
    object: object({
      $or: members(
        object({ key: only([{ prefix: `${folder}/` }]), size: only([{ numeric: ['>', 0] }]) }),
        object({ key: only([{ wildcard: `${folder}/*.csv` }]) }),
      ),
    }),
  });

const package_ = (status: string) =>
  on('aws.sagemaker', 'SageMaker Model Package State Change', {
    ModelPackageGroupName: only([`${prefix}-${problem}`]),
    ModelApprovalStatus: only([status]),
  });

const alarmRaised = (id: string) =>
  on(
    'aws.cloudwatch',
    'CloudWatch Alarm State Change',
    { state: object({ value: only(['ALARM']) }) },
    { resources: members(ref('CloudWatch::Alarm', 'Arn', id)) },
  );

/** Our jobs by their prefix, and every way in which one can end. */
const jobEnded = (kind: string, name: string) => {
  const field = kind.replaceAll(' ', '');
  return on('aws.sagemaker', `SageMaker ${kind} State Change`, {
    [`${field}Name`]: members(object({ prefix: like(new RegExp(name)) })),
    [`${field}Status`]: only(['Completed', 'Failed', 'Stopped']),
  });
};

const calls = (id: string) => ref('Lambda::Function', 'Arn', `${id}Function`);
const tuningPrefix = 'mla[0-9a-z]{3}-';

/** By logical id without `Rule`. A new rule is one entry: what it waits for, and what it starts. */
const allowedEvents: Readonly<Record<string, AllowedEvent>> = {
  BatchIngestObjectArrived: { on: arrival('RawBucket', 'raw'), starts: calls('BatchIngestCurate') },
  BatchScoringArrived: {
    on: arrival('ArtifactsBucket', 'batch/input'),
    starts: stateMachineArn('batch-scoring'),
    byRole: true,
  },
  BatchScoringNightly: { on: schedule(daily), starts: stateMachineArn('batch-scoring'), byRole: true },
  // Only approvals release, and the state machine checks again who approved.
  ApprovalReleaseApproved: { on: package_('Approved'), starts: stateMachineArn('release'), byRole: true },
  // At least hourly: an approval whose event was lost waits so long.
  ReconcilerSchedule: {
    on: schedule(/rate\((5|10|15|20|30|60) minutes\)|rate\(1 hour\)/),
    starts: calls('ReconcilerReconcile'),
  },
  DriftAnalysisHourly: { on: schedule(hourly), starts: stateMachineArn('monitoring'), byRole: true },
  ModelQualityDaily: { on: schedule(daily), starts: stateMachineArn('model-quality'), byRole: true },
  GroundTruthOutcomesArrived: { on: arrival('CuratedBucket', 'curated'), starts: calls('GroundTruthWriter') },
  AutomaticRetrainingQualityRaised: {
    on: alarmRaised('ModelQualityAlarmsModelQuality'),
    starts: calls('AutomaticRetrainingStartRetraining'),
  },
  AutomaticRetrainingDriftRaised: {
    on: alarmRaised('AlarmsDrift'),
    starts: calls('AutomaticRetrainingStartRetraining'),
  },
  AutomaticRetrainingScheduledCheck: {
    on: schedule(daily, minutesOrHours),
    starts: calls('AutomaticRetrainingStartRetraining'),
  },
  IdleEndpointHourly: { on: schedule(hourly), starts: calls('IdleEndpointWatch') },
  StateWriterMoments: { on: schedule(hourly), starts: calls('StateWriterWrite') },
  ModelMonitorRunCompleted: {
    on: on('aws.sagemaker', 'SageMaker Processing Job State Change', { ProcessingJobStatus: only(['Completed']) }),
    starts: calls('ModelMonitorPublisher'),
  },
  ExperimentTrackingTrainingEnded: {
    on: jobEnded('Training Job', tuningPrefix),
    starts: calls('ExperimentTrackingTracker'),
  },
  ExperimentTrackingTuningEnded: {
    on: jobEnded('HyperParameter Tuning Job', tuningPrefix),
    starts: calls('ExperimentTrackingTracker'),
  },
  ExperimentTrackingRegistered: { on: package_('PendingManualApproval'), starts: calls('ExperimentTrackingTracker') },
};

function eventRule(id: string): Fields {
  const one = allowedEvents[id.replace(/Rule$/, '')];
  return {
    Description: words,
    State: only('ENABLED'),
    Tags: tags,
    ...(one?.on ?? { [`an entry for ${id}`]: only('in allowedEvents') }),
    Targets: members(
      object({
        Id: only('Target'),
        Arn: one?.starts ?? ref('Lambda::Function', 'Arn'),
        // What cannot be delivered within an hour waits for a person instead of surprising one.
        RetryPolicy: object({ MaximumEventAgeInSeconds: between(60, 3600), MaximumRetryAttempts: between(1, 20) }),
        DeadLetterConfig: object({ Arn: ref('SQS::Queue', 'Arn', '\\w*(DeadLetters|Missed)Queue') }),
        ...(one?.byRole ? { RoleArn: own('IAM::Role', 'Arn') } : {}),
      }),
    ),
  };
}

export const events: AllowedTypes = {
  'AWS::Events::Rule': {
    why: 'What happens by itself: on a new object, an approval, an alarm, the end of a job, or by the clock.',
    stacks: ['DataLake', 'Serving', 'Release', 'Monitoring', 'Features'],
    properties: eventRule,
  },
};
