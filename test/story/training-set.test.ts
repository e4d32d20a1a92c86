import { predictionMoment, type StateRules, stateAt } from '../../lambda/airport-state/state';
import { buildTrainingSet } from '../../operator/commands/build-training-set';
import { eventsOf } from '../../operator/commands/stream-departures';
import { putRecords } from '../../operator/put-records';
import { type Checkpoint, expect as expected } from '../../rehearsal/story/checkpoint';
import { ingestMonths } from '../../rehearsal/story/checkpoints/data';
import { deploy } from '../../rehearsal/story/checkpoints/deployment';
import { sparkRows } from '../../rehearsal/story/checkpoints/transformation';
import { runCheckpoints } from '../fixtures/run-checkpoints';

const minute = 60_000;
const month = { airports: ['LGA'], from: '2013-02', until: '2013-03' } as const;
/** Its file says that it never left. */
const canceled = { id: 'LGA-DL-2047-20130203-0800', day: '2013-02-03', scheduled: '2013-02-03T08:00:00Z', delay: 5 };

const ingested: Checkpoint = {
  id: 'ingest',
  sentence: 'One month arrives.',
  topics: [],
  run: async (stage) => void (await ingestMonths(stage, 'LGA', month.from, month.until)),
};

const streamed: Checkpoint = {
  id: 'stream',
  sentence: 'The stream tells of a departure that the file does not have, and Firehose delivers it.',
  topics: [],
  async run({ operator, rehearsal }) {
    const event = {
      event_id: 'late-news',
      flight_id: canceled.id,
      origin: 'LGA',
      type: 'departed',
      scheduled: canceled.scheduled,
      delay: canceled.delay,
      event_time: '2013-02-03T08:06:00Z',
    };
    const streamName = await operator.output('Features', 'StreamName');
    const records = [{ key: canceled.id, data: JSON.stringify(event) }];
    await putRecords(operator.clients.kinesis, records, { streamName, sleep: async () => undefined });
    await rehearsal.clock.advance(15 * minute);
    await rehearsal.settled();
  },
};

const built: Checkpoint = {
  id: 'build',
  sentence:
    'The deployed job builds the training set of files and events on Spark, with the permissions of the stacks, and its rules hold.',
  topics: [],
  async run({ operator, output }) {
    const { run, outcome } = await buildTrainingSet(operator, month, output);
    expected(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
    expected(run.states[0] === 'BuildTrainingSet', run.states.join());
  },
};

const counted: Checkpoint = {
  id: 'events-count',
  sentence: 'The state of the flights after it counts the departure that only the stream told of.',
  topics: [],
  async run(stage) {
    const rules = JSON.parse(await stage.operator.output('DataLake', 'StateRules')) as StateRules;
    const told = await eventsOf(stage.operator, { airport: 'LGA', period: canceled.day });
    const files = told
      .filter(({ type }) => type !== 'scheduled')
      .map(({ flight_id: id, scheduled, delay }) => ({ id, scheduled: Date.parse(scheduled) / minute, delay }));
    const both = files.map((flight) => (flight.id === canceled.id ? { ...flight, delay: canceled.delay } : flight));
    const rows = await sparkRows(stage);
    let changed = 0;
    for (const { id, scheduled } of files) {
      const moment = predictionMoment(scheduled, rules);
      const state = stateAt(moment, both, rules);
      const row = rows.get(id);
      // A row in quarantine has no outcome to train on.
      if (row === undefined) continue;
      for (const [name, value] of state)
        expected(Object.is(row[name], value), `${id}: ${name} is ${String(row[name])}, and should be ${value}`);
      if (stateAt(moment, files, rules).get('gone_share_180') !== state.get('gone_share_180')) changed += 1;
    }
    expected(changed > 0, 'no flight of the day has another state because of the event');
    stage.note('flights with another state', changed);
  },
};

/** The whole of it is a story of its own: `npm run rehearse -- --story transformation`. */
describe('a small training set', () => {
  runCheckpoints({ app: '../../bin/streaming.ts', checkpoints: [deploy, ingested, streamed, built, counted] });
});
