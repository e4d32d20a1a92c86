import {
  BatchGetRecordCommand,
  type SageMakerFeatureStoreRuntimeClient,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import type { OperatorContext } from './context';
import { CommandFailed } from './errors';
import type { Row } from './flights';
import { requestColumns } from './request';

/** The features of an airport as a request has them; undefined where the store has no record of it. */
export type LiveState = (airports: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

/**
 * Reads how each airport runs now from the online store, before a prediction (READY-04: what a feature owes to production). An
 * airport without a record, because the stream has stopped and its state expired, is left out of the answer.
 */
export async function liveState(context: OperatorContext): Promise<LiveState> {
  const FeatureGroupName = await featureGroupName(context);
  if (FeatureGroupName === undefined)
    throw new CommandFailed(
      'There is no online store of the state of the airports.',
      'Set streaming.enabled in lib/config.ts, then npx cdk deploy --all; or leave out --live-state.',
    );
  const FeatureNames = ['airport', ...stateColumns(await requestColumns(context))];
  return (airports) => read(context.clients.features, FeatureGroupName, FeatureNames, airports);
}

/** Undefined where departures are not streamed. */
export async function featureGroupName(context: OperatorContext): Promise<string | undefined> {
  return context.optionalOutput('Features', 'FeatureGroupName').catch((error: unknown) => {
    if (!(error instanceof CommandFailed)) throw error;
    return undefined;
  });
}

const attempts = 5;

/** Of one feature group. An identifier without a record is left out of the answer. */
export async function read(
  client: Pick<SageMakerFeatureStoreRuntimeClient, 'send'>,
  FeatureGroupName: string,
  FeatureNames: string[],
  airports: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const states = new Map<string, Row>();
  let left = [...new Set(airports)];
  for (let attempt = 0; left.length > 0 && attempt < attempts; attempt += 1) {
    const {
      Records = [],
      Errors = [],
      UnprocessedIdentifiers = [],
    } = await client.send(
      new BatchGetRecordCommand({
        Identifiers: [{ FeatureGroupName, RecordIdentifiersValueAsString: left, FeatureNames }],
      }),
    );
    const [error] = Errors;
    if (error) throw new CommandFailed(`The online store refused a read: ${error.ErrorCode}: ${error.ErrorMessage}`);
    for (const { RecordIdentifierValueAsString: airport = '', Record = [] } of Records)
      states.set(
        airport,
        Object.fromEntries(Record.map(({ FeatureName = '', ValueAsString = '' }) => [FeatureName, ValueAsString])),
      );
    left = UnprocessedIdentifiers.flatMap(({ RecordIdentifiersValueAsString: ids = [] }) => ids);
  }
  if (left.length > 0) throw new CommandFailed(`The online store did not answer for ${left.join(', ')}.`);
  return states;
}

/** Columns of the state among those of a request, such as `late_share_60`. */
export function stateColumns(columns: readonly string[]): string[] {
  return columns.filter((name) => /^(mean_delay|late_share|gone_share|flights)_\d+$/.test(name));
}

/** The flight as it would be sent now: its state from the store, or missing. */
export function withLiveState(flight: Row, state: Row | undefined, columns: readonly string[]): Row {
  return { ...flight, ...Object.fromEntries(stateColumns(columns).map((name) => [name, state?.[name] ?? ''])) };
}
