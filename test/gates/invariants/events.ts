import type { Finding } from '../finding';
import { actions, allows, demanded, resourceStatements } from '../statements';
import { at, list, resourcesOf, text } from '../template';
import { type Invariant, place } from './invariant';

const isTracking = (id: string, about: string) =>
  /^ExperimentTrackingRegistered/.test(id) && about.includes('"ModelApprovalStatus":["PendingManualApproval"]');

export const events: readonly Invariant[] = [
  {
    name: 'events-not-lost',
    why: 'EventBridge drops what it cannot deliver, and nobody learns that an approval was lost.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::Events::Rule').flatMap((one): Finding[] => {
        const targets = list(one.properties.Targets);
        const accepts = resourceStatements(templates).some(
          (statement) =>
            allows(statement) &&
            actions(statement).includes('sqs:SendMessage') &&
            text(demanded(statement, 'ArnEquals', 'aws:SourceArn')).includes(`"${one.id}"`),
        );
        return [
          ...(targets.length === 1
            ? []
            : [{ place: place(one), problem: `has ${targets.length} targets instead of one` }]),
          ...targets
            .filter((target) => at(target, 'DeadLetterConfig.Arn') === undefined)
            .map(() => ({ place: place(one), problem: 'has a target without dead-letter queue' })),
          ...targets
            .filter(
              (target) =>
                typeof at(target, 'RetryPolicy.MaximumRetryAttempts') !== 'number' ||
                Number(at(target, 'RetryPolicy.MaximumEventAgeInSeconds') ?? 86_400) > 3_600,
            )
            .map(() => ({
              place: place(one),
              problem: 'retries for longer than an hour: an approval of yesterday would be released',
            })),
          ...(accepts ? [] : [{ place: place(one), problem: 'may not write to its dead-letter queue' }]),
          ...(one.properties.State === 'ENABLED' ? [] : [{ place: place(one), problem: 'is not enabled' }]),
        ];
      }),
  },
  {
    name: 'streams-not-blocked',
    why: 'One record that always fails stops its shard until it expires, and what is given up without a destination is gone.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::Lambda::EventSourceMapping').flatMap((one): Finding[] => {
        const { properties: mapping } = one;
        const wrong = {
          'reports no single failures': list(mapping.FunctionResponseTypes)[0] !== 'ReportBatchItemFailures',
          'does not halve a batch that fails': mapping.BisectBatchOnFunctionError !== true,
          'retries without end': !(Number(mapping.MaximumRetryAttempts ?? -1) >= 0),
          'keeps no record of what it gives up': at(mapping, 'DestinationConfig.OnFailure.Destination') === undefined,
          'may miss the first records of the stream': mapping.StartingPosition !== 'TRIM_HORIZON',
        };
        return Object.entries(wrong)
          .filter(([, holds]) => holds)
          .map(([problem]) => ({ place: place(one), problem }));
      }),
  },
  {
    name: 'rules-match-one-thing',
    why: 'A rule that matches too much releases, retrains or ingests what nobody asked for.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::Events::Rule')
        .filter(({ properties: { EventPattern } }) => EventPattern !== undefined)
        .flatMap(({ properties: { EventPattern: pattern }, ...one }): Finding[] => {
          const sources = list(at(pattern, 'source'));
          const about = text(at(pattern, 'detail'));
          return [
            ...(sources.length === 1 && /^aws\.[a-z0-9]+$/.test(text(sources[0]))
              ? []
              : [
                  {
                    place: place(one),
                    problem: 'does not name one AWS service as its source: anyone who may put events could start it',
                  },
                ]),
            ...(list(at(pattern, 'detail-type')).length === 1
              ? []
              : [{ place: place(one), problem: 'does not name one kind of event' }]),
            // Files of any size by their ending, below one prefix, are not "anything".
            ...(about === 'null' ||
            /"(exists|anything-but|wildcard)"/.test(about.replace(/\{"wildcard":"[\w-]+(\/[\w-]+)*\/\*\.csv"\}/g, ''))
              ? [{ place: place(one), problem: 'does not say which event: no detail' }]
              : []),
            // The tracking of experiments tags a version that waits for approval, and releases nothing.
            ...(/Model Package/.test(text(pattern)) &&
            !(/"ModelApprovalStatus":\["Approved"\]/.test(about) || isTracking(one.id, about))
              ? [{ place: place(one), problem: 'releases models that are not approved' }]
              : []),
            ...(/Model Package/.test(text(pattern)) && !/"ModelPackageGroupName":\["mla-blueprint-/.test(about)
              ? [{ place: place(one), problem: 'releases models of other groups' }]
              : []),
            ...(/aws\.s3/.test(text(pattern)) && !/"name":\[\{"(Ref|Fn::ImportValue|Fn::GetStackOutput)":/.test(about)
              ? [{ place: place(one), problem: 'takes objects of any bucket' }]
              : []),
          ];
        }),
  },
];
