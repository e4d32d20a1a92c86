import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import { metricNamespace } from '../../shared/stack/workflow-stack';

export interface SecurityAlarmsProps {
  readonly alarms: AlarmCatalogue;
  /** The audit trail's copy in CloudWatch Logs. */
  readonly auditLogs: logs.ILogGroup;
  /** What the names of all roles of these stacks begin with. */
  readonly roleNamePrefix: string;
}

const namespace = metricNamespace('Security');

/**
 * What the audit trail says of the workflow's roles and of what guards it (MON-07, SEC-08). Each role may do only what
 * it does, so a call outside its work is a denied call: nothing else has to be learnt about "usual" behaviour. The
 * patterns are those of Security Hub's CloudWatch controls, narrowed to the workflow where they can be.
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
      why: 'A role of the workflow was refused a call. Its policy holds exactly what it does, so either the code changed, or somebody else uses the role.',
      runbook: 'denied-calls',
    });
    this.watch('RoleTakenByStranger', {
      // CloudTrail does not say which role was asked for when the trust policy refused: every such attempt counts.
      pattern:
        '{ ($.eventName = "AssumeRole*") && ($.userIdentity.type != "AWSService") && ' +
        `(($.requestParameters.roleArn = "*:role/${roles}") || ($.errorCode = "AccessDenied*")) }`,
      why: "Somebody who is no AWS service took a role of the workflow, or was refused a role of the account. Only services do the workflow's work.",
      runbook: 'role-taken-by-stranger',
    });
    this.watch('ApprovedByWorkflow', {
      pattern: `{ (($.eventName = "UpdateModelPackage") || ($.eventName = "CreateModelPackage")) && ($.requestParameters.modelApprovalStatus = "Approved") && (${issuer} = "${roles}") }`,
      why: 'A role of the workflow approved a model, or tried to: what trains must not decide what is served.',
      runbook: 'approved-by-workflow',
    });
    this.watch('KeyDisabled', {
      pattern:
        '{ ($.eventSource = "kms.amazonaws.com") && (($.eventName = "DisableKey") || ($.eventName = "ScheduleKeyDeletion")) }',
      why: 'A KMS key of the account was disabled or is to be deleted: what it encrypts cannot be read from then on, by nobody.',
      runbook: 'key-disabled',
    });
    this.watch('TrailChanged', {
      pattern:
        '{ ($.eventSource = "cloudtrail.amazonaws.com") && (($.eventName = "StopLogging") || ($.eventName = "DeleteTrail") || ($.eventName = "UpdateTrail") || ' +
        '($.eventName = "PutEventSelectors")) }',
      why: 'The audit trail was stopped or changed: the first thing that somebody does who wants no record of the second.',
      runbook: 'trail-changed',
    });
  }

  private watch(name: string, { pattern, why, runbook }: { pattern: string; why: string; runbook: string }): void {
    new logs.MetricFilter(this, `${name}Filter`, {
      logGroup: this.props.auditLogs,
      filterPattern: logs.FilterPattern.literal(pattern),
      metricNamespace: namespace,
      metricName: name,
      metricValue: '1',
    });
    const alarm = this.props.alarms.add(this, name, {
      target: 'security',
      metric: new cloudwatch.Metric({ namespace, metricName: name, statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      why: `${why} One is enough to look.`,
      missing: { treatAs: 'notBreaching', why: 'The trail wrote no such event: that is what we hope for.' },
      owner: 'security',
      runbook,
    });
    answers(alarm, 'MON-07');
  }
}
