import { execFileSync } from 'node:child_process';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { PlatformHost } from '../../gateway/platform-host';
import { checkSignature, signatureOf } from '../../gateway/signature';
import { testPlatform, testPython } from '../fixtures/test-platform';

const failure = async (work: Promise<unknown>): Promise<[string, string]> =>
  work.then(
    () => ['no error', ''],
    (error: Error) => [error.name, error.message],
  );

/** A URL that botocore signs, as `aws s3 presign` does; `ago` seconds ago. */
const PRESIGN = `
import datetime, json, sys
import botocore.auth, botocore.config, botocore.session
given = json.loads(sys.argv[1])
class Past(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return datetime.datetime.utcnow() - datetime.timedelta(seconds=given["ago"])
real = getattr(botocore.auth, "get_current_datetime", None)
if real: botocore.auth.get_current_datetime = lambda *a, **k: real(*a, **k) - datetime.timedelta(seconds=given["ago"])
else: botocore.auth.datetime.datetime = Past
client = botocore.session.Session().create_client("s3", given["region"], endpoint_url=given["endpoint"],
    aws_access_key_id=given["key"], aws_secret_access_key=given["secret"],
    config=botocore.config.Config(signature_version=given["version"], s3={"addressing_style": "path"}))
print(client.generate_presigned_url(given["operation"], Params=given["parameters"], ExpiresIn=given["expires"]))
`;

describe('signatures', () => {
  let host: PlatformHost;
  let s3: S3Client;
  let python: string;
  let client: { endpoint: string; region: string; credentials: PlatformHost['platform']['administrator'] };

  const presign = (operation: string, parameters: object, { ago = 0, expires = 60, version = 's3v4' } = {}): string =>
    execFileSync(
      python,
      [
        '-c',
        PRESIGN,
        JSON.stringify({
          operation,
          parameters: { Bucket: 'signed', ...parameters },
          ago,
          expires,
          version,
          endpoint: client.endpoint,
          region: client.region,
          key: client.credentials.accessKeyId,
          secret: client.credentials.secretAccessKey,
        }),
      ],
      { encoding: 'utf8' },
    ).trim();

  beforeAll(async () => {
    python = await testPython();
    host = await testPlatform();
    const { endpoint, region, administrator: credentials } = host.platform;
    client = { endpoint, region, credentials };
    s3 = new S3Client({ ...client, forcePathStyle: true, maxAttempts: 1 });
    await s3.send(
      new CreateBucketCommand({ Bucket: 'signed', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
  });

  afterAll(async () => {
    s3.destroy();
    await host.stop();
  });

  it("refuses a wrong secret, in each protocol's words", async () => {
    const wrong = {
      ...client,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { ...client.credentials, secretAccessKey: 'wrong' },
    };
    const words = 'The request signature we calculated does not match the signature you provided.';
    expect(await failure(new S3Client(wrong).send(new ListBucketsCommand({})))).toEqual([
      'SignatureDoesNotMatch',
      `${words} Check your key and signing method.`,
    ]);
    const [code, message] = await failure(new KMSClient(wrong).send(new ListKeysCommand({})));
    expect([code, message.startsWith(words)]).toEqual(['InvalidSignatureException', true]);
    expect((await failure(new STSClient(wrong).send(new GetCallerIdentityCommand({}))))[0]).toBe(
      'SignatureDoesNotMatch',
    );
    expect((await failure(new EC2Client(wrong).send(new DescribeVpcsCommand({}))))[0]).toBe('AuthFailure');
  });

  it("takes a session's keys only with its token", async () => {
    host.policies.putRole({
      arn: 'arn:aws:iam::123456789012:role/Signer',
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
        ],
      },
    });
    const role = { RoleArn: 'arn:aws:iam::123456789012:role/Signer', RoleSessionName: 'me' };
    const { Credentials: keys } = await new STSClient(client).send(new AssumeRoleCommand(role));
    const ask = (sessionToken?: string) => {
      const credentials = {
        accessKeyId: keys?.AccessKeyId ?? '',
        secretAccessKey: keys?.SecretAccessKey ?? '',
        sessionToken,
      };
      return new STSClient({ ...client, credentials }).send(new GetCallerIdentityCommand({}));
    };
    expect((await ask(keys?.SessionToken)).Arn).toContain('assumed-role/Signer/me');
    expect((await failure(ask()))[0]).toBe('InvalidClientTokenId');
    expect((await failure(ask('another')))[0]).toBe('InvalidClientTokenId');
  });

  it.each(['plain', 'a b/ü+~(1)*!.txt', "it's=1&2"])('takes presigned URLs for the key %s', async (Key) => {
    await s3.send(new PutObjectCommand({ Bucket: 'signed', Key, Body: `content of ${Key}` }));
    const answer = await fetch(presign('get_object', { Key }));
    expect([answer.status, await answer.text()]).toEqual([200, `content of ${Key}`]);
  });

  it('refuses a presigned URL that was changed or has expired, as XML', async () => {
    const url = presign('get_object', { Key: 'plain' });
    const asked = async (changed: string): Promise<[number, string, string]> => {
      const answer = await fetch(changed);
      const text = await answer.text();
      expect(answer.headers.get('content-type')).toBe('application/xml');
      return [
        answer.status,
        /<Code>(.*)<\/Code>/.exec(text)?.[1] ?? '',
        /<Message>(.*)<\/Message>/.exec(text)?.[1] ?? '',
      ];
    };
    expect((await asked(url.replace('/plain', '/other')))[1]).toBe('SignatureDoesNotMatch');
    expect((await asked(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')))[1]).toBe('SignatureDoesNotMatch');
    const expired = presign('get_object', { Key: 'plain' }, { ago: 120 });
    expect(await asked(expired)).toEqual([403, 'AccessDenied', 'Request has expired']);
    const long = presign('get_object', { Key: 'plain' }, { expires: 604_801 });
    expect((await asked(long))[1]).toBe('AuthorizationQueryParametersError');
    const old = presign('get_object', { Key: 'plain' }, { version: 's3' });
    expect(await asked(old)).toEqual([
      400,
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    ]);
  });

  it('stores what a form sends to a presigned URL', async () => {
    const url = presign('put_object', { Key: 'form' });
    // What curl -d sends, if nobody says another type.
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await fetch(url, { method: 'PUT', body: 'a=1&b=2', headers })).status).toBe(200);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'signed', Key: 'form' }));
    expect(await Body?.transformToString()).toBe('a=1&b=2');
  });

  it('answers requests for objects without a signature as S3 does', async () => {
    for (const path of ['/signed/plain', '/signed', '/']) {
      const answer = await fetch(client.endpoint + path);
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    }
    const form = new FormData();
    form.append('key', 'plain');
    const posted = await fetch(`${client.endpoint}/signed`, { method: 'POST', body: form });
    expect([posted.status, await posted.text()]).toEqual([501, expect.stringContaining('presigned POST')]);
    const answer = await fetch(`${client.endpoint}/endpoints/e/invocations`, { method: 'POST' });
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it("refuses what was signed too long ago, in each service's words", () => {
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    const head = { method: 'POST', url: '/', path: '/', query: new URLSearchParams(), headers: { host: 'here' } };
    const check = (signingName: string, format: 's3' | 'json', minutes: number) => () => {
      const scope = {
        day: '20300115',
        region: 'eu-west-1',
        signingName,
        signedHeaders: ['host'],
        date: '20300115T120000Z',
      };
      const hash =
        signingName === 's3' ? 'UNSIGNED-PAYLOAD' : 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
      const signature = signatureOf(head, scope, keys.secretAccessKey, hash);
      const now = Date.parse('2030-01-15T12:00:00Z') + minutes * 60_000;
      checkSignature(head, { ...scope, accessKeyId: 'AKIA', signature }, keys, Buffer.alloc(0), format, now);
    };
    expect(check('kms', 'json', 4)).not.toThrow();
    expect(check('kms', 'json', 6)).toThrow(
      'Signature expired: 20300115T120000Z is now earlier than 20300115T120100Z (20300115T120600Z - 5 min.)',
    );
    expect(check('s3', 's3', 14)).not.toThrow();
    expect(check('s3', 's3', 16)).toThrow('The difference between the request time and the current time is too large.');
  });
});
