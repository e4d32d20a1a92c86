import type { Value } from '../../template';
import type { Place } from '../places';
import { insideIntrinsic, isResource, isStatement, type Operator, replace, type Step, set } from './operator';

/** Values of AWS's that protect, and those that protect less. */
const weaker: Readonly<Record<string, readonly string[]>> = {
  'aws:kms': ['AES256'],
  'aws:kms:dsse': ['aws:kms'],
  'SSE-KMS': ['SSE-S3', 'DISABLED'],
  SSE_KMS: ['SSE_S3'],
  KMS: ['NONE'],
  'CSE-KMS': ['DISABLED'],
  CUSTOMER_MANAGED_KMS_KEY: ['AWS_OWNED_KMS_KEY'],
  CUSTOMER_MANAGED_CMK: ['AWS_OWNED_CMK'],
  Enabled: ['Suspended', 'Disabled'],
  ENABLED: ['DISABLED'],
  Active: ['PassThrough'],
  ALL: ['OFF', 'ERROR'],
  IMMUTABLE: ['MUTABLE'],
  Vpc: ['Platform'],
  BucketOwnerEnforced: ['ObjectWriter'],
  Retain: ['Delete'],
  RetainExceptOnCreate: ['Delete'],
  Snapshot: ['Delete'],
  Deny: ['Allow'],
  REJECT: ['ACCEPT'],
  'TLSv1.2_2021': ['TLSv1'],
  '1.2': ['1.0'],
  PendingManualApproval: ['Approved'],
  VpcOnly: ['PublicInternetOnly'],
  perObject: ['bucketOwner'],
  StringEquals: ['StringLike'],
};

export const weaken: Operator = {
  name: 'weaken',
  steps: (place) => [...toggled(place), ...lower(place), ...deletion(place), ...narrowDeny(place)],
};

function toggled(place: Place): Step[] {
  const { value } = place;
  if (typeof value === 'boolean') return [replace(place, 'boolean', !value)];
  if (value === 'true' || value === 'false') return [replace(place, 'boolean', value === 'true' ? 'false' : 'true')];
  return [];
}

function lower(place: Place): Step[] {
  const { value } = place;
  if (typeof value !== 'string' || insideIntrinsic(place)) return [];
  const values = (weaker[value] ?? []).map((after) => replace(place, 'lower protection', after));
  const http = /https:\/\//.test(value) ? [replace(place, 'no TLS', value.replace('https://', 'http://'))] : [];
  return [...values, ...http];
}

function deletion(place: Place): Step[] {
  if (!isResource(place)) return [];
  const resource = place.value as Record<string, Value>;
  return ['DeletionPolicy', 'UpdateReplacePolicy'].flatMap((key) =>
    ['Delete', 'Retain']
      .filter((policy) => policy !== resource[key] && resource[key] !== undefined)
      .map((policy) => set(place, 'deletion policy', key, policy)),
  );
}

/** A Deny that denies less. */
function narrowDeny(place: Place): Step[] {
  const { value } = place;
  if (!isStatement(value) || value.Effect !== 'Deny') return [];
  const { Condition } = value;
  const also = { StringEquals: { 'aws:PrincipalTag/never': 'true' } };
  return [
    set(place, 'Deny of one action', 'Action', 's3:GetBucketAcl'),
    set(place, 'Deny of one principal', 'Principal', { AWS: 'arn:aws:iam::999988887777:root' }),
    set(place, 'Deny on one more condition', 'Condition', {
      ...(Condition as Record<string, Value> | undefined),
      ...also,
    }),
  ];
}
