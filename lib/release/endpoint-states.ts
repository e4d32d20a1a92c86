import { call, outcome, type State } from '../foundation/states-language';
import { isAsleep, maxTurns, type ReleaseDefinitionProps } from './release-steps';

/**
 * A fleet that scales is being updated, too, and SageMaker takes no second update meanwhile: CloudFormation would fail, and a good version pay for it.
 * A look that fails stops nothing; whether the update may be, SageMaker says itself.
 */
export function endpointStates(props: ReleaseDefinitionProps, next: string): { readonly first: string; readonly states: Record<string, State> } {
  if (props.endpointName === undefined) return { first: next, states: {} };
  return {
    first: 'IsThereAnEndpoint',
    states: {
      IsThereAnEndpoint: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.live.arn', StringEquals: 'none', Next: next },
          ...(props.endpointStateParameterName === undefined ? [] : [{ ...isAsleep, Next: next }]),
        ],
        Default: 'DescribeEndpoint',
      },
      DescribeEndpoint: call(
        'arn:aws:states:::aws-sdk:sagemaker:describeEndpoint',
        { EndpointName: props.endpointName },
        { select: { 'status.$': '$.EndpointStatus' }, resultPath: '$.fleet', next: 'IsEndpointReady', onError: next },
      ),
      IsEndpointReady: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.fleet.status', StringEquals: 'InService', Next: next },
          { Variable: '$.count.turns', NumericGreaterThanEquals: maxTurns, Next: 'NoteWaitedTooLong' },
          {
            Or: ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'].map((status) => ({ Variable: '$.fleet.status', StringEquals: status })),
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
    },
  };
}
