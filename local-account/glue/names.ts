import { randomBytes } from 'node:crypto';
import type { Platform } from '../platform';

export type Scope = Pick<Platform, 'partition' | 'region' | 'accountId'>;

/** "Specifying AWS Glue resource ARNs". */
export function arnOf(
  { partition, region, accountId }: Scope,
  type: 'job' | 'dataQualityRuleset',
  name: string,
): string {
  return `arn:${partition}:glue:${region}:${accountId}:${type}/${name}`;
}

/** Such as jr_ and 64 digits. */
export function newId(prefix: 'jr' | 'dqrun' | 'dqresult'): string {
  return `${prefix}_${randomBytes(32).toString('hex')}`.replace('dqrun_', 'dqrun-').replace('dqresult_', 'dqresult-');
}

/** A role is passed by its ARN or its name. */
export function roleArnOf({ partition, accountId }: Scope, role: string): string {
  return role.startsWith('arn:') ? role : `arn:${partition}:iam::${accountId}:role/${role}`;
}

export function s3Location(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}
