import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { countErrors, countServerErrors } from '../shared/alarms/log-errors';
import { covers } from '../shared/blueprint/covers';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface EndpointLogsProps {
  readonly context: WorkflowContext;
  readonly endpointName: string;
}

/**
 * The log group of the endpoint's containers, under the fixed name that SageMaker writes to. The stack creates it
 * first, because SageMaker would create it without our key and without a retention (MON-03: what belongs into logs;
 * SECCHK-07: logs may hold sensitive data). Metric filters count errors in it.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 */
export class EndpointLogs extends Construct {
  constructor(scope: Construct, id: string, props: EndpointLogsProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/sagemaker/Endpoints/${props.endpointName}`,
      encryptionKey: props.context.operationsKey,
      retention: props.context.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    countErrors(this, logGroup, 'EndpointErrors');
    countServerErrors(this, logGroup, 'EndpointErrors');
    covers(logGroup, 'MON-03', 'SECCHK-07', 'SEC-09');
  }
}
