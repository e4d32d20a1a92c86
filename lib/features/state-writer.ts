import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { keyThroughService } from '../shared/iam/key-statements';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { AirportStateStore } from './airport-state-store';
import type { FlightRows } from './flight-rows';

export interface StateWriterProps {
  readonly context: WorkflowContext;
  readonly flights: FlightRows;
  readonly store: AirportStateStore;
}

/**
 * Computes the state of each airport at each moment of the grid and writes it to both stores, some minutes after the
 * moment, so that its last events are there (FEAT-02: which time features are safe).
 */
export class StateWriter extends Construct {
  readonly missed: DeadLetterQueue;
  readonly functionName: string;

  constructor(scope: Construct, id: string, { context, flights, store }: StateWriterProps) {
    super(scope, id);
    const { streaming } = context.configuration;
    const { windows, grid, lead, late } = context.problem.state;
    const rules = { windows, grid, lead, late };
    const widest = Math.max(...rules.windows);
    if (streaming.flightHours * 60 <= widest) {
      throw new Error(
        `streaming.flightHours is ${streaming.flightHours}; the state counts flights of the last ${widest} minutes`,
      );
    }
    if (streaming.settleMinutes >= rules.grid) {
      throw new Error(
        `streaming.settleMinutes is ${streaming.settleMinutes}; the next moment is ${rules.grid} minutes later`,
      );
    }
    this.missed = new DeadLetterQueue(this, 'Missed', { context });
    const write = new WorkflowFunction(this, 'Write', {
      name: 'write-airport-state',
      description: 'Computes how each airport runs, and writes it to the feature group.',
      timeout: Duration.minutes(2),
      environment: {
        AIRPORTS: context.problem.source.values.join(','),
        STATE_RULES: JSON.stringify(rules),
        FLIGHT_TABLE: flights.table.ref,
        SCHEDULE_INDEX: flights.scheduleIndex,
        FEATURE_GROUP: store.featureGroupName,
      },
      deadLetters: this.missed,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadFlights',
          actions: ['dynamodb:Query'],
          resources: [`${flights.table.attrArn}/index/${flights.scheduleIndex}`],
        }),
        keyThroughService(this, 'dynamodb', context.dataKey, { sid: 'UseTableKey', actions: ['kms:Decrypt'] }),
        new iam.PolicyStatement({
          sid: 'WriteState',
          actions: ['sagemaker:BatchWriteRecord', 'sagemaker:PutRecord'],
          resources: [store.featureGroupArn],
        }),
        // The online store is encrypted: who writes a record decrypts with its key.
        // AWS: sagemaker-feature-store/online-store-key
        keyThroughService(this, 'sagemaker', context.dataKey, { sid: 'UseStoreKey', actions: ['kms:Decrypt'] }),
      ],
      context,
    });
    this.functionName = write.function.functionName;
    new EventRule(this, 'Moments', {
      description: 'Writes the state of each airport after each moment of the grid.',
      schedule: scheduleOf(rules.grid, streaming.settleMinutes),
      deadLetters: this.missed,
      target: { functionArn: write.function.functionArn },
    });
    covers(this, 'FEAT-02');
  }
}

/** Each moment of the grid, and some minutes. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
function scheduleOf(grid: number, settle: number): string {
  const hour = 60;
  if (hour % grid !== 0) throw new Error(`A grid of ${grid} minutes does not divide the hour, so it has no schedule`);
  const expression = ['cron', `(${settle}/${grid} * * * ? *)`];
  return expression.join('');
}
