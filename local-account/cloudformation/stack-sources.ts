import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { AwsError, type Credentials, type Platform, type Principal } from '../platform';
import { makeClients } from './clients';

const SESSION = 'AWSCloudFormation';

/**
 * What CloudFormation fetches while it accepts a call: templates and SSM parameters, with the caller's permissions, and
 * the role it is to act as.
 */
export class StackSources {
  constructor(private readonly platform: Platform) {}

  /** Reads a template from S3 by its URL, in any of S3's forms. */
  async template(url: string, caller: Principal): Promise<string> {
    const { platform } = this;
    const { bucket, key } = localObject(url, platform.endpoint) ?? parseS3Url(url);
    try {
      platform.authorize('cloudformation template', {
        principal: caller,
        action: 's3:GetObject',
        resource: `arn:${platform.partition}:s3:::${bucket}/${key}`,
      });
    } catch (error) {
      platform.record({ kind: 'denied', summary: (error as Error).message });
      throw s3Error('Access Denied');
    }
    return this.asAdministrator(async ({ s3 }) => readText(s3, bucket, key));
  }

  /**
   * Values of SSM parameters by name; those that do not exist are absent.
   *
   * AWS: cloudformation/ssm-parameters-read-as-caller
   */
  async ssmParameters(names: readonly string[], caller: Principal): Promise<ReadonlyMap<string, string>> {
    const { platform } = this;
    for (const name of names) {
      const resource = `arn:${platform.partition}:ssm:${platform.region}:${platform.accountId}:parameter/${name.replace(/^\//, '')}`;
      try {
        platform.authorize('cloudformation parameter', { principal: caller, action: 'ssm:GetParameters', resource });
      } catch (error) {
        throw new AwsError(
          'ValidationError',
          `AccessDenied. User doesn't have permission to call ssm:GetParameters (${(error as Error).message})`,
        );
      }
    }
    return this.asAdministrator(async ({ ssm }) => {
      const found = new Map<string, string>();
      for (let start = 0; start < names.length; start += 10) {
        const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: names.slice(start, start + 10) }));
        Parameters.forEach(({ Name, Value }) => Name !== undefined && Value !== undefined && found.set(Name, Value));
      }
      return found;
    });
  }

  async assume(roleArn: string, stackId: string): Promise<Credentials> {
    try {
      return await this.platform.assumeRole('cloudformation.amazonaws.com', roleArn, SESSION, stackId);
    } catch (error) {
      this.platform.record({ kind: 'denied', summary: (error as Error).message });
      // AWS: cloudformation/roles-that-cannot-be-assumed
      throw new AwsError('ValidationError', `Role ${roleArn} is invalid or cannot be assumed`);
    }
  }

  /** Who a stack's role is while CloudFormation works as it. */
  session(roleArn: string): Principal {
    const { partition, accountId } = this.platform;
    const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${SESSION}`;
    return { kind: 'role', roleArn, arn, sessionName: SESSION, accountId };
  }

  private async asAdministrator<T>(read: (clients: ReturnType<typeof makeClients>) => Promise<T>): Promise<T> {
    const clients = makeClients(this.platform, this.platform.internalCredentials);
    try {
      return await read(clients);
    } finally {
      clients.close();
    }
  }
}

async function readText(s3: S3Client, bucket: string, key: string): Promise<string> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString('utf8')) ?? '';
  } catch (error) {
    throw s3Error((error as Error).message);
  }
}

// AWS: cloudformation/templates-in-s3
function s3Error(message: string): AwsError {
  const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
  return new AwsError('ValidationError', `S3 error: ${message}\n${more}`);
}

/** An object by its URL on the account's own endpoint: what clients make of it that know no other endpoint of S3. */
function localObject(url: string, endpoint: string): { readonly bucket: string; readonly key: string } | undefined {
  const match = url.startsWith(`${endpoint}/`) ? /^([^/]+)\/(.+)$/.exec(url.slice(endpoint.length + 1)) : null;
  return match ? { bucket: match[1], key: decodeURIComponent(match[2].split('?')[0]) } : undefined;
}

/**
 * https://<bucket>.s3.<region>.amazonaws.com/<key>, https://s3.<region>.amazonaws.com/<bucket>/<key>, with or without the region.
 */
export function parseS3Url(url: string): { readonly bucket: string; readonly key: string } {
  const match =
    /^https:\/\/s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?\/([^/]+)\/(.+)$/.exec(url) ??
    /^https:\/\/([^/]+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?\/(.+)$/.exec(url);
  if (!match) {
    // AWS: cloudformation/templates-in-s3
    throw new AwsError('ValidationError', 'TemplateURL must be a supported URL.');
  }
  return { bucket: match[1], key: decodeURIComponent(match[2].split('?')[0]) };
}
