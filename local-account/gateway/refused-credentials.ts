import { AwsError } from '../platform';
import type { RequestHead } from './routing';
import type { WireFormat } from './serialize';

/**
 * What AWS answers a caller whom it does not know, or whose signature it does not take. Each protocol has its own words:
 * services of the Query protocol, of JSON, of REST with JSON (403 where JSON has 400), S3 and EC2.
 */
interface Words {
  readonly query: string;
  /** Of JSON, CBOR and REST with JSON. */
  readonly json: string;
  readonly message: string;
}

// AWS: iam/unknown-callers-and-regions, iam/signatures-are-checked
function refusal(format: WireFormat, { query, json, message }: Words): AwsError {
  switch (format) {
    case 'ec2':
      return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
    case 'query':
      return new AwsError(query, message, 403);
    case 'rest-json':
      return new AwsError(json, message, 403);
    default:
      return new AwsError(json, message, 400);
  }
}

/** AWS: iam/unknown-callers-and-regions */
export function refuseUnsigned(head: RequestHead, format: WireFormat): never {
  const { authorization } = head.headers;
  // Signature Version 2, which regions newer than 2014 never took.
  if (head.query.has('AWSAccessKeyId') || authorization?.startsWith('AWS ')) {
    const words = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
    throw new AwsError('InvalidRequest', words);
  }
  if (authorization?.startsWith('AWS4-HMAC-SHA256')) malformed(head, format);
  if (format === 's3' && /^multipart\/form-data/.test(head.headers['content-type'] ?? '')) {
    throw new AwsError('NotImplemented', 'A form (presigned POST) is not supported by the local account', 501);
  }
  // S3 knows callers without a name; no bucket here lets them in.
  if (format === 's3') throw new AwsError('AccessDenied', 'Access Denied', 403);
  throw refusal(format, {
    query: 'MissingAuthenticationToken',
    json: 'MissingAuthenticationTokenException',
    message: format === 'rest-json' ? 'Missing Authentication Token' : 'Request is missing Authentication Token',
  });
}

/** AWS: iam/unknown-callers-and-regions */
function malformed(head: RequestHead, format: WireFormat): never {
  const text = head.headers.authorization ?? '';
  if (format === 's3') {
    const words =
      'The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';
    throw new AwsError('AuthorizationHeaderMalformed', words);
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !text.includes(`${name}=`));
  const words = missing.map((name) => `Authorization header requires '${name}' parameter. `).join('');
  throw refusal(format, {
    query: 'IncompleteSignature',
    json: 'IncompleteSignatureException',
    message: words || 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
  });
}

/** AWS: iam/unknown-callers-and-regions */
export function unknownKey(format: WireFormat): never {
  if (format === 's3') {
    throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403);
  }
  throw invalidToken(format);
}

/** AWS: iam/unknown-callers-and-regions */
export function wrongRegion(format: WireFormat, given: string, expected: string, presigned: boolean): never {
  if (format === 's3') {
    const wrong = `the region '${given}' is wrong; expecting '${expected}'`;
    throw presigned
      ? new AwsError(
          'AuthorizationQueryParametersError',
          `Error parsing the X-Amz-Credential parameter; ${wrong}`,
          400,
          { Region: expected },
        )
      : new AwsError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${wrong}`, 400, {
          Region: expected,
        });
  }
  throw signatureRefusal(
    format,
    `Credential should be scoped to a valid region, not '${given}'. The local account plays ${expected}.`,
  );
}

/** AWS: iam/signatures-are-checked */
export function doesNotMatch(format: WireFormat): never {
  const calculated = 'The request signature we calculated does not match the signature you provided.';
  if (format === 's3') {
    throw new AwsError('SignatureDoesNotMatch', `${calculated} Check your key and signing method.`, 403);
  }
  throw signatureRefusal(
    format,
    `${calculated} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`,
  );
}

/** AWS: iam/signatures-are-checked */
export function wrongToken(format: WireFormat, token: string | undefined): never {
  // A session's key is no key without its token.
  if (format !== 's3' || token === undefined) unknownKey(format);
  throw new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400);
}

/** AWS: iam/signatures-are-checked */
export function signatureRefusal(format: WireFormat, message: string): AwsError {
  return refusal(format, { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException', message });
}

function invalidToken(format: WireFormat): AwsError {
  return refusal(format, {
    query: 'InvalidClientTokenId',
    json: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });
}
