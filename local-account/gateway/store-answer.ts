import { AwsError } from '../platform';
import { readCbor } from './cbor-bridge';
import type { ForwardedReply } from './store-forwarder';

/** Longer responses are lists; their content is not needed. */
const longest = 100_000;

/**
 * What the store answered, as far as it is JSON or CBOR; its refusals as errors. An object that is streamed has no
 * answer but itself.
 */
export function answerOf(reply: ForwardedReply): Record<string, unknown> {
  const body = Buffer.isBuffer(reply.body) ? reply.body : Buffer.alloc(0);
  const answer = parsed(reply, body);
  if (reply.statusCode < 300) return answer ?? {};
  const text = body.toString('utf8');
  const code = String(
    answer?.__type ?? reply.headers['x-amzn-errortype'] ?? /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? reply.statusCode,
  );
  const message = String(answer?.message ?? answer?.Message ?? /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '');
  // JSON services put the error's namespace before its name.
  throw new AwsError(code.slice(code.lastIndexOf('#') + 1), message, reply.statusCode);
}

function parsed({ headers }: ForwardedReply, body: Buffer): Record<string, unknown> | undefined {
  if (body.length === 0 || body.length > longest) return undefined;
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return readCbor(body);
  try {
    const value = JSON.parse(body.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
