import type { AllowedTypes } from './allowed-type';
import { prefix, tags } from './references';
import { byId, elsewhere, like, listOf, object, only, optional, words } from './rules';

export const roles: AllowedTypes = {
  'AWS::IAM::Role': {
    why: 'One for each function, job, state machine and rule. No managed policy and no path (EV-010).',
    stacks: ['Foundation', 'DataLake', 'Serving', 'Training', 'Release', 'Monitoring', 'Features'],
    properties: {
      AssumeRolePolicyDocument: object({ Version: only('2012-10-17'), Statement: elsewhere }),
      Description: optional(words),
      Policies: optional(
        listOf(
          object({
            PolicyName: like(/[A-Z][A-Za-z]+/),
            PolicyDocument: object({ Version: only('2012-10-17'), Statement: elsewhere }),
          }),
        ),
      ),
      // People name this one, so its name is fixed; a name on another role could be guessed and trusted.
      RoleName: optional(byId((id) => (id === 'ApproverRole' ? only(`${prefix}-approver-<Region>`) : only('none')))),
      Tags: tags,
    },
  },
};
