import { cbor } from '@smithy/core/cbor';
import type { PlatformHost } from '../../gateway/platform-host';
import { signedFetch } from '../fixtures/signed-fetch';
import { testPlatform } from '../fixtures/test-platform';

/** A call of each protocol that every user may make. */
const calls = {
  query: {
    service: 'sts',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  },
  ec2: {
    service: 'ec2',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=DescribeVpcs&Version=2016-11-15',
  },
  json: {
    service: 'kms',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' },
    body: '{}',
  },
  cbor: {
    service: 'monitoring',
    path: '/service/GraniteServiceVersion20100801/operation/ListMetrics',
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: Buffer.from(cbor.serialize({})),
  },
  'rest-json': { service: 'lambda', path: '/2015-03-31/functions', method: 'GET', headers: {}, body: '' },
  s3: {
    service: 's3',
    path: '/',
    method: 'GET',
    headers: { 'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    body: '',
  },
} as const;
type Protocol = keyof typeof calls;

interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly text: string;
}

async function read(protocol: Protocol, answer: Response): Promise<Refused> {
  const body = Buffer.from(await answer.arrayBuffer());
  const { status } = answer;
  if (protocol === 'cbor') {
    const { __type, message } = cbor.deserialize(new Uint8Array(body)) as { __type: string; message: string };
    return { status, code: __type, message, text: '' };
  }
  const text = body.toString('utf8');
  if (!text.startsWith('<')) {
    const { __type, message } = JSON.parse(text) as { __type: string; message: string };
    return { status, code: __type, message, text };
  }
  const element = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
  return { status, code: element('Code'), message: element('Message'), text };
}

describe('a client that is not let in is told so in the words of its protocol:', () => {
  let host: PlatformHost;
  beforeAll(async () => {
    host = await testPlatform();
  });
  afterAll(() => host.stop());

  const send = async (protocol: Protocol, changes: Partial<Parameters<typeof signedFetch>[1]> = {}) => {
    const { path, ...call } = calls[protocol];
    const credentials = host.platform.administrator;
    return read(protocol, await signedFetch(host.platform.endpoint + path, { credentials, ...call, ...changes }));
  };
  const plain = async (protocol: Protocol, headers: Record<string, string> = {}) => {
    const { path, body, ...call } = calls[protocol];
    const method = 'method' in call ? call.method : 'POST';
    const sent = { ...call.headers, ...headers };
    return read(
      protocol,
      await fetch(host.platform.endpoint + path, { method, headers: sent, ...(method === 'POST' ? { body } : {}) }),
    );
  };
  const outcome = ({ status, code }: Refused): [number, string] => [status, code];

  const json = 'UnrecognizedClientException';
  test.each<[Protocol, number, string]>([
    ['query', 403, 'InvalidClientTokenId'],
    ['ec2', 401, 'AuthFailure'],
    ['json', 400, json],
    ['cbor', 400, json],
    ['rest-json', 403, json],
    ['s3', 403, 'InvalidAccessKeyId'],
  ])('%s, with a key of another account: %d %s', async (protocol, ...refused) => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'foreign' };
    expect(outcome(await send(protocol, { credentials }))).toEqual(refused);
  });

  test.each<[Protocol, number, string]>([
    ['query', 403, 'SignatureDoesNotMatch'],
    ['ec2', 401, 'AuthFailure'],
    ['json', 400, 'InvalidSignatureException'],
    ['cbor', 400, 'InvalidSignatureException'],
    ['rest-json', 403, 'InvalidSignatureException'],
    ['s3', 403, 'SignatureDoesNotMatch'],
  ])('%s, with a wrong secret: %d %s', async (protocol, ...refused) => {
    const credentials = { ...host.platform.administrator, secretAccessKey: 'wrong' };
    const answer = await send(protocol, { credentials });
    expect(outcome(answer)).toEqual(refused);
    if (protocol !== 'ec2') expect(answer.message).toContain('The request signature we calculated does not match');
  });

  test.each<[Protocol, number, string, string]>([
    ['query', 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
    ['json', 400, 'MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
    ['cbor', 400, 'MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
    ['rest-json', 403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
    ['s3', 403, 'AccessDenied', 'Access Denied'],
  ])('%s, without a signature: %d %s', async (protocol, ...refused) => {
    const { status, code, message } = await plain(protocol);
    expect([status, code, message]).toEqual(refused);
  });

  test.each<[Protocol, number, string]>([
    ['query', 403, 'IncompleteSignature'],
    ['json', 400, 'IncompleteSignatureException'],
    ['s3', 400, 'AuthorizationHeaderMalformed'],
  ])('%s, with half a signature: %d %s', async (protocol, ...refused) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=somebody, SignedHeaders=host';
    expect(outcome(await plain(protocol, { authorization }))).toEqual(refused);
  });

  test.each<[Protocol, number, string]>([
    ['query', 403, 'SignatureDoesNotMatch'],
    ['json', 400, 'InvalidSignatureException'],
    ['cbor', 400, 'InvalidSignatureException'],
    ['rest-json', 403, 'InvalidSignatureException'],
    ['s3', 403, 'RequestTimeTooSkewed'],
  ])('%s, signed twenty minutes ago: %d %s', async (protocol, ...refused) => {
    const answer = await send(protocol, { at: Date.now() - 20 * 60_000 });
    expect(outcome(answer)).toEqual(refused);
    // Clients correct their clock by the time of the server.
    if (protocol === 's3') expect(answer.text).toMatch(/<ServerTime>20\d\d-\S+Z<\/ServerTime>/);
    else expect(answer.message).toContain('Signature expired: ');
  });

  test.each<[Protocol, number, string]>([
    ['ec2', 401, 'AuthFailure'],
    ['json', 400, 'InvalidSignatureException'],
    ['cbor', 400, 'InvalidSignatureException'],
    ['rest-json', 403, 'InvalidSignatureException'],
    ['s3', 400, 'AuthorizationHeaderMalformed'],
  ])('%s, signed for another region: %d %s', async (protocol, ...refused) => {
    const answer = await send(protocol, { region: 'us-east-1' });
    expect(outcome(answer)).toEqual(refused);
    if (protocol === 's3') expect(answer.text).toContain('<Region>eu-west-1</Region>');
    else if (protocol !== 'ec2') expect(answer.message).toContain("a valid region, not 'us-east-1'");
  });

  test('a presigned URL of another region says which one S3 expects', async () => {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${host.platform.administrator.accessKeyId}/${day}/us-east-1/s3/aws4_request`,
      'X-Amz-Date': `${day}T000000Z`,
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '0'.repeat(64),
    });
    const answer = await read('s3', await fetch(`${host.platform.endpoint}/bucket/key?${query}`));
    expect(outcome(answer)).toEqual([400, 'AuthorizationQueryParametersError']);
    expect(answer.message).toContain('us-east-1');
    expect(answer.text).toContain('<Region>eu-west-1</Region>');
  });

  test('the global services take whichever region a client has', async () => {
    expect((await send('query', { region: 'us-east-1' })).status).toBe(200);
  });
});
