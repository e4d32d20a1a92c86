import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningAccount } from './running';

/**
 * Variables that would send calls elsewhere or sign them with a person's own keys, whatever the ones below say. Of the
 * SDKs and Tools Reference Guide, "Environment variables list".
 */
const removed = [
  ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION'],
  ...['AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ...['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
  ...['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  ...['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'],
  'AWS_ACCOUNT_ID',
];

interface Files {
  readonly config: string;
  readonly credentials: string;
  readonly sageMaker: string;
  readonly shell: string;
}

/** The files that a client reads in place of a person's own. */
export function clientFiles(folder: string): Files {
  return {
    config: join(folder, 'aws-config'),
    credentials: join(folder, 'aws-credentials'),
    sageMaker: join(folder, 'sagemaker-sdk.yaml'),
    shell: join(folder, 'env.sh'),
  };
}

/** The variables that point every AWS client at the account. */
export function variables(account: RunningAccount): Readonly<Record<string, string>> {
  const files = clientFiles(account.folder);
  return {
    AWS_ENDPOINT_URL: account.endpoint,
    // For tools that ask for the endpoint of STS by its name.
    AWS_ENDPOINT_URL_STS: account.endpoint,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    // A person's own profiles are out of reach, and so are the endpoints and roles that they name.
    AWS_CONFIG_FILE: files.config,
    AWS_SHARED_CREDENTIALS_FILE: files.credentials,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Clients put "sync-" or "stream-" before the host name of some calls, and such a host does not exist here.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    // The SageMaker Python SDK reports its use to AWS, at an address of its own.
    SAGEMAKER_USER_CONFIG_OVERRIDE: files.sageMaker,
    MLA_BLUEPRINT_CLOCK: account.clock,
  };
}

/** For `AWS_CONFIG_FILE`: both the default profile and one with a name. */
export function profile(account: RunningAccount): string {
  const settings = [
    `region = ${account.region}`,
    `endpoint_url = ${account.endpoint}`,
    `aws_access_key_id = ${account.accessKeyId}`,
    `aws_secret_access_key = ${account.secretAccessKey}`,
    'disable_host_prefix_injection = true',
    'ignore_configured_endpoint_urls = false',
  ];
  return `# The local account "${account.name}". Its keys are worth nothing in AWS.
[default]
${settings.join('\n')}

[profile local-account]
${settings.join('\n')}
`;
}

/** For a POSIX shell. */
export function shell(account: RunningAccount): string {
  const lines = [
    `# The local account "${account.name}" at ${account.endpoint}.`,
    `unset ${removed.join(' ')}`,
    '# An endpoint of a single service would go before AWS_ENDPOINT_URL.',
    `for name in $(env | sed -n 's/^\\(AWS_ENDPOINT_URL_[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$name"; done`,
    ...Object.entries(variables(account)).map(([name, value]) => `export ${name}=${quoted(value)}`),
    '',
    '# The SageMaker Python SDK calls STS at its address in AWS where it looks up its default bucket or its execution',
    '# role. Pass both: Session(default_bucket=...), role="arn:aws:iam::123456789012:role/...".',
    '# AWS CLI version 1 sends its sqs commands to AWS: name the endpoint each time (aws --endpoint-url ... sqs).',
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes the files that the variables name. */
export function writeClientFiles(account: RunningAccount): void {
  const files = clientFiles(account.folder);
  const write = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 });
  write(files.config, profile(account));
  write(files.credentials, '# The keys of the local account are in aws-config.\n');
  write(
    files.sageMaker,
    ["SchemaVersion: '1.0'", 'SageMaker:', '  PythonSDK:', '    Modules:', '      TelemetryOptOut: true', ''].join(
      '\n',
    ),
  );
  write(files.shell, shell(account));
}

export function removeClientFiles(folder: string): void {
  for (const file of Object.values(clientFiles(folder))) rmSync(file, { force: true });
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
