import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { AirportStateStore } from './airport-state-store';
import { DepartureStream } from './departure-stream';
import { DepartureTracking } from './departure-tracking';
import { FlightRows } from './flight-rows';
import { LakeDelivery } from './lake-delivery';
import type { FeaturesStage } from './stage';
import { StateWriter } from './state-writer';

export interface FeaturesStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
}

/** Departures as a stream, and what predictions and trainings use of them. Deployed with `streaming.enabled`. */
export class FeaturesStack extends WorkflowStack implements FeaturesStage {
  readonly streamName: string;
  readonly deliveryStreamName: string;
  readonly consumerName: string;
  readonly writerName: string;
  readonly refusedEvents: DeadLetterQueue;
  readonly missedMoments: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: FeaturesStackProps) {
    super(scope, id, props);
    // The stack may come and go: no export of another stack may depend on it (docs/decisions/0006).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { context, lake } = props;

    // Events come in, and all of them are kept.
    const { stream } = new DepartureStream(this, 'Departures', { context });
    const delivery = new LakeDelivery(this, 'LakeDelivery', { context, stream, raw: lake.raw });

    // What is known of each flight.
    const flights = new FlightRows(this, 'Flights', { context });
    const tracking = new DepartureTracking(this, 'Tracking', { context, stream, flights });

    // How each airport runs, online and offline.
    const store = new AirportStateStore(this, 'AirportState', { context, curated: lake.curated });
    const writer = new StateWriter(this, 'StateWriter', { context, flights, store });

    this.streamName = stream.streamName;
    this.deliveryStreamName = delivery.deliveryStream.ref;
    this.consumerName = tracking.functionName;
    this.writerName = writer.functionName;
    this.refusedEvents = tracking.refused;
    this.missedMoments = writer.missed;

    new CfnOutput(this, 'StreamName', { value: stream.streamName });
    new CfnOutput(this, 'FeatureGroupName', { value: store.featureGroupName });
    new CfnOutput(this, 'FlightTableName', { value: flights.table.ref });
    new CfnOutput(this, 'RefusedEventsQueueUrl', { value: this.refusedEvents.queue.queueUrl });
  }
}
