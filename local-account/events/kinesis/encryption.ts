import { AwsError, type Platform, type Principal } from '../../platform';
import type { Stream } from './stream';

/**
 * "Your Kinesis stream producers must have the kms:GenerateDataKey permission", consumers kms:Decrypt, and the stream's
 * ARN is the encryption context (Permissions to use user-generated KMS keys). AWS's own key aws/kinesis needs none.
 *
 * AWS: kinesis/producers-and-consumers-use-the-key
 */
export function useKey(
  { authorize, partition, region, accountId }: Platform,
  principal: Principal,
  { settings: { arn, keyId } }: Stream,
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
): void {
  if (keyId === undefined || keyId.includes('alias/aws/')) return;
  const resource = keyId.startsWith('arn:') ? keyId : `arn:${partition}:kms:${region}:${accountId}:key/${keyId}`;
  const context = {
    'kms:EncryptionContext:aws:kinesis:arn': arn,
    'kms:EncryptionContextKeys': ['aws:kinesis:arn'],
    'kms:ViaService': `kinesis.${region}.amazonaws.com`,
    'kms:CallerAccount': accountId,
    'aws:ViaAWSService': 'true',
  };
  const caller = principal.kind === 'role' ? { ...principal, network: undefined } : principal;
  try {
    authorize('stream encryption', { principal: caller, action, resource, context });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('KMSAccessDeniedException', error.message);
  }
}
