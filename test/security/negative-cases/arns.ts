/** How the ARNs of the cases begin. resolve-case.ts fills in the names in braces. */
export const role = 'arn:aws:iam::{account}:role/';
export const sagemaker = 'arn:aws:sagemaker:{region}:{account}:';
export const lambdaFunction = 'arn:aws:lambda:{region}:{account}:function:';
export const stateMachine = 'arn:aws:states:{region}:{account}:stateMachine:';
export const glueJob = 'arn:aws:glue:{region}:{account}:job/';
export const key = 'arn:aws:kms:{region}:{account}:key/';
export const bucket = 'arn:aws:s3:::';
export const approvedModelParameter =
  'arn:aws:ssm:{region}:{account}:parameter/mla-blueprint/flight-disruption/approved-model-package';
export const logGroup = 'arn:aws:logs:{region}:{account}:log-group:';
export const objectOfStranger = `${bucket}somebody-elses-bucket/stolen.csv`;

/** Value of kms:ViaService when S3 decrypts. */
export const viaS3 = 's3.{region}.amazonaws.com';
