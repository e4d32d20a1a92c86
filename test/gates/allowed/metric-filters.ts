import { prefix, problem } from './references';
import { type Fields, like, members, object, only, own, type Rule, ref } from './rules';

/** One pattern and what it counts. */
function counted(pattern: Rule, namespace: string, metric: string, value: '1' | '0', log: Rule): Fields {
  return {
    FilterPattern: pattern,
    LogGroupName: log,
    MetricTransformations: members(
      object({
        MetricName: only(metric),
        MetricNamespace: only(`MlaBlueprint/${namespace}`),
        MetricValue: only(value),
      }),
    ),
  };
}

const trail = ref('Logs::LogGroup', '', 'AuditTrailLogs');
const endpoint = `${prefix}-${problem}(-serverless|-asynchronous)?`;
const ofTrail = (namespace: string, metric: string, pattern: string, value: '1' | '0' = '1') =>
  counted(like(new RegExp(escaped(pattern).replaceAll('ENDPOINT', endpoint))), namespace, metric, value, trail);

/** By logical id, without `Filter`: what the audit trail must not show, and what its presence means. */
const audited: Readonly<Record<string, Fields>> = {
  // Somebody deleted the endpoint by hand; CloudFormation's own deletions are releases.
  EndpointAlarmsDeleted: ofTrail(
    'Endpoint',
    'EndpointDeleted',
    '{ ($.eventSource = "sagemaker.amazonaws.com") && ($.eventName = "DeleteEndpoint") && ($.requestParameters.endpointName = "ENDPOINT") && ($.errorCode NOT EXISTS) && ($.sourceIPAddress != "cloudformation.amazonaws.com")}',
  ),
  // Sets the same metric back.
  EndpointAlarmsCreated: ofTrail(
    'Endpoint',
    'EndpointDeleted',
    '{ ($.eventSource = "sagemaker.amazonaws.com") && ($.eventName = "CreateEndpoint") && ($.requestParameters.endpointName = "ENDPOINT") && ($.errorCode NOT EXISTS) }',
    '0',
  ),
  // A role of ours tries what it may not: a mistake in a policy, or a stranger's code.
  SecurityAlarmsDeniedCalls: ofTrail(
    'Security',
    'DeniedCalls',
    '{ ($.userIdentity.sessionContext.sessionIssuer.userName = "MlaBlueprint-*") && (($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation")) }',
  ),
  SecurityAlarmsRoleTakenByStranger: ofTrail(
    'Security',
    'RoleTakenByStranger',
    '{ ($.eventName = "AssumeRole*") && ($.userIdentity.type != "AWSService") && (($.requestParameters.roleArn = "*:role/MlaBlueprint-*") || ($.errorCode = "AccessDenied*")) }',
  ),
  // People approve models; a role of the workflow never does.
  SecurityAlarmsApprovedByWorkflow: ofTrail(
    'Security',
    'ApprovedByWorkflow',
    '{ (($.eventName = "UpdateModelPackage") || ($.eventName = "CreateModelPackage")) && ($.requestParameters.modelApprovalStatus = "Approved") && ($.userIdentity.sessionContext.sessionIssuer.userName = "MlaBlueprint-*") }',
  ),
  SecurityAlarmsKeyDisabled: ofTrail(
    'Security',
    'KeyDisabled',
    '{ ($.eventSource = "kms.amazonaws.com") && (($.eventName = "DisableKey") || ($.eventName = "ScheduleKeyDeletion")) }',
  ),
  SecurityAlarmsTrailChanged: ofTrail(
    'Security',
    'TrailChanged',
    '{ ($.eventSource = "cloudtrail.amazonaws.com") && (($.eventName = "StopLogging") || ($.eventName = "DeleteTrail") || ($.eventName = "UpdateTrail") || ($.eventName = "PutEventSelectors")) }',
  ),
};

const errors = only('{ $.level = "ERROR" }');
const ownLog = own('Logs::LogGroup', '');

/** Not on the list: the errors of a function's own log, as each function has it. */
export function metricFilters(id: string): Fields {
  const one = audited[id.replace(/Filter$/, '')];
  if (one !== undefined) return one;
  // The endpoint's program writes JSON, its server plain text.
  if (id === 'EndpointLogsErrors') return counted(errors, 'Logs', 'EndpointErrors', '1', ownLog);
  if (id === 'EndpointLogsServerErrors')
    return counted(
      only(
        '?"WORKER TIMEOUT" ?"was sent SIGKILL" ?"Error handling request" ?"Exception in worker process" ?"Exception on /"',
      ),
      'Logs',
      'EndpointErrors',
      '1',
      ref('Logs::LogGroup', '', 'EndpointLogs'),
    );
  return counted(errors, 'Logs', 'FunctionErrors', '1', ownLog);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
