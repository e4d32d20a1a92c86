import { BatchGetRecordCommand } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { record, StoreBench } from 'local-account/test/sagemaker/feature-store-bench';
import { storedFeatures } from '../lib/features/state-features';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { line } from './print-line';
import { flight } from './run-load';
import { startEndpoint, withModel } from './serving';

const GROUP = 'airport-state';
const rounds = 3;
const requests = 200;

/** What reading the state of an airport from the online store adds to a request: one client, one after the other. */
export async function measureLookup(): Promise<void> {
  await withModel(async (serving) => {
    await startEndpoint(serving);
    const store = new StoreBench(serving.bench);
    const features = storedFeatures(flightDisruption);
    await store.create({
      FeatureGroupName: GROUP,
      FeatureDefinitions: features.map(({ name, type }) => ({ FeatureName: name, FeatureType: type })),
    });
    const values = features.map(({ name, type }): [string, string] => [name, type === 'Integral' ? '40' : '12.345']);
    const state = { ...Object.fromEntries(values), airport: 'JFK', event_time: '2030-03-01T10:15:00Z' };
    await store.put(state, { Record: record(state) }, GROUP);
    const invoke = async (): Promise<void> => {
      const Body = Buffer.from(flight);
      await serving.bench.runtime.send(
        new InvokeEndpointCommand({ EndpointName: 'flights', Body, ContentType: 'text/csv', Accept: 'text/csv' }),
      );
    };
    const lookUp = async (): Promise<void> => {
      const Identifiers = [{ FeatureGroupName: GROUP, RecordIdentifiersValueAsString: ['JFK'] }];
      const { Records = [] } = await store.runtime.send(new BatchGetRecordCommand({ Identifiers }));
      if (Records.length !== 1) throw new Error('the online store has no record');
    };
    const without: number[] = [];
    const within: number[] = [];
    // In turns: what disturbs one disturbs the other.
    for (let round = 0; round < rounds; round += 1) {
      without.push(await median(invoke));
      within.push(await median(async () => (await lookUp(), await invoke())));
    }
    const [alone, both] = [Math.min(...without), Math.min(...within)];
    line(
      'invocation with the state looked up / without',
      (both / alone).toFixed(2),
      `${both.toFixed(1)} / ${alone.toFixed(1)} ms, medians`,
    );
    store.runtime.destroy();
  });
}

async function median(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < requests; at += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other)[Math.floor(requests / 2)] ?? Number.NaN;
}
