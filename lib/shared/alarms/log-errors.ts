import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import { metricNamespace } from '../stack/workflow-stack';

const logNamespace = metricNamespace('Logs');

type Writers = 'FunctionErrors' | 'EndpointErrors';

/**
 * Counts a log group's lines of level ERROR in one metric for all writers of a kind (MON-03): an error that is logged
 * and then swallowed shows in no other metric. Which group it was, a query over the groups says; a metric for each
 * would be an alarm for each.
 */
export function countErrors(scope: Construct, logGroup: logs.ILogGroup, metricName: Writers): void {
  const filter = new logs.MetricFilter(scope, 'Errors', {
    logGroup,
    filterPattern: logs.FilterPattern.stringValue('$.level', '=', 'ERROR'),
    metricNamespace: logNamespace,
    metricName,
    metricValue: '1',
  });
  answers(filter, 'MON-03');
}

/**
 * The model server of AWS's images logs no JSON: a worker that was ended for its time or its memory, a script that
 * raised. A worker that is stopped in good order logs an error, too, and is not counted.
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
  answers(filter, 'MON-03');
}

export function logErrors(metricName: Writers): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: logNamespace, metricName, statistic: 'Sum', period: Duration.minutes(5) });
}
