import { call, outcome } from '../shared/state-machine/states-language';
import type { ReleaseState, ReleaseStates } from './release-state-names';
import { isAsleep, maxTurns, type ReleaseDefinitionProps } from './release-steps';

/**
 * What a good version would pay for, though it is not at fault. A fleet that scales is being updated, too, and
 * SageMaker takes no second update meanwhile: CloudFormation would fail. And an alarm that still sounds about the
 * release before would take this one back at once. Both are waited for. A look that fails stops nothing; whether the
 * update may be, SageMaker says itself.
 */
export function endpointStates(
  props: ReleaseDefinitionProps,
  next: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (props.endpointName === undefined) return { first: next, states: {} };
  const alarms = alarmStates(props.rollbackAlarmNames ?? [], next);
  return {
    first: 'IsThereAnEndpoint',
    states: {
      IsThereAnEndpoint: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.live.arn', StringEquals: 'none', Next: alarms.first },
          ...(props.endpointStateParameterName === undefined ? [] : [{ ...isAsleep, Next: alarms.first }]),
        ],
        Default: 'DescribeEndpoint',
      },
      DescribeEndpoint: call(
        'arn:aws:states:::aws-sdk:sagemaker:describeEndpoint',
        { EndpointName: props.endpointName },
        {
          select: { 'status.$': '$.EndpointStatus' },
          resultPath: '$.fleet',
          next: 'IsEndpointReady',
          onError: alarms.first,
        },
      ),
      IsEndpointReady: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.fleet.status', StringEquals: 'InService', Next: alarms.first },
          { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
          {
            Or: ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'].map((status) => ({
              Variable: '$.fleet.status',
              StringEquals: status,
            })),
            Next: 'CountTurn',
          },
        ],
        Default: 'NoteEndpointStuck',
      },
      NoteEndpointStuck: outcome(
        'Failed',
        "States.Format('The endpoint is in {}, and takes no update. It needs a person: read its FailureReason, then repair or delete it and deploy the Serving stack.', $.fleet.status)",
        'NotifyFailed',
      ),
      ...alarms.states,
    },
  };
}

function alarmStates(
  names: readonly string[],
  next: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (names.length === 0) return { first: next, states: {} };
  const sounding = { Variable: '$.alarms.sounding[0].AlarmName', IsPresent: true };
  return {
    first: 'DescribeRollbackAlarms',
    states: {
      // The alarms as they come, not `[*].AlarmName`: of an empty list that path finds nothing, which need not be the
      // same as an empty list.
      DescribeRollbackAlarms: call(
        'arn:aws:states:::aws-sdk:cloudwatch:describeAlarms',
        { AlarmNames: names, StateValue: 'ALARM' },
        { select: { 'sounding.$': '$.MetricAlarms' }, resultPath: '$.alarms', next: 'AreAlarmsOk', onError: next },
      ),
      AreAlarmsOk: {
        Type: 'Choice',
        Choices: [
          {
            And: [sounding, { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns }],
            Next: 'NoteAlarmFired',
          },
          { ...sounding, Next: 'CountTurn' },
        ],
        Default: next,
      },
      NoteAlarmFired: outcome(
        'Failed',
        "States.Format('The alarm {} sounded before the update began, and did not stop: SageMaker would take any new model back for it. Find out what is wrong with the live model or its callers; the runbook of the alarm says how.', $.alarms.sounding[0].AlarmName)",
        'NotifyFailed',
      ),
    },
  };
}

/**
 * CloudFormation says that the update is complete. A deployment guardrail, or SageMaker itself, may have put the old
 * fleet back all the same: such an endpoint is in service, and may say no reason. Whether CloudFormation notices is
 * documented nowhere, so the endpoint's own configuration decides. A check that fails stops nothing: the smoke test
 * reads the version from each answer.
 *
 * AWS: sagemaker-hosting/silent-rollback
 */
export function configurationStates(
  props: ReleaseDefinitionProps,
  next: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (props.endpointName === undefined) return { first: next, states: {} };
  return {
    first: 'CheckConfiguration',
    states: {
      CheckConfiguration: call(
        'arn:aws:states:::lambda:invoke',
        { FunctionName: props.explainUpdateFunctionArn, Payload: { mode: 'updated' } },
        {
          select: { 'inPlace.$': '$.Payload.inPlace', 'text.$': '$.Payload.text' },
          resultPath: '$.update',
          next: 'HasNewConfiguration',
          onError: next,
        },
      ),
      HasNewConfiguration: {
        Type: 'Choice',
        Choices: [{ Variable: '$.update.inPlace', BooleanEquals: true, Next: next }],
        Default: 'NoteSilentRollback',
      },
      NoteSilentRollback: {
        Type: 'Pass',
        Parameters: { passed: false, blameless: true, 'text.$': '$.update.text' },
        ResultPath: '$.verdict',
        Next: 'RollBackParameter',
      },
    },
  };
}
