/** The SDK's clients by service, each loaded when it is first asked. */
export const clientModules: Readonly<Record<string, () => Promise<object>>> = {
  athena: () => import('@aws-sdk/client-athena'),
  cloudformation: () => import('@aws-sdk/client-cloudformation'),
  cloudtrail: () => import('@aws-sdk/client-cloudtrail'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  eventbridge: () => import('@aws-sdk/client-eventbridge'),
  glue: () => import('@aws-sdk/client-glue'),
  iam: () => import('@aws-sdk/client-iam'),
  lambda: () => import('@aws-sdk/client-lambda'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  s3: () => import('@aws-sdk/client-s3'),
  sagemaker: () => import('@aws-sdk/client-sagemaker'),
  'sagemaker-runtime': () => import('@aws-sdk/client-sagemaker-runtime'),
  sfn: () => import('@aws-sdk/client-sfn'),
  sns: () => import('@aws-sdk/client-sns'),
  sqs: () => import('@aws-sdk/client-sqs'),
  ssm: () => import('@aws-sdk/client-ssm'),
  sts: () => import('@aws-sdk/client-sts'),
};

/** Reading, as AWS names it. */
const reads = /^(Describe|Get|List|Lookup|Filter|Head|Search)[A-Z]/;

/** Credentials never reach the page. */
const secrets: ReadonlySet<string> = new Set(['sts:GetSessionToken', 'sts:GetFederationToken']);

/** What the console's buttons do. */
const acts: ReadonlySet<string> = new Set([
  'sagemaker:UpdateModelPackage',
  'sagemaker-runtime:InvokeEndpoint',
  'sagemaker:StartPipelineExecution',
]);

/** Whether the console's pages may ask for it. IAM decides on top of this. */
export function isOffered(service: string, operation: string): boolean {
  if (!Object.hasOwn(clientModules, service)) return false;
  const name = `${service}:${operation}`;
  return acts.has(name) || (reads.test(operation) && !secrets.has(name));
}
