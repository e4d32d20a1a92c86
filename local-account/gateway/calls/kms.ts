import { type Call, field, type Row, regional, type ServiceCalls, unscoped } from './rows';

const key = async (call: Call): Promise<string> => {
  const id = field('KeyId')(call) ?? field('TargetKeyId')(call);
  return id === undefined
    ? ((await call.facts.ciphertextKey(call.input.CiphertextBlob)) ?? '*')
    : call.facts.keyArn(id);
};

const callerAccount: Row['context'] = { 'kms:CallerAccount': (call) => call.accountId };

const onKey = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [{ action: `kms:${operation}`, type: 'key', resource: key, context: callerAccount }],
    ]),
  );

/** Direct cryptographic calls carry the caller's own encryption context. */
const cryptographic = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [
        {
          action: `kms:${operation}`,
          type: 'key',
          resource: key,
          context: {
            ...callerAccount,
            'kms:EncryptionContextKeys': (call: Call) =>
              Object.keys((call.input.EncryptionContext as object | undefined) ?? {}),
          },
          extraContext: (call: Call) =>
            Object.fromEntries(
              Object.entries((call.input.EncryptionContext as Record<string, string> | undefined) ?? {}).map(
                ([name, value]) => [`kms:EncryptionContext:${name}`, value],
              ),
            ),
        },
      ],
    ]),
  );

const alias: (action: string) => Row = (action) => ({
  action,
  type: 'alias',
  resource: (call) => regional(call, 'kms', field('AliasName')(call) ?? ''),
});

/** AWS Key Management Service. */
export const kms: ServiceCalls = {
  prefix: 'kms',
  source: 'Actions, resources, and condition keys for AWS Key Management Service',
  operations: {
    ...unscoped('kms', 'CreateKey', 'ListKeys', 'ListAliases'),
    ...cryptographic('Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'),
    ...onKey(
      'DescribeKey',
      'PutKeyPolicy',
      'GetKeyPolicy',
      'ListKeyPolicies',
      'EnableKeyRotation',
      'DisableKeyRotation',
      'GetKeyRotationStatus',
      'ScheduleKeyDeletion',
      'CancelKeyDeletion',
      'EnableKey',
      'DisableKey',
      'TagResource',
      'UntagResource',
      'ListResourceTags',
      'UpdateKeyDescription',
      'ListGrants',
      'RevokeGrant',
    ),
    CreateGrant: [
      {
        action: 'kms:CreateGrant',
        type: 'key',
        resource: key,
        context: {
          ...callerAccount,
          'kms:GranteePrincipal': field('GranteePrincipal'),
          'kms:GrantOperations': (call) => call.input.Operations as string[] | undefined,
          'kms:GrantIsForAWSResource': () => 'false',
        },
      },
    ],
    CreateAlias: [
      alias('kms:CreateAlias'),
      { action: 'kms:CreateAlias', type: 'key', resource: key, context: callerAccount },
    ],
    UpdateAlias: [
      alias('kms:UpdateAlias'),
      { action: 'kms:UpdateAlias', type: 'key', resource: key, context: callerAccount },
    ],
    DeleteAlias: [
      alias('kms:DeleteAlias'),
      {
        action: 'kms:DeleteAlias',
        type: 'key',
        resource: (call) => call.facts.keyArn(field('AliasName')(call) ?? ''),
        context: callerAccount,
      },
    ],
  },
};
