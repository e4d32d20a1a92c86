/**
 * The consumer and the writer of the stream, with the table in memory: reads events from standard input, one a line, and
 * prints one line of JSON at their end. A process of its own, which holds nothing but what a consumer holds.
 */
import { createInterface } from 'node:readline';
import { stateAt } from '../lambda/airport-state/state';
import { type StreamRecord, track } from '../lambda/track-departures/track';
import { recordOf } from '../lambda/write-airport-state/write-records';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { airports } from './replayed-months';
import { TrackedAirports } from './tracked-airports';

const rules = flightDisruption.state;
/** Records of one call, as the mapping gives them (`streaming.consumer.batchSize`). */
const batchSize = 100;

async function main(): Promise<void> {
  const tracked = new TrackedAirports(airports);
  let events = 0;
  let milliseconds = 0;
  let written = 0;
  let next = 0;
  let batch: StreamRecord[] = [];
  const deliver = async () => {
    const began = process.cpuUsage();
    await track(batch, tracked.tracking);
    const { user, system } = process.cpuUsage(began);
    milliseconds += (user + system) / 1000;
    batch = [];
  };
  for await (const data of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    // As JSON.stringify writes it: the producer's time, in minutes.
    const at = Date.parse(/"event_time":"([^"]+)"/.exec(data)?.[1] ?? '') / 60_000;
    next ||= Math.ceil(at / rules.grid) * rules.grid;
    for (; at > next; next += rules.grid) {
      await deliver();
      for (const airport of airports)
        written += JSON.stringify(recordOf(airport, next, stateAt(next, tracked.known(airport, next), rules))).length;
      tracked.expire(next);
    }
    events += 1;
    batch.push({ sequenceNumber: String(events), partitionKey: 'any', data });
    if (batch.length === batchSize) await deliver();
  }
  await deliver();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed / 2 ** 20;
  console.log(JSON.stringify({ events, written, milliseconds, megabytes, heap }));
}

void main();
