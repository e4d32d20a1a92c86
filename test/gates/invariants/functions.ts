import { at, list, properties, resourcesOf, text } from '../template';
import { type Invariant, place } from './invariant';

export const functions: readonly Invariant[] = [
  {
    name: 'functions-as-built',
    why: "Layers and foreign code run with the function's role; a retired runtime gets no patches.",
    check: (templates) =>
      resourcesOf(templates, 'AWS::Lambda::Function').flatMap((one) => [
        ...(one.properties.Runtime === 'nodejs24.x'
          ? []
          : [{ place: place(one), problem: `runs on ${text(one.properties.Runtime)}` }]),
        ...(list(one.properties.Layers).length === 0 ? [] : [{ place: place(one), problem: 'runs a layer of others' }]),
        ...(/cdk-hnb659fds-assets/.test(text(at(one.properties, 'Code.S3Bucket')))
          ? []
          : [{ place: place(one), problem: 'does not run the code of this assembly' }]),
        ...(typeof one.properties.Timeout === 'number' && one.properties.Timeout <= 900
          ? []
          : [{ place: place(one), problem: 'has no time limit of its own' }]),
        ...(at(one.properties, 'LoggingConfig.LogGroup') === undefined
          ? [{ place: place(one), problem: 'logs to a group outside the stack' }]
          : []),
      ]),
  },
  {
    name: 'no-secret-in-environment',
    why: 'Whoever may describe a function or a model reads its environment.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::Lambda::Function', 'AWS::SageMaker::Model').flatMap((one) => {
        const variables = {
          ...properties(at(one.properties, 'Environment.Variables')),
          ...properties(at(one.properties, 'PrimaryContainer.Environment')),
        };
        return Object.keys(variables)
          .filter((name) => /SECRET|PASSW|TOKEN|API_?KEY|CREDENTIAL|PRIVATE/i.test(name))
          .map((name) => ({ place: place(one), problem: `has ${name} in its environment` }));
      }),
  },
];
