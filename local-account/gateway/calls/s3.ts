import { type Call, type Field, field, kmsThrough, type Row, type ServiceCalls, scoped, unscoped } from './rows';

const bucket = (call: Call): string => `arn:${call.partition}:s3:::${field('Bucket')(call)}`;
const objectArn = (call: Call, name: string, key: string): string => `arn:${call.partition}:s3:::${name}/${key}`;
const object = (call: Call): string => objectArn(call, field('Bucket')(call) ?? '', field('Key')(call) ?? '');

const ENCRYPTION_CONTEXT: Row['context'] = {
  // From the request's headers only: a bucket's default encryption does not set them ("Protecting data with SSE-KMS").
  's3:x-amz-server-side-encryption': field('ServerSideEncryption'),
  's3:x-amz-server-side-encryption-aws-kms-key-id': async (call) => {
    const id = field('SSEKMSKeyId')(call);
    return id === undefined ? undefined : call.facts.keyArn(id);
  },
  's3:x-amz-server-side-encryption-customer-algorithm': field('SSECustomerAlgorithm'),
};

/** The key a new object is encrypted with: the one the request names, or the bucket's default. */
const writeKey: Field<string | undefined> = async (call) => {
  const requested = field('ServerSideEncryption')(call);
  const id = field('SSEKMSKeyId')(call);
  // S3's own key, the caller's, or, for KMS without a key id, the AWS managed key aws/s3, which everyone in the account
  // may use through S3.
  // AWS: s3/named-algorithm-leaves-default-key
  if (field('SSECustomerAlgorithm')(call) !== undefined || (requested !== undefined && id === undefined)) {
    return undefined;
  }
  return id === undefined
    ? (await call.facts.bucketEncryption(field('Bucket')(call) ?? ''))?.keyArn
    : call.facts.keyArn(id);
};

const readKey: Field<string | undefined> = (call) =>
  call.facts.objectKey(field('Bucket')(call) ?? '', field('Key')(call) ?? '', field('VersionId')(call));

/** S3's own encryption context: the object's ARN, or the bucket's when it uses an S3 Bucket Key. */
const encryptionContext: Field<Record<string, string>> = async (call) => {
  const usesBucketKey = (await call.facts.bucketEncryption(field('Bucket')(call) ?? ''))?.bucketKey === true;
  return { 'aws:s3:arn': usesBucketKey ? bucket(call) : object(call) };
};

const generateDataKey = kmsThrough('kms:GenerateDataKey', 's3', writeKey, encryptionContext);
const decrypt = kmsThrough('kms:Decrypt', 's3', readKey, encryptionContext);
const decryptUpload = kmsThrough(
  'kms:Decrypt',
  's3',
  async (call) => (await call.facts.bucketEncryption(field('Bucket')(call) ?? ''))?.keyArn,
  encryptionContext,
);

const put: Row = {
  action: 's3:PutObject',
  type: 'object',
  resource: object,
  context: { ...ENCRYPTION_CONTEXT, 's3:x-amz-acl': field('ACL'), 's3:x-amz-storage-class': field('StorageClass') },
};
const putPart: Row = {
  action: 's3:PutObject',
  type: 'object',
  resource: object,
  context: { 's3:x-amz-server-side-encryption-customer-algorithm': field('SSECustomerAlgorithm') },
};

function get(versioned: string, plain: string): Row[] {
  const hasVersion = (call: Call): boolean => field('VersionId')(call) !== undefined;
  return [
    { action: plain, type: 'object', resource: object, when: (call) => !hasVersion(call) },
    {
      action: versioned,
      type: 'object',
      resource: object,
      when: hasVersion,
      context: { 's3:versionid': field('VersionId') },
    },
  ];
}

// AWS: s3/objects-that-may-not-be-seen
const missingObject: Row = {
  // Without s3:ListBucket, a missing key gives 403 instead of 404 ("GetObject").
  action: 's3:ListBucket',
  type: 'bucket',
  resource: bucket,
  when: async (call) =>
    !(await call.facts.objectExists(field('Bucket')(call) ?? '', field('Key')(call) ?? '', field('VersionId')(call))),
};

const LISTING: Row['context'] = {
  's3:prefix': (call) => field('Prefix')(call) ?? '',
  's3:delimiter': field('Delimiter'),
  's3:max-keys': field('MaxKeys'),
};
const list = (action: string): Row[] => [{ action, type: 'bucket', resource: bucket, context: LISTING }];

/** Bucket and key of x-amz-copy-source, decoded. */
function copySource(call: Call): { bucket: string; key: string; version?: string } {
  const [path, query] = (field('CopySource')(call) ?? '').split('?');
  const [name, ...key] = decodeURIComponent(path.replace(/^\//, '')).split('/');
  const version = new URLSearchParams(query ?? '').get('versionId') ?? undefined;
  return { bucket: name, key: key.join('/'), version };
}
const copied: Field<string> = (call) => objectArn(call, copySource(call).bucket, copySource(call).key);
const copyRead: Row[] = [
  { action: 's3:GetObject', type: 'object', resource: copied, when: (call) => copySource(call).version === undefined },
  {
    action: 's3:GetObjectVersion',
    type: 'object',
    resource: copied,
    when: (call) => copySource(call).version !== undefined,
  },
  kmsThrough(
    'kms:Decrypt',
    's3',
    (call) => call.facts.objectKey(copySource(call).bucket, copySource(call).key, copySource(call).version),
    async (call) => {
      const { bucket: name, key } = copySource(call);
      const usesBucketKey = (await call.facts.bucketEncryption(name))?.bucketKey === true;
      return { 'aws:s3:arn': usesBucketKey ? `arn:${call.partition}:s3:::${name}` : objectArn(call, name, key) };
    },
  ),
];

const deleted = (call: Call): { Key: string; VersionId?: string }[] =>
  (call.input.Delete as { Objects?: { Key: string; VersionId?: string }[] } | undefined)?.Objects ?? [];
const deleteMany = (action: string, versions: boolean): Row => {
  const wanted = (call: Call) => deleted(call).filter((item) => (item.VersionId !== undefined) === versions);
  return {
    action,
    type: 'object',
    resource: (call) => wanted(call).map((item) => objectArn(call, field('Bucket')(call) ?? '', item.Key)),
    when: (call) => wanted(call).length > 0,
  };
};

/** Operations on a bucket's configuration: operation -> action. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  CreateBucket: 'CreateBucket',
  DeleteBucket: 'DeleteBucket',
  GetBucketLocation: 'GetBucketLocation',
  PutBucketPolicy: 'PutBucketPolicy',
  GetBucketPolicy: 'GetBucketPolicy',
  GetBucketPolicyStatus: 'GetBucketPolicyStatus',
  DeleteBucketPolicy: 'DeleteBucketPolicy',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketVersioning: 'PutBucketVersioning',
  GetBucketVersioning: 'GetBucketVersioning',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  PutBucketLogging: 'PutBucketLogging',
  GetBucketLogging: 'GetBucketLogging',
  PutBucketOwnershipControls: 'PutBucketOwnershipControls',
  GetBucketOwnershipControls: 'GetBucketOwnershipControls',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  PutBucketTagging: 'PutBucketTagging',
  GetBucketTagging: 'GetBucketTagging',
  DeleteBucketTagging: 'PutBucketTagging',
  PutBucketCors: 'PutBucketCORS',
  GetBucketCors: 'GetBucketCORS',
  PutBucketAcl: 'PutBucketAcl',
  GetBucketAcl: 'GetBucketAcl',
  ListMultipartUploads: 'ListBucketMultipartUploads',
};

/** Amazon S3. */
export const s3: ServiceCalls = {
  prefix: 's3',
  source: 'Actions, resources, and condition keys for Amazon S3; Required permissions for Amazon S3 API operations',
  operations: {
    ...Object.fromEntries(
      Object.entries(CONFIGURATION).map(([operation, action]) => [
        operation,
        [{ action: `s3:${action}`, type: 'bucket', resource: bucket }],
      ]),
    ),
    ...{ ListBuckets: unscoped('s3', 'ListAllMyBuckets').ListAllMyBuckets },
    GetObject: [...get('s3:GetObjectVersion', 's3:GetObject'), missingObject, decrypt],
    // The metadata of an encrypted object is not encrypted: no KMS permission.
    HeadObject: [...get('s3:GetObjectVersion', 's3:GetObject'), missingObject],
    GetObjectAttributes: [
      ...get('s3:GetObjectVersion', 's3:GetObject'),
      ...get('s3:GetObjectVersionAttributes', 's3:GetObjectAttributes'),
      missingObject,
    ],
    PutObject: [put, generateDataKey],
    CopyObject: [...copyRead, put, generateDataKey],
    CreateMultipartUpload: [put, generateDataKey],
    // AWS: s3/joins-parts-with-the-key
    // S3 decrypts the parts' data key before it can encrypt or join them ("Multipart upload API and permissions").
    UploadPart: [putPart, decryptUpload],
    UploadPartCopy: [...copyRead, putPart, decryptUpload],
    CompleteMultipartUpload: [putPart, decryptUpload],
    ...scoped('s3', 'object', object, 'AbortMultipartUpload'),
    ListParts: [{ action: 's3:ListMultipartUploadParts', type: 'object', resource: object }],
    ListObjects: list('s3:ListBucket'),
    ListObjectsV2: list('s3:ListBucket'),
    ListObjectVersions: list('s3:ListBucketVersions'),
    DeleteObject: get('s3:DeleteObjectVersion', 's3:DeleteObject'),
    DeleteObjects: [deleteMany('s3:DeleteObject', false), deleteMany('s3:DeleteObjectVersion', true)],
    GetObjectTagging: get('s3:GetObjectVersionTagging', 's3:GetObjectTagging'),
    PutObjectTagging: get('s3:PutObjectVersionTagging', 's3:PutObjectTagging'),
    DeleteObjectTagging: get('s3:DeleteObjectVersionTagging', 's3:DeleteObjectTagging'),
    GetObjectAcl: get('s3:GetObjectVersionAcl', 's3:GetObjectAcl'),
  },
};
