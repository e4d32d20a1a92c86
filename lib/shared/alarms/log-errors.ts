import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

import { covers } from '../blueprint/covers';
import { metricNamespace } from '../stack/workflow-stack';

const logNamespace = metricNamespace('Logs');

type Writers = 'FunctionErrors' | 'EndpointErrors';

/**
 * Counts a log group's lines of level ERROR in one metric for all writers of a kind (MON-03: what belongs into logs).
 * An error that code logs and then ignores appears in no other metric. A query over the log groups shows which one it
 * was; a metric for each group would need an alarm for each.
 */
export function countErrors(scope: Construct, logGroup: logs.ILogGroup, metricName: Writers): void {
  const filter = new logs.MetricFilter(scope, 'Errors', {
    logGroup,
    filterPattern: logs.FilterPattern.stringValue('$.level', '=', 'ERROR'),
    metricNamespace: logNamespace,
    metricName,
    metricValue: '1',
  });
  covers(filter, 'MON-03');
}

/**
 * Counts errors of the model server in AWS's images, which does not log JSON: a worker that was killed for its time or
 * memory, and a script that raised an exception. A worker that stops normally also logs an error, which is not counted.
 */
// AWS: sagemaker-containers/logs-of-the-model-server
export function countServerErrors(scope: Construct, logGroup: logs.ILogGroup, metricName: Writers): void {
  const filter = new logs.MetricFilter(scope, 'ServerErrors', {
    logGroup,
    filterPattern: logs.FilterPattern.anyTerm(
      'WORKER TIMEOUT',
      'was sent SIGKILL',
      'Error handling request',
      'Exception in worker process',
      'Exception on /',
    ),
    metricNamespace: logNamespace,
    metricName,
    metricValue: '1',
  });
  covers(filter, 'MON-03');
}

export function logErrors(metricName: Writers): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: logNamespace, metricName, statistic: 'Sum', period: Duration.minutes(5) });
}
