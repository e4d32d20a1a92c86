import type { Templates } from '../template';
import { add, drop, inner, type Mutant, propertiesOf } from './mutant';

const curate = (templates: Templates) =>
  propertiesOf(templates, 'DataLake', 'BatchIngestCurateFunction', 'AWS::Lambda::Function');
const variables = (templates: Templates) => inner(curate(templates), 'Environment', 'Variables');

export const functions: readonly Mutant[] = [
  {
    name: "a password is in a function's environment",
    why: 'Whoever may describe the function reads it.',
    gate: 'no-secret-in-environment',
    mutate: (templates) => void (variables(templates).DB_PASSWORD = { Ref: 'AWS::StackName' }),
  },
  {
    name: "an access key is in a function's environment",
    why: 'As above, under a harmless name.',
    gate: 'secrets',
    // Put together here so that no scanner takes this file for the leak; it is the key of AWS's own examples.
    mutate: (templates) => void (variables(templates).UPSTREAM = ['AKIA', 'IOSFODNN7EXAMPLE'].join('')),
  },
  {
    name: 'a private key is in a custom resource',
    why: 'The template is readable by everyone who may describe the stack.',
    gate: 'secrets',
    mutate: (templates) =>
      void (propertiesOf(templates, 'Training', 'StateApprovedModel', 'Custom::StateParameter').InitialValue = [
        '-----BEGIN RSA',
        'PRIVATE KEY-----\nMIIEow\n',
      ].join(' ')),
  },
  {
    name: "the environment is encrypted with AWS's key",
    why: 'No policy of ours.',
    gate: 'encrypted-with-our-keys',
    mutate: (templates) => drop(curate(templates), 'KmsKeyArn'),
  },
  {
    name: 'a function gets a public address',
    why: 'Anyone calls it.',
    gate: 'functions-called-by-named-sources',
    mutate: (templates) =>
      add(templates, 'DataLake', 'Address', {
        Type: 'AWS::Lambda::Url',
        Properties: {
          AuthType: 'NONE',
          TargetFunctionArn: { 'Fn::GetAtt': ['BatchIngestCurateFunctionD072E064', 'Arn'] },
        },
      }),
  },
  {
    name: 'any rule of any account may call the function',
    why: "Another account's events run with our permissions.",
    gate: 'functions-called-by-named-sources',
    mutate: (templates) => {
      drop(
        propertiesOf(templates, 'DataLake', 'BatchIngestObjectArrivedInvoke', 'AWS::Lambda::Permission'),
        'SourceArn',
      );
    },
  },
  {
    name: 'everyone may call the function',
    why: 'A public function.',
    gate: 'functions-called-by-named-sources',
    mutate: (templates) =>
      void (propertiesOf(templates, 'DataLake', 'BatchIngestObjectArrivedInvoke', 'AWS::Lambda::Permission').Principal =
        '*'),
  },
  {
    name: 'a function runs on a retired runtime',
    why: 'No patches any more.',
    gate: 'nag',
    mutate: (templates) => void (curate(templates).Runtime = 'nodejs16.x'),
  },
  {
    name: 'a function runs a layer of somebody else',
    why: 'Their code runs with our permissions.',
    gate: 'functions-as-built',
    mutate: (templates) =>
      void (curate(templates).Layers = ['arn:aws:lambda:eu-central-1:999999999999:layer:helpful:1']),
  },
  {
    name: 'a function runs code from another bucket',
    why: 'Whoever writes there writes our function.',
    gate: 'functions-as-built',
    mutate: (templates) => void (inner(curate(templates), 'Code').S3Bucket = 'somewhere-else'),
  },
  {
    name: 'a function logs where nobody looks',
    why: 'An unencrypted log group is kept forever.',
    gate: 'functions-as-built',
    mutate: (templates) => drop(curate(templates), 'LoggingConfig'),
  },
  {
    name: 'failed arrivals are dropped',
    why: 'A raw file is never curated, and no alarm shows it.',
    gate: 'nag',
    mutate: (templates) => drop(curate(templates), 'DeadLetterConfig'),
  },
];
