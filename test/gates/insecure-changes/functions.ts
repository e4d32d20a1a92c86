import type { Templates } from '../template';
import { add, drop, type InsecureChange, inner, propertiesOf } from './insecure-change';

const curate = (templates: Templates) =>
  propertiesOf(templates, 'DataLake', 'BatchIngestCurateFunction', 'AWS::Lambda::Function');
const variables = (templates: Templates) => inner(curate(templates), 'Environment', 'Variables');

export const functions: readonly InsecureChange[] = [
  {
    name: "a password is in a function's environment",
    why: 'Whoever may describe the function reads it.',
    check: 'no-secret-in-environment',
    apply: (templates) => void (variables(templates).DB_PASSWORD = { Ref: 'AWS::StackName' }),
  },
  {
    name: "an access key is in a function's environment",
    why: 'As above, under a harmless name.',
    check: 'secrets',
    // Put together here so that no scanner takes this file for the leak; it is the key of AWS's own examples.
    apply: (templates) => void (variables(templates).UPSTREAM = ['AKIA', 'IOSFODNN7EXAMPLE'].join('')),
  },
  {
    name: 'a private key is in a custom resource',
    why: 'The template is readable by everyone who may describe the stack.',
    check: 'secrets',
    apply: (templates) =>
      void (propertiesOf(templates, 'Training', 'StateApprovedModel', 'Custom::StateParameter').InitialValue = [
        '-----BEGIN RSA',
        'PRIVATE KEY-----\nMIIEow\n',
      ].join(' ')),
  },
  {
    name: "the environment is encrypted with AWS's key",
    why: 'No policy of ours.',
    check: 'encrypted-with-our-keys',
    apply: (templates) => drop(curate(templates), 'KmsKeyArn'),
  },
  {
    name: 'a function gets a public address',
    why: 'Anyone calls it.',
    check: 'functions-called-by-named-sources',
    apply: (templates) =>
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
    check: 'functions-called-by-named-sources',
    apply: (templates) => {
      drop(
        propertiesOf(templates, 'DataLake', 'BatchIngestObjectArrivedInvoke', 'AWS::Lambda::Permission'),
        'SourceArn',
      );
    },
  },
  {
    name: 'everyone may call the function',
    why: 'A public function.',
    check: 'functions-called-by-named-sources',
    apply: (templates) =>
      void (propertiesOf(templates, 'DataLake', 'BatchIngestObjectArrivedInvoke', 'AWS::Lambda::Permission').Principal =
        '*'),
  },
  {
    name: 'a function runs on a retired runtime',
    why: 'No patches any more.',
    check: 'nag',
    apply: (templates) => void (curate(templates).Runtime = 'nodejs16.x'),
  },
  {
    name: 'a function runs a layer of somebody else',
    why: 'Their code runs with our permissions.',
    check: 'functions-as-built',
    apply: (templates) =>
      void (curate(templates).Layers = ['arn:aws:lambda:eu-central-1:999999999999:layer:helpful:1']),
  },
  {
    name: 'a function runs code from another bucket',
    why: 'Whoever writes there writes our function.',
    check: 'functions-as-built',
    apply: (templates) => void (inner(curate(templates), 'Code').S3Bucket = 'somewhere-else'),
  },
  {
    name: 'a function logs where nobody looks',
    why: 'An unencrypted log group is kept forever.',
    check: 'functions-as-built',
    apply: (templates) => drop(curate(templates), 'LoggingConfig'),
  },
  {
    name: 'failed arrivals are dropped',
    why: 'A raw file is never curated, and no alarm shows it.',
    check: 'nag',
    apply: (templates) => drop(curate(templates), 'DeadLetterConfig'),
  },
];
