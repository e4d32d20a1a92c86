import { App, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { securityPacks } from '../../lib/shared/security/packs';
import { nagTemplates } from './nag';

const lambdaRole = {
  assumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
};

test('a policy that was added as a raw override is seen in the final template only', () => {
  const app = new App();
  const stack = new Stack(app, 'S');
  const role = new CfnRole(stack, 'Role', lambdaRole);
  role.addPropertyOverride('ManagedPolicyArns', ['arn:aws:iam::aws:policy/AdministratorAccess']);
  const onConstructs = securityPacks(app).flatMap((pack) => pack.validateScope(app).violations);
  expect(onConstructs.map(({ ruleName }) => ruleName)).not.toContainEqual(expect.stringContaining('AwsSolutions-IAM4'));

  const template = app.synth().getStackByName('S').template as Parameters<typeof nagTemplates>[0][string];
  const found = nagTemplates({ S: template }, new Map([['S/Role', 'S/Role']]));
  expect(found).toContainEqual(
    expect.objectContaining({ id: expect.stringContaining('AwsSolutions::AwsSolutions-IAM4'), path: 'S/Role' }),
  );
});

test('a template that refers to nothing is a finding, not a crash', () => {
  const template = { Resources: { Alarm: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Gone' } } } } };
  expect(nagTemplates({ S: template }, new Map())).toContainEqual(
    expect.objectContaining({ path: 'S', description: expect.stringContaining('Gone') }),
  );
});
