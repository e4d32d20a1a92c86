/** The stack that `cdk bootstrap` makes, as far as deployments use it. */
export const BOOTSTRAP_STACK = 'CDKToolkit';

/** The version of CDK's own bootstrap template that this one follows. */
const VERSION = '33';

/** CDK's default qualifier; it is in the names of everything the bootstrap stack owns. */
const QUALIFIER = 'hnb659fds';

/**
 * What CDK's own bootstrap template lets its deploy role do, as far as a deployment needs it. Of SSM parameters it
 * reads the bootstrap's version, and no other.
 *
 * AWS: cloudformation/ssm-parameters-read-as-caller
 */
const deployStatements = [
  {
    Effect: 'Allow',
    Action: [
      'CreateStack',
      'UpdateStack',
      'DeleteStack',
      'DescribeStacks',
      'DescribeStackEvents',
      'ListStackResources',
    ].map((name) => `cloudformation:${name}`),
    Resource: '*',
  },
  { Effect: 'Allow', Action: 'iam:PassRole', Resource: { 'Fn::GetAtt': ['CloudFormationExecutionRole', 'Arn'] } },
  { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${StagingBucket.Arn}/*' } },
  {
    Effect: 'Allow',
    Action: ['ssm:GetParameter', 'ssm:GetParameters'],
    Resource: {
      'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/cdk-bootstrap/${QUALIFIER}/version`,
    },
  },
];

/**
 * Staging bucket, the roles that the CLI and CloudFormation deploy with, and the version parameter that every stack's
 * rule checks.
 */
export function bootstrapTemplate(): string {
  const statement = (body: object): object => ({ Version: '2012-10-17', Statement: [body] });
  return JSON.stringify({
    Description: 'What CDK deployments need before the first one.',
    Resources: {
      StagingBucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: { 'Fn::Sub': `cdk-${QUALIFIER}-assets-\${AWS::AccountId}-\${AWS::Region}` },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      },
      CloudFormationExecutionRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { 'Fn::Sub': `cdk-${QUALIFIER}-cfn-exec-role-\${AWS::AccountId}-\${AWS::Region}` },
          AssumeRolePolicyDocument: statement({
            Effect: 'Allow',
            Principal: { Service: 'cloudformation.amazonaws.com' },
            Action: 'sts:AssumeRole',
          }),
          // CDK attaches AdministratorAccess unless `cdk bootstrap` is told otherwise.
          Policies: [
            {
              PolicyName: 'AdministratorAccess',
              PolicyDocument: statement({ Effect: 'Allow', Action: '*', Resource: '*' }),
            },
          ],
        },
      },
      DeploymentActionRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { 'Fn::Sub': `cdk-${QUALIFIER}-deploy-role-\${AWS::AccountId}-\${AWS::Region}` },
          AssumeRolePolicyDocument: statement({
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
            Action: 'sts:AssumeRole',
          }),
          Policies: [{ PolicyName: 'default', PolicyDocument: { Version: '2012-10-17', Statement: deployStatements } }],
        },
      },
      CdkBootstrapVersion: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: `/cdk-bootstrap/${QUALIFIER}/version`, Type: 'String', Value: VERSION },
      },
    },
    Outputs: {
      BucketName: { Value: { Ref: 'StagingBucket' } },
      BootstrapVersion: { Value: { 'Fn::GetAtt': ['CdkBootstrapVersion', 'Value'] } },
    },
  });
}
