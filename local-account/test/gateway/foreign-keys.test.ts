import { refusesForeignKeys } from '../fixtures/foreign-keys';

/** Refuses objects under other keys: each condition first asks that its header is there. */
function policyOf(bucket: string, keyArn: string): string {
  const algorithm = 's3:x-amz-server-side-encryption';
  const keyId = `${algorithm}-aws-kms-key-id`;
  const deny = (Condition: object, place: object = { Resource: `arn:aws:s3:::${bucket}/*` }) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    ...place,
    Condition,
  });
  const Statement = [
    deny({ StringNotEquals: { [keyId]: keyArn }, Null: { [keyId]: 'false' } }),
    deny(
      { Null: { [algorithm]: 'false', [keyId]: 'true' } },
      { NotResource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/run/*/checkpoints/*`] },
    ),
    deny({ Null: { [`${algorithm}-customer-algorithm`]: 'false' } }),
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

describe('a bucket with a key of its own', () => refusesForeignKeys(policyOf));
