import type { AllowedTypes } from './allowed-type';
import { prefix, tags } from './references';
import { elsewhere, like, members, object, only, own } from './rules';

export const stateMachineTypes: AllowedTypes = {
  'AWS::StepFunctions::StateMachine': {
    why: 'Release, batch scoring, both analyses, the training set. The states are read by closed-world-states.',
    stacks: ['DataLake', 'Serving', 'Release', 'Monitoring'],
    after: ['AWS::IAM::Role'],
    properties: {
      StateMachineName: like(
        new RegExp(`${prefix}-(build-training-set|batch-scoring|release|monitoring|model-quality)`),
      ),
      StateMachineType: only('STANDARD'),
      DefinitionString: elsewhere,
      LoggingConfiguration: object({
        Level: only('ALL'),
        IncludeExecutionData: only(true),
        Destinations: members(
          object({ CloudWatchLogsLogGroup: object({ LogGroupArn: own('Logs::LogGroup', 'Arn') }) }),
        ),
      }),
      RoleArn: own('IAM::Role', 'Arn'),
      TracingConfiguration: object({ Enabled: only(true) }),
      Tags: tags,
    },
  },
};
