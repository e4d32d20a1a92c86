import { lintPolicy } from 'local-account/iam/lint';
import { compilePolicy } from 'local-account/iam/policy-document';
import { earlyStacks, list, type ReadRole, rolesOf } from '../../../fixtures/early-stacks';

const { foundation, lake, training } = earlyStacks();
// CDK's own provider, which empties buckets, is not ours to write.
const roles = [foundation, lake, training].flatMap(rolesOf).filter(({ id }) => !/^Custom[A-Z]/.test(id));
const named = roles.map((role): [string, ReadRole] => [role.id, role]);

const unlimited = new Set([
  // Actions that IAM knows without resources ("Service Authorization Reference").
  'ecr:GetAuthorizationToken',
  'cloudwatch:PutMetricData',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'sagemaker:ListProcessingJobs',
  'sagemaker:ListHyperParameterTuningJobs',
  'sagemaker:ListTrainingJobs',
  // What Step Functions asks for to write logs and traces ("Logging in CloudWatch Logs", "Trace Step Functions request
  // data in AWS X-Ray").
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
]);

describe('every role of Foundation, DataLake and Training', () => {
  test('is checked', () => {
    expect(roles.length).toBeGreaterThanOrEqual(8);
  });

  test.each(named)('%s holds no managed policy', (_id, { managed }) => {
    expect(managed).toEqual([]);
  });

  test.each(named)(
    '%s is assumed by one service, for this account only where the service says for whom it acts',
    (_id, { trust }) => {
      expect(trust).toHaveLength(1);
      expect(trust[0]?.Principal).toEqual({ Service: expect.stringMatching(/^[a-z-]+\.amazonaws\.com$/) });
      const saysForWhom = !['cloudtrail.amazonaws.com', 'lambda.amazonaws.com'].includes(
        (trust[0]?.Principal as { Service: string }).Service,
      );
      expect(trust[0]?.Condition?.StringEquals?.['aws:SourceAccount']).toBe(saysForWhom ? '111122223333' : undefined);
    },
  );

  test.each(named)('%s allows no action by wildcard', (_id, { statements }) => {
    expect(statements.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'))).toEqual([]);
  });

  test.each(named)('%s has all resources only where AWS knows no other, or refuses any other', (id, { statements }) => {
    const wide = statements
      .filter(({ Resource }) => list(Resource).includes('*'))
      .flatMap(({ Action }) => list(Action));
    const limited = wide.filter((action) => !unlimited.has(action));
    // The check of SageMaker when a processing job is created ("How to use SageMaker AI execution roles").
    const isProcessing = id.startsWith('JobRolesProcessing');
    expect(
      limited.filter((action) => !(isProcessing && /^ec2:(Create|Delete)NetworkInterface(Permission)?$/.test(action))),
    ).toEqual([]);
  });

  test.each(named)('%s uses a key through a service, or to hand it to one', (_id, { statements }) => {
    for (const { Action, Condition } of statements.filter((one) =>
      list(one.Action).some((action) => action.startsWith('kms:')),
    )) {
      const via = String(Condition?.StringEquals?.['kms:ViaService']);
      const throughService = ['s3.eu-central-1.amazonaws.com', 'sqs.eu-central-1.amazonaws.com'].includes(via);
      const forVolumes =
        list(Action).join() === 'kms:CreateGrant' && Condition?.Bool?.['kms:GrantIsForAWSResource'] === 'true';
      expect(throughService || forVolumes).toBe(true);
    }
  });

  test.each(named)('%s publishes metrics in one namespace', (_id, { statements }) => {
    for (const { Condition } of statements.filter((one) => list(one.Action).includes('cloudwatch:PutMetricData'))) {
      expect(Condition?.StringEquals?.['cloudwatch:namespace']).toEqual(expect.any(String));
    }
  });

  test.each(named)('%s names actions and condition keys that exist', async (id, { statements, trust }) => {
    // Whatever the resource is: imports of other stacks are not ARNs yet.
    const lint = async (part: string, all: ReadRole['statements']) => {
      const Statement = all.map(({ Effect, Action, Condition }) => ({ Effect, Action, Condition, Resource: '*' }));
      return (await lintPolicy(compilePolicy('identity', part, id, { Version: '2012-10-17', Statement }))).map(
        ({ problem }) => problem,
      );
    };
    expect([...(await lint('Calls', statements)), ...(await lint('Trust', trust))]).toEqual([]);
  });
});
