import { add, drop, grant, type InsecureChange, inner, propertiesOf, roleStatement } from './insecure-change';

export const identity: readonly InsecureChange[] = [
  {
    name: 'the pipeline passes its roles to any service',
    why: "A job role handed to Lambda runs code with the job's permissions.",
    check: 'pass-role-names-service',
    apply: (templates) => drop(roleStatement(templates, 'Training', 'PipelineRole', 'PassJobRoles'), 'Condition'),
  },
  {
    name: 'the release state machine passes any role',
    why: 'It could update a stack as administrator.',
    check: 'pass-role-names-service',
    apply: (templates) =>
      void (roleStatement(templates, 'Release', 'ApprovalReleaseStateMachineRole', 'PassDeploymentRole').Resource =
        '*'),
  },
  {
    name: 'the analysis passes its role to two services',
    why: 'A second service is a second way to the captures.',
    check: 'pass-role-names-service',
    apply: (templates) =>
      void (inner(
        roleStatement(templates, 'Monitoring', 'DriftAnalysisStateMachineRole', 'PassJobRole'),
        'Condition',
        'StringEquals',
      )['iam:PassedToService'] = ['sagemaker.amazonaws.com', 'lambda.amazonaws.com']),
  },
  {
    name: 'the processing role reads every object of every bucket',
    why: "Other teams' data too.",
    check: 'nag',
    apply: (templates) =>
      grant(templates, 'Training', 'JobRolesProcessing', { Action: 's3:GetObject', Resource: 'arn:aws:s3:::*' }),
  },
  {
    name: 'another action joins a statement that is acknowledged for every resource',
    why: 'Packs see one finding where there are two.',
    check: 'all-resources-only-where-unavoidable',
    apply: (templates) => {
      const statement = roleStatement(templates, 'DataLake', 'BatchIngestCurateRole', 'PublishRowMetrics');
      statement.Action = ['cloudwatch:PutMetricData', 'cloudwatch:DeleteAlarms'];
    },
  },
  {
    name: 'the processing role manages interfaces in one subnet only',
    why: "SageMaker's own check refuses each processing job.",
    check: 'processing-roles-manage-interfaces-unscoped',
    apply: (templates) =>
      void (roleStatement(templates, 'Training', 'JobRolesProcessing', 'CreateAndDeleteNetworkInterfaces').Condition = {
        StringEquals: { 'ec2:SubnetID': 'subnet-1' },
      }),
  },
  {
    name: 'the training role manages interfaces anywhere',
    why: 'Only processing jobs need that.',
    check: 'all-resources-only-where-unavoidable',
    apply: (templates) =>
      grant(templates, 'Training', 'JobRolesTraining', { Action: 'ec2:DeleteNetworkInterface', Resource: '*' }),
  },
  {
    name: 'the training role may do everything in S3',
    why: 'It could delete what it learned from.',
    check: 'actions-by-name',
    apply: (templates) => grant(templates, 'Training', 'JobRolesTraining', { Action: 's3:*', Resource: '*' }),
  },
  {
    name: 'a role may do all but one thing',
    why: 'NotAction allows whatever comes next.',
    check: 'actions-by-name',
    apply: (templates) =>
      grant(templates, 'Serving', 'ModelRole', { NotAction: 'iam:DeleteRole', Resource: 'arn:aws:s3:::elsewhere' }),
  },
  {
    name: 'the model role is administrator',
    why: 'Everything.',
    check: 'nag',
    apply: (templates) => grant(templates, 'Serving', 'ModelRole', { Action: '*', Resource: '*' }),
  },
  {
    name: 'a managed policy is attached to the function that curates',
    why: 'AWS changes it without asking, and it is wider than the function.',
    check: 'nag',
    apply: (templates) =>
      void (propertiesOf(templates, 'DataLake', 'BatchIngestCurateRole', 'AWS::IAM::Role').ManagedPolicyArns = [
        'arn:aws:iam::aws:policy/AmazonS3FullAccess',
      ]),
  },
  {
    name: 'a customer-managed policy is attached',
    why: 'It can be changed outside the stack.',
    check: 'no-long-term-credentials',
    apply: (templates) =>
      void (propertiesOf(templates, 'Serving', 'ModelRole', 'AWS::IAM::Role').ManagedPolicyArns = [
        'arn:aws:iam::111122223333:policy/Extra',
      ]),
  },
  {
    name: 'a user with an access key appears',
    why: 'Long-lived credentials leak.',
    check: 'no-long-term-credentials',
    apply: (templates) => {
      add(templates, 'Release', 'Operator', { Type: 'AWS::IAM::User', Properties: {} });
      add(templates, 'Release', 'OperatorKey', {
        Type: 'AWS::IAM::AccessKey',
        Properties: { UserName: { Ref: 'Operator' } },
      });
    },
  },
  {
    name: 'the pipeline may approve its own models',
    why: 'A role that trains must not approve.',
    check: 'separation-of-duties',
    apply: (templates) =>
      grant(templates, 'Training', 'PipelineRole', {
        Action: 'sagemaker:UpdateModelPackage',
        Resource: { Ref: 'ModelPackageGroup' },
      }),
  },
  {
    name: 'the release state machine may also approve',
    why: 'It is meant to withdraw approvals only.',
    check: 'separation-of-duties',
    apply: (templates) =>
      drop(roleStatement(templates, 'Release', 'ApprovalReleaseStateMachineRole', 'RejectPackage'), 'Condition'),
  },
  {
    name: 'who approves may also say which artifact was meant',
    why: 'One person could then put any archive behind an evaluation that somebody else made.',
    check: 'separation-of-duties',
    apply: (templates) =>
      drop(inner(roleStatement(templates, 'Release', 'ApproverRole', 'SetApprovalStatus'), 'Condition'), 'Null'),
  },
  {
    name: 'who approves may also start a training',
    why: 'A role that trains must not approve.',
    check: 'separation-of-duties',
    apply: (templates) =>
      void (roleStatement(templates, 'Release', 'ApproverRole', 'SetApprovalStatus').Action = [
        'sagemaker:UpdateModelPackage',
        'sagemaker:StartPipelineExecution',
      ]),
  },
  {
    name: 'the retraining function may change the endpoint',
    why: 'Drift starts a training, never a release.',
    check: 'separation-of-duties',
    apply: (templates) =>
      grant(templates, 'Monitoring', 'AutomaticRetrainingStartRetrainingRole', {
        Action: 'sagemaker:UpdateEndpoint',
        Resource: {
          'Fn::Sub': 'arn:aws:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint/mla-blueprint-flight-disruption',
        },
      }),
  },
  {
    name: 'a function may rewrite a role',
    why: 'Whoever may write policies has all permissions.',
    check: 'separation-of-duties',
    apply: (templates) =>
      grant(templates, 'Release', 'SmokeTestFunctionRole', {
        Action: 'iam:PutRolePolicy',
        Resource: { 'Fn::GetAtt': ['ServingDeploymentRoleF01D0410', 'Arn'] },
      }),
  },
  {
    name: 'metrics may be written anywhere',
    why: 'Forged metrics start retrainings or hide a failing canary.',
    check: 'metrics-name-namespace',
    apply: (templates) =>
      drop(roleStatement(templates, 'DataLake', 'BatchIngestCurateRole', 'PublishRowMetrics'), 'Condition'),
  },
  {
    name: 'an action is misspelled',
    why: 'The right is missing when it is needed.',
    check: 'policy-lint',
    apply: (templates) =>
      void (roleStatement(templates, 'DataLake', 'BatchIngestCurateRole', 'ReadCurated').Action = 's3:GetObjekt'),
  },
  {
    name: 'a condition key is misspelled',
    why: 'A grant that never applies, or a Deny that never bites.',
    check: 'policy-lint',
    apply: (templates) => {
      const statement = roleStatement(templates, 'Training', 'JobRolesProcessing', 'EncryptVolumes');
      statement.Condition = { Bool: { 'kms:GrantIsForAWSResourse': 'true' } };
    },
  },
];
