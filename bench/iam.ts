import { Authorizer } from 'local-account/iam/authorizer';
import { PolicyStore } from 'local-account/iam/policy-store';
import type { AuthorizationRequest, Principal } from 'local-account/platform';

export interface IamMeasure {
  readonly evaluations: number;
  readonly evaluationsPerSecond: number;
}

const ACCOUNT = '123456789012';
const ROLES = 20;

/**
 * Evaluations a second, over a store of the size of the project's: some twenty roles of a dozen statements, a bucket
 * and a key policy, conditions on most. Each evaluation is logged with its reason, as in a rehearsal.
 */
export function measureIam(seconds = 1): IamMeasure {
  const policies = new PolicyStore();
  const requests = Array.from({ length: ROLES }, (_, index) => role(policies, index)).flat();
  const authorizer = new Authorizer({
    policies,
    accountId: ACCOUNT,
    region: 'eu-west-1',
    clock: { now: () => 0 },
    keep: 10_000,
  });
  for (let index = 0; index < 2_000; index++) {
    authorizer.decide(requests[index % requests.length]);
  }
  const start = performance.now();
  let evaluations = 0;
  let elapsed = 0;
  while (elapsed < seconds * 1000) {
    for (const request of requests) {
      authorizer.decide(request);
    }
    evaluations += requests.length;
    elapsed = performance.now() - start;
  }
  return { evaluations, evaluationsPerSecond: Math.round((evaluations / elapsed) * 1000) };
}

function role(policies: PolicyStore, index: number): AuthorizationRequest[] {
  const arn = `arn:aws:iam::${ACCOUNT}:role/Role${index}`;
  const bucket = `arn:aws:s3:::bucket-${index}`;
  const key = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${index}`;
  const viaS3 = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': ACCOUNT } };
  const allow = (Action: string | string[], Resource: string, Condition?: unknown) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  });
  const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
  policies.putRole({
    arn,
    trust: document({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  });
  policies.putInlinePolicy(
    arn,
    'Work',
    document(
      allow('s3:GetObject', `${bucket}/curated/*`),
      allow(['s3:PutObject', 's3:AbortMultipartUpload'], `${bucket}/pipeline/*`),
      allow('s3:ListBucket', bucket, { StringLike: { 's3:prefix': ['curated/*', 'pipeline/*'] } }),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], key, viaS3),
      allow('logs:PutLogEvents', `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/sagemaker/*`),
      allow('cloudwatch:PutMetricData', '*', { StringEquals: { 'cloudwatch:namespace': 'Workflow' } }),
      allow('sagemaker:DescribeEndpoint', `arn:aws:sagemaker:*:${ACCOUNT}:endpoint/workflow-*`),
      allow('iam:PassRole', arn, { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }),
    ),
  );
  const secure = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucket, `${bucket}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  policies.putResourcePolicy(bucket, document(secure));
  policies.putResourcePolicy(
    key,
    document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' }),
  );
  const principal: Principal = {
    kind: 'role',
    roleArn: arn,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Role${index}/s`,
    sessionName: 's',
    accountId: ACCOUNT,
  };
  const ask = (action: string, resource: string, context?: Record<string, string>): AuthorizationRequest => ({
    principal,
    action,
    resource,
    context,
  });
  return [
    ask('s3:GetObject', `${bucket}/curated/flights/airport=JFK/month=2013-01/part.csv.gz`),
    ask('s3:GetObject', `${bucket}/raw/flights/JFK/2013-01.csv`),
    ask('s3:PutObject', `${bucket}/pipeline/1/train/data.csv`),
    ask('s3:ListBucket', bucket, { 's3:prefix': 'curated/flights/' }),
    ask('kms:Decrypt', key, { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': ACCOUNT }),
    ask('kms:Decrypt', key),
    ask('sagemaker:DescribeEndpoint', `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:endpoint/workflow-live`),
    ask('iam:PassRole', arn, { 'iam:PassedToService': 'lambda.amazonaws.com' }),
  ];
}
