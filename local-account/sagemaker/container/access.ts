import type { Engine } from '../engine';
import type { RoleSession } from '../role-session';

/**
 * How a container reaches AWS: as its role, unless it is network isolated; then nothing outside of it can be reached
 * (developer guide, "Run Training and Inference Containers in Internet-Free Mode"). On AWS the SDKs get the role's keys
 * from the address in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.
 */
export function accessEnvironment(
  { platform }: Engine,
  session: RoleSession,
  isolated: boolean | undefined,
): Record<string, string> {
  if (isolated) return {};
  const { accessKeyId, secretAccessKey, sessionToken } = session.containerCredentials;
  return {
    AWS_ENDPOINT_URL: platform.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}
