import { call, outcome } from '../../shared/state-machine/states-language';
import type { ReleaseState, ReleaseStates } from './state-names';
import { describeServing, isRemoved, maxTurns, type ReleaseDefinitionProps } from './steps';

/**
 * Phase 3, readiness: waits for conditions that would make the update of a healthy model fail. These are a stack or an
 * endpoint that is being updated, and a rollback alarm that is still in ALARM because of the previous release.
 */
export function readinessStates(props: ReleaseDefinitionProps): ReleaseStates {
  const endpoint = endpointStates(props, 'MarkStart');
  return {
    DescribeServing: describeServing(props, 'IsServingReady', 'NoteError'),
    IsServingReady: {
      Type: 'Choice',
      Choices: [
        {
          Or: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'].map((status) => ({
            Variable: '$.serving.status',
            StringEquals: status,
          })),
          Next: endpoint.first,
        },
        { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
        // Somebody deploys the stack: wait for the end of it, as for an earlier release.
        { Variable: '$.serving.status', StringMatches: '*_IN_PROGRESS', Next: 'CountTurn' },
      ],
      Default: 'NoteServingStuck',
    },
    ...endpoint.states,
  };
}

/**
 * An endpoint that scales is being updated, too, and SageMaker accepts no second update meanwhile. If a check itself
 * fails, the release goes on: SageMaker then accepts or refuses the update.
 */
function endpointStates(
  props: ReleaseDefinitionProps,
  next: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (props.endpointName === undefined) return { first: next, states: {} };
  const alarms = alarmStates(props.rollbackAlarmNames ?? [], next);
  return {
    first: 'DoesEndpointExist',
    states: {
      DoesEndpointExist: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.live.arn', StringEquals: 'none', Next: alarms.first },
          ...(props.endpointStateParameterName === undefined ? [] : [{ ...isRemoved, Next: alarms.first }]),
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
        "States.Format('The endpoint is in {} and accepts no update. It needs a person: read its FailureReason, then repair or delete it and deploy the Serving stack.', $.fleet.status)",
        'NotifyFailed',
      ),
      ...alarms.states,
    },
  };
}

/** An alarm in ALARM would roll the new version back at once: SageMaker does not check since when. */
function alarmStates(
  names: readonly string[],
  next: ReleaseState,
): { readonly first: ReleaseState; readonly states: ReleaseStates } {
  if (names.length === 0) return { first: next, states: {} };
  const isFiring = { Variable: '$.alarms.firing[0].AlarmName', IsPresent: true };
  return {
    first: 'DescribeRollbackAlarms',
    states: {
      // Keeps the alarms, not `[*].AlarmName`: on an empty list that path finds nothing, which may differ from an empty
      // list.
      DescribeRollbackAlarms: call(
        'arn:aws:states:::aws-sdk:cloudwatch:describeAlarms',
        { AlarmNames: names, StateValue: 'ALARM' },
        { select: { 'firing.$': '$.MetricAlarms' }, resultPath: '$.alarms', next: 'AreAlarmsOk', onError: next },
      ),
      AreAlarmsOk: {
        Type: 'Choice',
        Choices: [
          {
            And: [isFiring, { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns }],
            Next: 'NoteAlarmFired',
          },
          { ...isFiring, Next: 'CountTurn' },
        ],
        Default: next,
      },
      NoteAlarmFired: outcome(
        'Failed',
        "States.Format('The alarm {} was in ALARM before the update began, and stayed so: SageMaker would roll back any update. Find out what is wrong with the live model or its callers; the runbook of the alarm says how.', $.alarms.firing[0].AlarmName)",
        'NotifyFailed',
      ),
    },
  };
}
