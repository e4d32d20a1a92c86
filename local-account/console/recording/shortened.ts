import type { LoggedDecision } from '../../iam/authorizer';
import type { CallAnswer, CallRequest } from '../signed-calls';
import type { EntryDetail } from '../timeline';

/** What is behind a line of a recorded timeline. */
export type RecordedDetail =
  | { readonly decision: { readonly context: LoggedDecision['context'] }; readonly explanation?: readonly string[] }
  | { readonly content: unknown };

/** Characters of an object that a recording keeps for its preview. */
const PREVIEW = 12_000;

/** Lines that a page shows of a log. */
const LINES = 500;

interface Output {
  readonly Body?: { readonly text?: string; readonly bytes: number; readonly gzip: boolean };
  readonly events?: readonly { readonly timestamp?: number; readonly message?: string }[];
}

/** What a recording need not carry: most of a large object, and what no page shows of a log's lines. */
export function shortened({ service, operation, input }: CallRequest, answer: CallAnswer): CallAnswer {
  if ('error' in answer) return answer;
  const output = answer.output as Output;
  if (service === 's3' && operation === 'GetObject' && input.Range === undefined) {
    const { text, ...about } = output.Body ?? { bytes: 0, gzip: false };
    if (text === undefined || text.length <= PREVIEW) return answer;
    // Fewer bytes than the object has: then the preview says that it is the beginning.
    const Body = { ...about, text: text.slice(0, text.lastIndexOf('\n', PREVIEW) + 1 || PREVIEW), bytes: PREVIEW };
    return { output: { ...output, Body } };
  }
  if (service === 'logs' && output.events !== undefined) {
    const events = output.events.slice(-LINES).map(({ timestamp, message }) => ({ timestamp, message }));
    return { output: { ...output, events } };
  }
  return answer;
}

/** Condition keys that say when a request was made, as its line does. */
const times: ReadonlySet<string> = new Set(['aws:currenttime', 'aws:epochtime']);

/** Of a decision, what its line does not say already: there are ten thousand. */
export function recordedDetail(detail: EntryDetail & { readonly explanation?: readonly string[] }): RecordedDetail {
  if (!('decision' in detail)) return detail;
  const context = Object.entries(detail.decision.context).filter(([name]) => !times.has(name));
  return { decision: { context: Object.fromEntries(context) }, explanation: detail.explanation };
}
