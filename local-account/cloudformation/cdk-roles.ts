import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { fillPlaceholders } from '../assembly/assets';
import type { Credentials, Platform } from '../platform';

/** Where a deployment goes, and who starts it. */
export type Place = Pick<Platform, 'endpoint' | 'region' | 'accountId' | 'partition' | 'clock' | 'administrator'>;

/** The credentials of a role of CDK's bootstrap stack, as the CLI takes it; without a role, the operator's own. */
export async function credentialsOf(roleArn: string | undefined, place: Place): Promise<Credentials> {
  const { endpoint, region, administrator: credentials } = place;
  if (roleArn === undefined) return credentials;
  const sts = new STSClient({ endpoint, region, credentials });
  try {
    const { Credentials: taken } = await sts.send(
      new AssumeRoleCommand({ RoleArn: fillPlaceholders(roleArn, place), RoleSessionName: 'aws-cdk' }),
    );
    return {
      accessKeyId: taken?.AccessKeyId ?? '',
      secretAccessKey: taken?.SecretAccessKey ?? '',
      sessionToken: taken?.SessionToken,
    };
  } finally {
    sts.destroy();
  }
}
