import { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { countErrors, countServerErrors } from '../shared/alarms/log-errors';
import { answers } from '../shared/blueprint/answers';

export interface EndpointLogsProps {
  readonly endpointName: string;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/**
 * The log group of the endpoint's containers, under the fixed name that SageMaker writes to. The stack creates it
 * first, because SageMaker would create it without our key and without a retention (MON-03: logs; SECCHK-07: logs may
 * hold sensitive data). Metric filters count errors in it.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 */
export class EndpointLogs extends Construct {
  constructor(scope: Construct, id: string, props: EndpointLogsProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/sagemaker/Endpoints/${props.endpointName}`,
      encryptionKey: props.operationsKey,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    countErrors(this, logGroup, 'EndpointErrors');
    countServerErrors(this, logGroup, 'EndpointErrors');
    answers(logGroup, 'MON-03', 'SECCHK-07', 'SEC-09');
  }
}
