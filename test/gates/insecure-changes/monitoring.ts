import { isProperties, list, type Templates } from '../template';
import { drop, type InsecureChange, inner, propertiesOf } from './insecure-change';

const alarm = (templates: Templates, id: string) => propertiesOf(templates, 'Monitoring', id, 'AWS::CloudWatch::Alarm');
const trail = (templates: Templates) => propertiesOf(templates, 'DataLake', 'AuditTrail', 'AWS::CloudTrail::Trail');
const remove = (templates: Templates, stack: string, idPrefix: string) => {
  const id = Object.keys(templates[stack].Resources).find((one) => one.startsWith(idPrefix));
  if (id === undefined) throw new Error(`no ${idPrefix} in ${stack}: this insecure change is out of date`);
  delete templates[stack].Resources[id];
};

export const monitoring: readonly InsecureChange[] = [
  {
    name: 'the drift alarm notifies nobody',
    why: 'An alarm without an action notifies nobody.',
    check: 'alarms-notify-somebody',
    apply: (templates) => drop(alarm(templates, 'AlarmsDrift'), 'AlarmActions'),
  },
  {
    name: "an alarm's actions are off",
    why: 'As above, and it looks right in the console.',
    check: 'alarms-notify-somebody',
    apply: (templates) => void (alarm(templates, 'AlarmsPipelineFailed').ActionsEnabled = false),
  },
  {
    name: 'silence counts as health',
    why: 'A monitor that never runs finds no drift.',
    check: 'missing-data-is-noticed',
    apply: (templates) => void (alarm(templates, 'AlarmsMonitorSilent').TreatMissingData = 'notBreaching'),
  },
  {
    name: 'nobody watches a dead-letter queue',
    why: 'Events lie there for two weeks and are gone.',
    check: 'missing-data-is-noticed',
    apply: (templates) => remove(templates, 'Monitoring', 'AlarmsReleaseDeadLetters'),
  },
  {
    name: 'there is no budget',
    why: 'The first notice is the bill.',
    check: 'missing-data-is-noticed',
    apply: (templates) => remove(templates, 'Monitoring', 'MonthlyBudget'),
  },
  {
    name: 'the trail is off',
    why: 'Nothing is recorded.',
    check: 'audit-complete',
    apply: (templates) => void (trail(templates).IsLogging = false),
  },
  {
    name: "the trail's files can be changed unnoticed",
    why: 'Evidence that proves nothing.',
    check: 'nag',
    apply: (templates) => void (trail(templates).EnableLogFileValidation = false),
  },
  {
    name: 'the trail records one region',
    why: 'An intruder works in another.',
    check: 'audit-complete',
    apply: (templates) => void (trail(templates).IsMultiRegionTrail = false),
  },
  {
    name: 'the trail records no access to objects',
    why: 'Nobody knows who read the data.',
    check: 'audit-complete',
    apply: (templates) =>
      void (trail(templates).AdvancedEventSelectors = list(trail(templates).AdvancedEventSelectors).slice(0, 1)),
  },
  {
    name: 'the trail is not encrypted with our key',
    why: 'Whoever may read the bucket reads every call.',
    check: 'nag',
    apply: (templates) => drop(trail(templates), 'KMSKeyId'),
  },
  {
    name: "anybody's trail may write to the audit bucket",
    why: 'Forged records among ours.',
    check: 'services-act-for-own-account',
    apply: (templates) => {
      const document = inner(
        propertiesOf(templates, 'DataLake', 'AuditBucketPolicy', 'AWS::S3::BucketPolicy'),
        'PolicyDocument',
      );
      const statement = list(document.Statement)
        .filter(isProperties)
        .find(({ Sid }) => Sid === 'AllowCloudTrailWrite');
      if (statement === undefined)
        throw new Error('no statement AllowCloudTrailWrite: this insecure change is out of date');
      drop(inner(statement, 'Condition', 'StringEquals'), 'aws:SourceArn');
    },
  },
];
