import { call } from '../../shared/state-machine/states-language';
import type { BatchScoringDefinitionProps } from './props';
import type { BatchScoringStates } from './state-names';

/**
 * Reads the live model's name at run time, from the endpoint or from the stack. If the definition contained the name,
 * each release would have to change the state machine, and the release's role would need permission to do so.
 */
export function liveModelStates({ endpointName, modelFrom }: BatchScoringDefinitionProps): BatchScoringStates {
  if (modelFrom) {
    return {
      FindLiveModel: call(
        'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
        { StackName: modelFrom.stackName },
        {
          // Without this output, the array is empty, States.ArrayGetItem fails, and the error is caught.
          select: {
            'name.$': `States.ArrayGetItem($.Stacks[0].Outputs[?(@.OutputKey == '${modelFrom.outputKey}')].OutputValue, 0)`,
          },
          resultPath: '$.model',
          next: 'Score',
          onError: 'NoteNoLiveModel',
        },
      ),
    };
  }
  return {
    FindLiveEndpoint: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeEndpoint',
      { EndpointName: endpointName },
      {
        select: { 'configName.$': '$.EndpointConfigName' },
        resultPath: '$.endpoint',
        next: 'FindLiveModel',
        onError: 'NoteNoLiveModel',
      },
    ),
    FindLiveModel: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeEndpointConfig',
      { 'EndpointConfigName.$': '$.endpoint.configName' },
      {
        select: { 'name.$': '$.ProductionVariants[0].ModelName' },
        resultPath: '$.model',
        next: 'Score',
        onError: 'NoteNoLiveModel',
      },
    ),
  };
}
