import {
  BatchWriteRecordCommand,
  type BatchWriteRecordEntry,
  type FeatureValue,
  type SageMakerFeatureStoreRuntimeClient,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { timeText } from './known-flights';

/** Records of one request, at most. */
const most = 25;
const attempts = 6;
/** Errors of a single entry that another attempt may not meet. */
const passing = /Internal|Throttl|Unavailable|Limit/i;

/**
 * A record of the feature group. A state without flights has no mean and no shares: these features are left out, and
 * so stay missing. A number's shortest text gives the same bits when it is read (FEAT-04: how online and
 * offline features diverge).
 */
export function recordOf(airport: string, moment: number, state: ReadonlyMap<string, number>): FeatureValue[] {
  const values: [string, string][] = [
    ['airport', airport],
    ['event_time', timeText(moment)],
    ...[...state].map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return values.map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));
}

/**
 * Writes records, and again those that the answer leaves out: a call that succeeds may have written a part
 * (DATA-04: what a stream brings to deal with). Writing one again changes nothing, since its event time is the same.
 */
export async function writeRecords(
  client: Pick<SageMakerFeatureStoreRuntimeClient, 'send'>,
  entries: readonly BatchWriteRecordEntry[],
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < entries.length; at += most) {
    let left: readonly BatchWriteRecordEntry[] = entries.slice(at, at + most);
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === attempts) throw new Error(`${left.length} records were not written in ${attempts} attempts`);
      if (attempt > 0) await wait(100 * 2 ** attempt);
      const { UnprocessedEntries = [], Errors = [] } = await client.send(
        new BatchWriteRecordCommand({ Entries: [...left] }),
      );
      const final = Errors.find(({ ErrorCode = '' }) => !passing.test(ErrorCode));
      if (final) throw new Error(`A record was refused: ${final.ErrorCode}: ${final.ErrorMessage}`);
      left = [...UnprocessedEntries, ...Errors.flatMap(({ Entry }) => (Entry ? [Entry] : []))];
    }
  }
}
