import type { Templates } from '../template';
import { drop, type InsecureChange, propertiesOf, rewrite } from './insecure-change';

const stateMachine = (templates: Templates) =>
  propertiesOf(templates, 'Release', 'ApprovalReleaseStateMachine', 'AWS::StepFunctions::StateMachine');
const change = (templates: Templates, from: string | RegExp, to: string) => {
  const one = stateMachine(templates);
  one.DefinitionString = rewrite(one.DefinitionString, from, to);
};

export const workflow: readonly InsecureChange[] = [
  {
    name: 'a state leads nowhere',
    why: 'The release stops half-way, deployed and not noted.',
    check: 'states-language',
    apply: (templates) => change(templates, /"Next":"\w+"/, '"Next":"Nowhere"'),
  },
  {
    name: 'a task is of no known kind',
    why: 'Step Functions refuses the state machine when it is deployed.',
    check: 'states-language',
    apply: (templates) => change(templates, '"Type":"Task"', '"Type":"Tusk"'),
  },
  {
    name: 'a task waits forever',
    why: 'A hanging call holds the release.',
    check: 'tasks-bounded-and-caught',
    apply: (templates) => change(templates, /"TimeoutSeconds":\d+,?/, ''),
  },
  {
    name: "a task's errors are not caught",
    why: 'Nobody is notified and nothing is rolled back.',
    check: 'tasks-bounded-and-caught',
    apply: (templates) => change(templates, '"ErrorEquals":["States.ALL"],"', '"ErrorEquals":["States.Timeout"],"'),
  },
  {
    name: 'the state machine calls another service',
    why: 'A call nobody has looked at.',
    check: 'state-machines-call-known-services',
    apply: (templates) => change(templates, 'arn:aws:states:::lambda:invoke', 'arn:aws:states:::http:invoke'),
  },
  {
    name: 'the release leaves no history',
    why: 'No history shows the error.',
    check: 'nag',
    apply: (templates) => drop(stateMachine(templates), 'LoggingConfiguration'),
  },
  {
    name: 'the release is not traced',
    why: 'No trace shows the slow call.',
    check: 'nag',
    apply: (templates) => void (stateMachine(templates).TracingConfiguration = { Enabled: false }),
  },
];
