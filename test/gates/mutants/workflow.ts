import type { Templates } from '../template';
import { drop, type Mutant, propertiesOf, rewrite } from './mutant';

const machine = (templates: Templates) =>
  propertiesOf(templates, 'Release', 'ApprovalGateMachine', 'AWS::StepFunctions::StateMachine');
const change = (templates: Templates, from: string | RegExp, to: string) => {
  const one = machine(templates);
  one.DefinitionString = rewrite(one.DefinitionString, from, to);
};

export const workflow: readonly Mutant[] = [
  {
    name: 'a state leads nowhere',
    why: 'The release stops half-way, deployed and not noted.',
    gate: 'states-language',
    mutate: (templates) => change(templates, /"Next":"\w+"/, '"Next":"Nowhere"'),
  },
  {
    name: 'a task is of no known kind',
    why: 'Step Functions refuses the machine when it is deployed.',
    gate: 'states-language',
    mutate: (templates) => change(templates, '"Type":"Task"', '"Type":"Tusk"'),
  },
  {
    name: 'a task waits for ever',
    why: 'A hanging call holds the release.',
    gate: 'tasks-bounded-and-caught',
    mutate: (templates) => change(templates, /"TimeoutSeconds":\d+,?/, ''),
  },
  {
    name: "a task's errors are not caught",
    why: 'Nobody is told and nothing is rolled back.',
    gate: 'tasks-bounded-and-caught',
    mutate: (templates) => change(templates, '"ErrorEquals":["States.ALL"],"', '"ErrorEquals":["States.Timeout"],"'),
  },
  {
    name: 'the machine calls another service',
    why: 'A call nobody has looked at.',
    gate: 'machines-call-known-services',
    mutate: (templates) => change(templates, 'arn:aws:states:::lambda:invoke', 'arn:aws:states:::http:invoke'),
  },
  {
    name: 'the release leaves no history',
    why: 'What went wrong cannot be asked.',
    gate: 'nag',
    mutate: (templates) => drop(machine(templates), 'LoggingConfiguration'),
  },
  {
    name: 'the release is not traced',
    why: 'Which call was slow?',
    gate: 'nag',
    mutate: (templates) => void (machine(templates).TracingConfiguration = { Enabled: false }),
  },
];
