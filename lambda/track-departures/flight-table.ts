import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type DepartureEvent, Refused } from './event';

export interface FlightTableSettings {
  readonly tableName: string;
  /** Hours after its schedule in which a flight's row stays: longer than the widest window, so nothing in one expires. */
  readonly keptHours: number;
}

/**
 * One row for each flight: what is known of it. An event is written only if it says more than the row does, so the same
 * events give the same rows however often, and in whatever order, they come (PREP-02: duplicates and invalid records;
 * the consumer keeps no memory of its own that a crash could lose).
 *
 * Two things may be known: that a flight is scheduled, which never changes, and what became of it. Of two events that
 * tell what became of it, the later one holds, and of two at one time the one whose id sorts last.
 */
export class FlightTable {
  constructor(
    private readonly dynamo: Pick<DynamoDBClient, 'send'>,
    private readonly settings: FlightTableSettings,
  ) {}

  /** @returns whether the event said anything new. Throws `Refused` when it contradicts what is known. */
  async apply(event: DepartureEvent): Promise<boolean> {
    try {
      await this.dynamo.send(
        new UpdateItemCommand({
          TableName: this.settings.tableName,
          Key: { airport: { S: event.airport }, flight_id: { S: event.flightId } },
          ...(event.type === 'scheduled' ? this.schedule(event) : this.outcome(event)),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const known = error.Item?.scheduled?.S;
      if (known !== undefined && known !== event.scheduled)
        throw new Refused(`scheduled ${event.scheduled} contradicts ${known}, which is known of ${event.flightId}`);
      return false;
    }
  }

  private schedule(event: DepartureEvent) {
    return {
      UpdateExpression: 'SET scheduled = :scheduled, expires_at = :expires',
      ConditionExpression: 'attribute_not_exists(scheduled)',
      ExpressionAttributeValues: this.values(event),
    };
  }

  private outcome(event: DepartureEvent) {
    const { delay, type } = event;
    const changes = 'scheduled = :scheduled, expires_at = :expires, outcome = :outcome, outcome_version = :version';
    return {
      UpdateExpression: delay === undefined ? `SET ${changes} REMOVE delay` : `SET ${changes}, delay = :delay`,
      ConditionExpression:
        '(attribute_not_exists(scheduled) OR scheduled = :scheduled) AND ' +
        '(attribute_not_exists(outcome_version) OR outcome_version < :version)',
      ExpressionAttributeValues: {
        ...this.values(event),
        ':outcome': { S: type },
        ':version': { S: `${event.at}#${event.id}` },
        ...(delay === undefined ? {} : { ':delay': { N: String(delay) } }),
      },
    };
  }

  private values({ scheduled }: DepartureEvent): Record<string, AttributeValue> {
    const expires = Date.parse(scheduled) / 1000 + this.settings.keptHours * 3600;
    return { ':scheduled': { S: scheduled }, ':expires': { N: String(expires) } };
  }
}
