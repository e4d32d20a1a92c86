import { type LogFilter, parseFilterPattern } from '../events/filter-pattern';
import { AwsError, type ServiceCall } from '../platform';
import type { Moto, MotoResponse } from './moto';

interface FoundEvent {
  readonly message: string;
  readonly timestamp: number;
  readonly eventId: string;
}

interface Page {
  readonly events: readonly FoundEvent[];
  readonly nextToken?: string;
}

const MOST = 10_000;

/**
 * FilterLogEvents with a pattern: the store returns the events of the streams and of the time, and the pattern is
 * evaluated here, as for metric filters. The store knows terms only, and takes any other pattern for none.
 */
export async function filterLogEvents(
  moto: Moto,
  { input }: ServiceCall,
  headers: Readonly<Record<string, string>>,
): Promise<MotoResponse> {
  const matches = filterOf(String(input.filterPattern));
  const limit = Number(input.limit ?? MOST);
  const found: FoundEvent[] = [];
  let nextToken = input.nextToken as string | undefined;
  for (;;) {
    const body = Buffer.from(JSON.stringify({ ...input, filterPattern: undefined, limit: MOST, nextToken }));
    const response = await moto.call({
      method: 'POST',
      path: '/',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    });
    if (response.statusCode >= 300) return response;
    const page = JSON.parse(response.body.toString('utf8')) as Page;
    found.push(...page.events.filter(({ message }) => matches(message)));
    nextToken = page.nextToken;
    if (nextToken === undefined || found.length > limit) {
      const events = found.slice(0, limit);
      const more = found.length > limit ? after(events.at(-1), input) : undefined;
      const answer = { events, searchedLogStreams: [], nextToken: more };
      return { ...response, body: Buffer.from(JSON.stringify(answer)) };
    }
  }
}

/** A token of the store (store_logs.py): the direction, and where the last event stands. */
function after(last: FoundEvent | undefined, { nextToken, startFromHead }: ServiceCall['input']): string {
  const direction = nextToken === undefined ? (startFromHead === false ? 'b' : 'f') : String(nextToken)[0];
  return `${direction}/${last?.timestamp}/${last?.eventId}`;
}

// AWS: logs/what-is-read-of-a-group
function filterOf(pattern: string): LogFilter {
  try {
    return parseFilterPattern(pattern);
  } catch (error) {
    const { message } = error as Error;
    throw new AwsError(
      message.includes('not supported') ? 'UnsupportedOperation' : 'InvalidParameterException',
      `logs:FilterLogEvents: ${message}`,
    );
  }
}
