import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { FeaturesStage } from '../../features/stage';
import { covers } from '../../shared/blueprint/covers';
import type { MonitoredWorkflow } from '../monitored-workflow';

export interface StreamAlarmsProps extends MonitoredWorkflow {
  readonly features: FeaturesStage;
}

const millisecondsPerMinute = 60_000;

/** The alarms on the stream of departures and on what is made of it (MON-04: what to watch in the input data). */
export class StreamAlarms extends Construct {
  constructor(scope: Construct, id: string, { alarms, context, features }: StreamAlarmsProps) {
    super(scope, id);
    const { streamBehindMinutes } = context.configuration.alarms;
    covers(
      alarms.add(this, 'ConsumerBehind', {
        target: 'input data',
        metric: new cloudwatch.Metric({
          namespace: 'AWS/Lambda',
          metricName: 'IteratorAge',
          dimensionsMap: { FunctionName: features.consumerName },
          statistic: 'Maximum',
          period: Duration.minutes(5),
        }),
        threshold: streamBehindMinutes * millisecondsPerMinute,
        periods: 2,
        why:
          `The consumer has been ${streamBehindMinutes} minutes behind the stream for ten minutes: it fails and retries, or is too slow. ` +
          'States are computed without the events that it has not read. After the retention of the stream, they are lost to it.',
        missing: { treatAs: 'notBreaching', why: 'No event came, as at night.' },
        owner: 'data',
        runbook: 'stream-behind',
      }),
      'MON-04',
    );
    alarms.add(this, 'PutsThrottled', {
      target: 'input data',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Kinesis',
        metricName: 'WriteProvisionedThroughputExceeded',
        dimensionsMap: { StreamName: features.streamName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      periods: 3,
      why: 'Producers have been refused records for a quarter of an hour, because a shard is full. They send them again, so they come late; a single burst is no reason to call.',
      missing: { treatAs: 'notBreaching', why: 'No event came.' },
      owner: 'data',
      runbook: 'stream-throttled',
    });
    alarms.add(this, 'StateNotWritten', {
      target: 'input data',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Errors',
        dimensionsMap: { FunctionName: features.writerName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      why: 'The state of the airports was not written. Lambda tries twice more. Without it, the state expires online and predictions are made without it.',
      missing: { treatAs: 'notBreaching', why: 'The function reports an error only when it has run.' },
      owner: 'data',
      runbook: 'state-not-written',
    });
    for (const [name, { queue }] of Object.entries({
      RefusedEvents: features.refusedEvents,
      MissedMoments: features.missedMoments,
    }))
      alarms.add(this, name, {
        target: 'input data',
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
        threshold: 1,
        why:
          name === 'RefusedEvents'
            ? 'An event of the stream was refused, or a batch was given up after its retries. None of it is in the features; the message has the reason, or the place in the stream.'
            : 'The state of a moment could not be written within its retries, so it is missing online and offline.',
        missing: { treatAs: 'notBreaching', why: 'SQS reports no metrics of a queue that was not used for six hours.' },
        owner: 'data',
        runbook: name === 'RefusedEvents' ? 'refused-events' : 'state-not-written',
      });
  }
}
