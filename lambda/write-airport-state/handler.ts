import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SageMakerFeatureStoreRuntimeClient } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { type StateRules, stateAt } from '../airport-state/state';
import { requiredList, requiredText } from '../environment/required';
import { knownFlights } from './known-flights';
import { recordOf, writeRecords } from './write-records';

const dynamo = new DynamoDBClient({});
const store = new SageMakerFeatureStoreRuntimeClient({});
const airports = requiredList('AIRPORTS');
const rules = JSON.parse(requiredText('STATE_RULES')) as StateRules;
const flights = { tableName: requiredText('FLIGHT_TABLE'), indexName: requiredText('SCHEDULE_INDEX') };
const FeatureGroupName = requiredText('FEATURE_GROUP');

/**
 * Called by a schedule, a few minutes after each moment of the grid. The moment follows from the time that the event
 * has, not from the clock: an event that comes twice, or late, writes the same record.
 */
export async function handler({ time }: { readonly time: string }) {
  const moment = Math.floor(Date.parse(time) / 60_000 / rules.grid) * rules.grid;
  const widest = Math.max(...rules.windows);
  const entries = await Promise.all(
    airports.map(async (airport) => {
      const known = await knownFlights(dynamo, flights, airport, moment - widest, moment);
      return { FeatureGroupName, Record: recordOf(airport, moment, stateAt(moment, known, rules)) };
    }),
  );
  await writeRecords(store, entries, (milliseconds) => wait(milliseconds));
  return { moment: new Date(moment * 60_000).toISOString(), airports };
}
