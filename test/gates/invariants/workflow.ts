import { stateMachines } from '../resolved';
import { at, list, properties, text } from '../template';
import { type Invariant, place } from './invariant';

export const workflow: readonly Invariant[] = [
  {
    name: 'tasks-bounded-and-caught',
    why: 'A task without a time limit waits forever; one without a catch ends the execution without notifying anybody.',
    check: (templates) =>
      stateMachines(templates).flatMap(({ definition, ...located }) => [
        ...(Number(definition.TimeoutSeconds) > 0 ? [] : [{ place: place(located), problem: 'has no time limit' }]),
        ...Object.entries(properties(definition.States))
          .filter(([, state]) => at(state, 'Type') === 'Task')
          .flatMap(([name, state]) => [
            ...(Number(at(state, 'TimeoutSeconds')) > 0
              ? []
              : [{ place: place(located), problem: `${name} has no time limit` }]),
            ...(list(at(state, 'Catch')).some((one) => text(at(one, 'ErrorEquals')).includes('States.ALL'))
              ? []
              : [{ place: place(located), problem: `${name} does not catch every error` }]),
          ]),
      ]),
  },
  {
    name: 'state-machines-call-known-services',
    why: "Every task is a call with the state machine's role.",
    check: (templates) =>
      stateMachines(templates).flatMap(({ definition, ...located }) =>
        Object.entries(properties(definition.States))
          .filter(([, state]) => at(state, 'Type') === 'Task')
          .filter(
            ([, state]) =>
              !/^arn:aws:states:::(lambda:invoke|sns:publish|glue:startJobRun\.sync|sagemaker:\w+(\.sync)?|aws-sdk:((sagemaker|cloudformation|ssm|sfn):\w+|s3:listObjectsV2|cloudwatch:describeAlarms|glue:(startDataQualityRulesetEvaluationRun|getDataQualityRulesetEvaluationRun|getDataQualityResult)))$/.test(
                text(at(state, 'Resource')),
              ),
          )
          .map(([name, state]) => ({ place: place(located), problem: `${name} calls ${text(at(state, 'Resource'))}` })),
      ),
  },
];
