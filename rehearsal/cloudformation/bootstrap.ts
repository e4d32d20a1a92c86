/** The stack that `cdk bootstrap` makes, as far as deployments use it. */
export const BOOTSTRAP_STACK = 'CDKToolkit';

/** The version this template stands for: what CDK's own is at, at the time of writing. */
const VERSION = '33';

/** CDK's default qualifier; it is in the names of everything the bootstrap stack owns. */
const QUALIFIER = 'hnb659fds';

/** Staging bucket, the role CloudFormation deploys with, and the version parameter that every stack's rule checks. */
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
          Policies: [{ PolicyName: 'AdministratorAccess', PolicyDocument: statement({ Effect: 'Allow', Action: '*', Resource: '*' }) }],
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
