import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { Flight } from '../airport-state/state';

export interface KnownFlightsSettings {
  readonly tableName: string;
  /** Index of the flights of an airport by their schedule. */
  readonly indexName: string;
}

/** Minutes since 1970 as the rows write them. */
export const timeText = (minutes: number): string => `${new Date(minutes * 60_000).toISOString().slice(0, 16)}:00Z`;

/**
 * What is known of the flights of an airport that are scheduled after one minute and until another. A strongly
 * consistent read: an event that the consumer has acknowledged is always counted. Only a local index offers that.
 * Expired rows may still be there: the schedule bounds what is read, not their absence.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
 */
// AWS: dynamodb/expired-items-stay-for-a-while
export async function knownFlights(
  client: DynamoDBClient,
  { tableName, indexName }: KnownFlightsSettings,
  airport: string,
  after: number,
  until: number,
): Promise<Flight[]> {
  const flights: Flight[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      IndexName: indexName,
      ConsistentRead: true,
      KeyConditionExpression: 'airport = :airport AND scheduled BETWEEN :first AND :last',
      // The row of a canceled flight has no delay: it has not left, and never will.
      ProjectionExpression: 'scheduled, delay',
      ExpressionAttributeValues: {
        ':airport': { S: airport },
        ':first': { S: timeText(after + 1) },
        ':last': { S: timeText(until) },
      },
    },
  );
  for await (const { Items = [] } of pages)
    for (const { scheduled, delay } of Items)
      flights.push({
        scheduled: Date.parse(scheduled?.S ?? '') / 60_000,
        ...(delay?.N === undefined ? {} : { delay: Number(delay.N) }),
      });
  return flights;
}
