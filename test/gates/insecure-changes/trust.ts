import { drop, type InsecureChange, propertiesOf, trustOf } from './insecure-change';

export const trust: readonly InsecureChange[] = [
  {
    name: 'everyone may become the model role',
    why: 'No break-in is needed any more.',
    check: 'trusts-one-service',
    apply: (templates) => void (trustOf(templates, 'Serving', 'ModelRole').Principal = { AWS: '*' }),
  },
  {
    name: 'another account may become the training role',
    why: 'Their users read our data.',
    check: 'trusts-one-service',
    apply: (templates) =>
      void (trustOf(templates, 'Training', 'JobRolesTraining').Principal = { AWS: 'arn:aws:iam::999999999999:root' }),
  },
  {
    name: 'another account may become the approver',
    why: 'Their users decide which model serves ours.',
    check: 'trusts-one-service',
    apply: (templates) =>
      void (trustOf(templates, 'Release', 'ApproverRole').Principal = { AWS: 'arn:aws:iam::999999999999:root' }),
  },
  {
    name: 'a service may become the approver',
    why: 'What trains could then approve.',
    check: 'trusts-one-service',
    apply: (templates) =>
      void (trustOf(templates, 'Release', 'ApproverRole').Principal = { Service: 'sagemaker.amazonaws.com' }),
  },
  {
    name: 'a second service may become the pipeline role',
    why: 'Whoever may create a function in this account could use it.',
    check: 'trusts-one-service',
    apply: (templates) =>
      void (trustOf(templates, 'Training', 'PipelineRole').Principal = {
        Service: ['sagemaker.amazonaws.com', 'ec2.amazonaws.com'],
      }),
  },
  {
    name: 'a web identity provider is trusted',
    why: 'Any workflow of that provider gets the role.',
    check: 'trusts-one-service',
    apply: (templates) => {
      const statement = trustOf(templates, 'Release', 'ServingDeploymentRole');
      statement.Principal = { Federated: 'token.actions.githubusercontent.com' };
      statement.Action = 'sts:AssumeRoleWithWebIdentity';
    },
  },
  {
    name: 'the processing role is trusted without a source account',
    why: "Somebody else's SageMaker job could be given it (the confused deputy).",
    check: 'trusts-own-account',
    apply: (templates) => drop(trustOf(templates, 'Training', 'JobRolesProcessing'), 'Condition'),
  },
  {
    name: "the release state machine's role is trusted for another account",
    why: 'Their state machine releases our models.',
    check: 'trusts-own-account',
    apply: (templates) =>
      void (trustOf(templates, 'Release', 'ApprovalReleaseStateMachineRole').Condition = {
        StringEquals: { 'aws:SourceAccount': '999999999999' },
      }),
  },
  {
    name: "a function's role asks for the source account",
    why: 'Lambda may not be able to take it, and then no stack can be deployed.',
    check: 'trust-conditions-that-services-send',
    apply: (templates) =>
      void (trustOf(templates, 'Foundation', 'NetworkInterfacesFunctionRole').Condition = {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      }),
  },
  {
    name: "the trail's log role asks for the source account",
    why: 'CreateTrail is refused, and with it the whole stack.',
    check: 'trust-conditions-that-services-send',
    apply: (templates) =>
      void (trustOf(templates, 'DataLake', 'AuditTrailLogsRole').Condition = {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      }),
  },
  {
    name: 'a permission boundary is misspelled away',
    why: 'CloudFormation refuses unknown properties only when it deploys.',
    check: 'cfn-lint',
    apply: (templates) =>
      void (propertiesOf(templates, 'Serving', 'ModelRole', 'AWS::IAM::Role').PermissionBoundary =
        'arn:aws:iam::111122223333:policy/Boundary'),
  },
];
