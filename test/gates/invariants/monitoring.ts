import type { Finding } from '../finding';
import { at, list, resourcesOf, text } from '../template';
import { type Invariant, place } from './invariant';

export const monitoring: readonly Invariant[] = [
  {
    name: 'alarms-notify-somebody',
    why: 'An alarm without an action notifies nobody.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::CloudWatch::Alarm')
        // Of an asynchronous endpoint: it calls an instance, not a person.
        .filter(({ properties: one }) => one.MetricName !== 'HasBacklogWithoutCapacity')
        .filter(
          ({ properties: one }) => !/NotificationsTopic/.test(text(one.AlarmActions)) || one.ActionsEnabled === false,
        )
        .map((one) => ({ place: place(one), problem: 'has no action on the notification topic' })),
  },
  {
    name: 'missing-data-is-noticed',
    why: 'A monitor that never runs looks exactly like a model that never drifts; a full dead-letter queue like a quiet day.',
    check: (templates) => {
      const alarms = resourcesOf(templates, 'AWS::CloudWatch::Alarm');
      const silent = alarms.filter(({ id }) => /MonitorSilent/.test(id));
      const watched = alarms.filter(
        ({ properties: one }) => one.MetricName === 'ApproximateNumberOfMessagesVisible' && one.Threshold === 1,
      );
      const analysis = resourcesOf(templates, 'AWS::StepFunctions::StateMachine').some(({ id }) =>
        id.startsWith('DriftAnalysis'),
      );
      const queues = resourcesOf(templates, 'AWS::SQS::Queue');
      return [
        ...(analysis && silent.length === 0
          ? [{ place: 'Monitoring', problem: 'no alarm notices that the analysis never ran' }]
          : []),
        ...silent
          .filter(
            ({ properties: one }) =>
              one.TreatMissingData !== 'missing' || !/NotificationsTopic/.test(text(one.InsufficientDataActions)),
          )
          .map((one) => ({ place: place(one), problem: 'takes silence for health' })),
        ...(watched.length < queues.length
          ? [{ place: 'Monitoring', problem: `${queues.length} dead-letter queues, ${watched.length} alarms on them` }]
          : []),
        ...(resourcesOf(templates, 'AWS::Budgets::Budget').length === 1
          ? []
          : [{ place: 'Monitoring', problem: 'no budget limits what this may cost' }]),
      ];
    },
  },
  {
    name: 'audit-complete',
    why: 'What is not recorded cannot be asked later; what can be changed proves nothing.',
    check: (templates) => {
      const trails = resourcesOf(templates, 'AWS::CloudTrail::Trail');
      return [
        ...(trails.length === 1 ? [] : [{ place: 'DataLake', problem: `${trails.length} trails instead of one` }]),
        ...trails.flatMap((one): Finding[] => {
          const settings = ['IsLogging', 'EnableLogFileValidation', 'IsMultiRegionTrail', 'IncludeGlobalServiceEvents'];
          const selectors = text(one.properties.AdvancedEventSelectors);
          const buckets = resourcesOf(templates, 'AWS::S3::Bucket').filter(({ id }) =>
            /^(Raw|Curated|Artifacts|Capture)/.test(id),
          );
          return [
            ...settings
              .filter((name) => one.properties[name] !== true)
              .map((name) => ({ place: place(one), problem: `${name} is not on` })),
            ...buckets
              .filter(({ id }) => !selectors.includes(`"${id}"`))
              .map(({ id }) => ({ place: place(one), problem: `does not record who touched objects of ${id}` })),
            ...(selectors.includes('"Management"')
              ? []
              : [{ place: place(one), problem: 'does not record management events' }]),
          ];
        }),
        ...resourcesOf(templates, 'AWS::S3::Bucket')
          .filter(
            ({ id, properties: one }) =>
              !id.startsWith('AccessLogs') && at(one, 'LoggingConfiguration.DestinationBucketName') === undefined,
          )
          .map((one) => ({ place: place(one), problem: 'logs no access' })),
      ];
    },
  },
  {
    name: 'capture-all-requests',
    why: 'What is not captured is not monitored.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::SageMaker::EndpointConfig')
        // The other patterns capture nothing: lib/serving/serving-pattern.ts.
        .filter(
          ({ properties: one }) =>
            one.AsyncInferenceConfig === undefined && !/"ServerlessConfig"/.test(text(one.ProductionVariants)),
        )
        .filter(
          ({ properties: one }) =>
            at(one, 'DataCaptureConfig.EnableCapture') !== true ||
            at(one, 'DataCaptureConfig.InitialSamplingPercentage') !== 100 ||
            list(at(one, 'DataCaptureConfig.CaptureOptions')).length !== 2,
        )
        .map((one) => ({ place: place(one), problem: 'does not capture every request and response' })),
  },
];
