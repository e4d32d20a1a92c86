import type { Principal } from '../../platform';
import type { Engine } from '../engine';

/** What who creates a group may do with the key of its online store. */
const CREATION = [
  'Encrypt',
  'Decrypt',
  'DescribeKey',
  'CreateGrant',
  'RetireGrant',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'ListGrants',
  'RevokeGrant',
];

/** The permissions on its key that who creates a group with an online store has. */
// AWS: sagemaker-feature-store/online-store-key
export function authorizeCreation(engine: Engine, principal: Principal, keyArn: string | undefined): void {
  if (keyArn === undefined) return;
  const { platform } = engine;
  for (const action of CREATION) {
    platform.authorize('feature group key', {
      principal,
      action: `kms:${action}`,
      resource: keyArn,
      context: { ...through(engine), ...(action === 'CreateGrant' ? { 'kms:GrantIsForAWSResource': 'true' } : {}) },
    });
  }
  platform.authorize('feature group key', { principal, action: 'kms:ListAliases', resource: '*' });
}

/** Who reads or writes records may decrypt with the key. */
// AWS: sagemaker-feature-store/online-store-key
export function authorizeRecords(engine: Engine, principal: Principal, keyArn: string | undefined): void {
  if (keyArn === undefined) return;
  engine.platform.authorize('feature store records', {
    principal,
    action: 'kms:Decrypt',
    resource: keyArn,
    context: through(engine),
  });
}

function through({ platform }: Engine): Record<string, string> {
  return {
    'kms:ViaService': `sagemaker.${platform.region}.amazonaws.com`,
    'kms:CallerAccount': platform.accountId,
  };
}
