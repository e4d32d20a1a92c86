import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { metricNamespace } from '../../shared/stack/workflow-stack';
import type { MonitoredWorkflow } from '../monitored-workflow';

export interface SecurityAlarmsProps extends Pick<MonitoredWorkflow, 'lake' | 'alarms'> {
  /** Common prefix of the names of all roles of these stacks. */
  readonly roleNamePrefix: string;
}

const namespace = metricNamespace('Security');

/**
 * Alarms on the audit trail, about the workflow's roles, keys and the trail itself (MON-07: security events; SEC-08: why
 * an audit trail). Each role is allowed only the calls it makes, so a denied call needs no model of "usual" behavior. The
 * patterns follow Security Hub's CloudWatch controls, restricted to the workflow where possible.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
 */
export class SecurityAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SecurityAlarmsProps,
  ) {
    super(scope, id);
    const roles = `${props.roleNamePrefix}*`;
    const issuer = '$.userIdentity.sessionContext.sessionIssuer.userName';

    this.watch('DeniedCalls', {
      pattern: `{ (${issuer} = "${roles}") && (($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation")) }`,
      why: 'A role of the workflow was denied a call. Its policy allows exactly the calls it makes, so either the code changed or somebody else uses the role.',
      runbook: 'denied-calls',
    });
    this.watch('RoleTakenByStranger', {
      // When the trust policy denies the call, CloudTrail does not record the role, so every denied attempt counts.
      pattern:
        '{ ($.eventName = "AssumeRole*") && ($.userIdentity.type != "AWSService") && ' +
        `(($.requestParameters.roleArn = "*:role/${roles}") || ($.errorCode = "AccessDenied*")) }`,
      why: 'A principal other than an AWS service assumed a role of the workflow, or was denied a role of the account. Only AWS services use these roles.',
      runbook: 'role-taken-by-stranger',
    });
    this.watch('ApprovedByWorkflow', {
      pattern: `{ (($.eventName = "UpdateModelPackage") || ($.eventName = "CreateModelPackage")) && ($.requestParameters.modelApprovalStatus = "Approved") && (${issuer} = "${roles}") }`,
      why: 'A role of the workflow approved a model, or tried to. Only a person may decide which model serves.',
      runbook: 'approved-by-workflow',
    });
    this.watch('KeyDisabled', {
      pattern:
        '{ ($.eventSource = "kms.amazonaws.com") && (($.eventName = "DisableKey") || ($.eventName = "ScheduleKeyDeletion")) }',
      why: 'A KMS key of the account was disabled or scheduled for deletion. Nobody can read the data that it encrypts from then on.',
      runbook: 'key-disabled',
    });
    this.watch('TrailChanged', {
      pattern:
        '{ ($.eventSource = "cloudtrail.amazonaws.com") && (($.eventName = "StopLogging") || ($.eventName = "DeleteTrail") || ($.eventName = "UpdateTrail") || ' +
        '($.eventName = "PutEventSelectors")) }',
      why: 'The audit trail was stopped or changed. An attacker does this first, to leave no record of the next calls.',
      runbook: 'trail-changed',
    });
  }

  private watch(name: string, { pattern, why, runbook }: { pattern: string; why: string; runbook: string }): void {
    new logs.MetricFilter(this, `${name}Filter`, {
      logGroup: this.props.lake.auditLogs,
      filterPattern: logs.FilterPattern.literal(pattern),
      metricNamespace: namespace,
      metricName: name,
      metricValue: '1',
    });
    const alarm = this.props.alarms.add(this, name, {
      target: 'security',
      metric: new cloudwatch.Metric({ namespace, metricName: name, statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      why: `${why} A single event is enough.`,
      missing: { treatAs: 'notBreaching', why: 'The trail recorded no such event, which is normal.' },
      owner: 'security',
      runbook,
    });
    covers(alarm, 'MON-07');
  }
}
