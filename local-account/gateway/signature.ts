import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError, type Credentials } from '../platform';
import { doesNotMatch, signatureRefusal, wrongToken } from './refused-credentials';
import type { RequestHead } from './routing';
import type { WireFormat } from './serialize';

/** A request's signature (Signature Version 4), from its header or from the query of a presigned URL. */
export interface Signature {
  readonly accessKeyId: string;
  /** The scope's day: 20300115. */
  readonly day: string;
  readonly region: string;
  readonly signingName: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token?: string;
  /** When it was signed: 20300115T120000Z. */
  readonly date: string;
  /** Seconds that a presigned URL is good for; undefined for a signature in the header. */
  readonly expires?: string;
}

export function readSignature(head: RequestHead): Signature | undefined {
  const { headers, query } = head;
  const authorization = headers.authorization ?? '';
  const fromHeader = authorization.startsWith('AWS4-HMAC-SHA256');
  const part = (name: string): string =>
    (fromHeader
      ? new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1]
      : (query.get(`X-Amz-${name}`) ?? undefined)) ?? '';
  const [accessKeyId, day = '', region, signingName] = part('Credential').split('/');
  if (!accessKeyId || !region || !signingName) return undefined;
  return {
    accessKeyId,
    day,
    region,
    signingName,
    signedHeaders: part('SignedHeaders').split(';'),
    signature: part('Signature'),
    token: (fromHeader ? headers['x-amz-security-token'] : query.get('X-Amz-Security-Token')) ?? undefined,
    date: (fromHeader ? headers['x-amz-date'] : query.get('X-Amz-Date')) ?? '',
    ...(fromHeader ? {} : { expires: query.get('X-Amz-Expires') ?? '' }),
  };
}

/** What a request is signed with, whoever signs it: "Create a signed AWS API request" (IAM User Guide). */
export function signatureOf(
  head: Pick<RequestHead, 'method' | 'url' | 'headers'>,
  scope: Pick<Signature, 'day' | 'region' | 'signingName' | 'signedHeaders' | 'date'>,
  secretAccessKey: string,
  payloadHash: string,
): string {
  const { day, region, signingName, signedHeaders, date } = scope;
  const [path = '/', query = ''] = split(head.url, '?');
  // S3 signs a path as it is sent; every other service, encoded once more.
  const segment = (text: string): string => encode(signingName === 's3' ? decode(text) : text);
  const canonical = [
    head.method,
    path.split('/').map(segment).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headerText(head.headers[name])}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${signingName}/aws4_request`, hash(canonical)].join('\n');
  return hmac(signingKey(secretAccessKey, day, region, signingName), text).toString('hex');
}

/** Real milliseconds that a client's clock may be wrong ("Elements of an AWS API request signature"; S3: 15 minutes). */
const SKEW = 5 * 60_000;
const S3_SKEW = 15 * 60_000;
/** Seconds: a presigned URL is good for a week at most. */
const LONGEST = 604_800;

/** Refuses a request that its keys' owner did not sign, or signed too long ago. Clients have real time. */
export function checkSignature(
  head: RequestHead,
  signature: Signature,
  keys: Credentials,
  body: Buffer | undefined,
  format: WireFormat,
  now = Date.now(),
): void {
  if (signature.token !== keys.sessionToken) wrongToken(format, signature.token);
  const given = head.headers['x-amz-content-sha256'];
  const payload = given ?? (signature.signingName === 's3' ? 'UNSIGNED-PAYLOAD' : hash(body ?? ''));
  const expected = signatureOf(head, signature, keys.secretAccessKey, payload);
  if (!same(expected, signature.signature)) doesNotMatch(format);
  if (body !== undefined && given !== undefined && /^[0-9a-f]{64}$/.test(given) && given !== hash(body)) {
    doesNotMatch(format);
  }
  checkTime(signature, format, now);
}

/** AWS: iam/signatures-are-checked */
function checkTime({ date, expires, signingName }: Signature, format: WireFormat, now: number): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const skew = signingName === 's3' ? S3_SKEW : SKEW;
  if (expires !== undefined) {
    const seconds = Number(expires);
    if (expires === '' || !Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST) {
      throw new AwsError(
        'AuthorizationQueryParametersError',
        `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST} seconds`,
      );
    }
    if (now > signed + seconds * 1000)
      throw new AwsError('AccessDenied', 'Request has expired', 403, {
        'X-Amz-Expires': seconds,
        Expires: whole(signed + seconds * 1000),
        ServerTime: whole(now),
      });
    if (signed > now + S3_SKEW) throw new AwsError('AccessDenied', 'Request is not yet valid', 403);
    return;
  }
  if (Math.abs(now - signed) <= skew) return;
  if (format === 's3') {
    if (Number.isNaN(signed))
      throw new AwsError('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header', 403);
    const words = 'The difference between the request time and the current time is too large.';
    // Clients correct their clock by the server's time.
    throw new AwsError('RequestTimeTooSkewed', words, 403, {
      RequestTime: date,
      ServerTime: whole(now),
      MaxAllowedSkewMilliseconds: S3_SKEW,
    });
  }
  const at = (time: number): string => whole(time).replace(/[-:]/g, '');
  throw signatureRefusal(
    format,
    signed > now
      ? `Signature not yet current: ${date} is still later than ${at(now + skew)} (${at(now)} + 5 min.)`
      : `Signature expired: ${date} is now earlier than ${at(now - skew)} (${at(now)} - 5 min.)`,
  );
}

/** As AWS writes times: without fractions of a second. */
const whole = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, '');

const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signing keys are the same all day. */
const signingKeys = new Map<string, Buffer>();

function signingKey(secret: string, ...scope: readonly string[]): Buffer {
  const name = [secret, ...scope].join('/');
  let key = signingKeys.get(name);
  if (key === undefined) {
    key = [...scope, 'aws4_request'].reduce<Buffer>(
      (inner, part) => hmac(inner, part),
      Buffer.from(`AWS4${secret}`, 'utf8'),
    );
    if (signingKeys.size > 5_000) signingKeys.clear();
    signingKeys.set(name, key);
  }
  return key;
}

function same(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function split(text: string, at: string): [string, string | undefined] {
  const place = text.indexOf(at);
  return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => split(pair, '=').map((part = '') => encode(decode(part))) as [string, string])
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map((pair) => pair.join('='))
    .join('&');
}

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** As RFC 3986 has it: all but letters, digits, - . _ ~ */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Node reads headers as Latin-1; they are signed as the bytes that were sent. */
function headerText(value = ''): string {
  return Buffer.from(value, 'latin1').toString('utf8').trim().replace(/ +/g, ' ');
}
