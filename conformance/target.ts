import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAccount } from 'local-account/local-account';
import { ensureInterpreters } from 'local-account/python/environment';
import { WrongUsage } from '../operator/errors';
import type { ClientSettings, World } from './world';

export interface Target {
  readonly name: string;
  readonly client: ClientSettings;
  readonly stop: () => Promise<void>;
}

/** The endpoint that the environment names; without one, a local account for this run only. */
export async function openTarget(environments: string, progress: (line: string) => void): Promise<Target> {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = process.env;
  if (endpoint !== undefined && endpoint !== '') {
    if (!accessKeyId || !secretAccessKey)
      throw new WrongUsage('AWS_ENDPOINT_URL needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'eu-central-1';
    const credentials = { accessKeyId, secretAccessKey, sessionToken: process.env.AWS_SESSION_TOKEN };
    return { name: endpoint, client: { endpoint, region, credentials, maxAttempts: 1 }, stop: () => Promise.resolve() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const account = await startLocalAccount({ folder, ...(await ensureInterpreters({ environments, progress })) });
  return {
    name: 'the local account',
    client: { ...account.client, maxAttempts: 1 },
    stop: async () => {
      await account.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The environment of a client that is a program: the target, and nothing of a person's own configuration. */
export function environmentOf({ client, ...world }: World, folder: string): NodeJS.ProcessEnv {
  const config = join(folder, 'sagemaker-sdk.yaml');
  writeFileSync(config, "SchemaVersion: '1.0'\nSageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\n");
  const { accessKeyId, secretAccessKey, sessionToken } = client.credentials;
  return {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONWARNINGS: 'ignore',
    AWS_ENDPOINT_URL: client.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
    AWS_REGION: client.region,
    AWS_DEFAULT_REGION: client.region,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    AWS_PAGER: '',
    SAGEMAKER_USER_CONFIG_OVERRIDE: config,
    CONFORMANCE_BUCKET: world.bucket,
    CONFORMANCE_ROLE: world.role,
    CONFORMANCE_NARROW_ROLE: world.narrowRole,
    CONFORMANCE_RUN: world.run,
    CONFORMANCE_IMAGE_XGBOOST: world.images.XGBOOST,
    CONFORMANCE_IMAGE_SKLEARN: world.images.SKLEARN,
  };
}
