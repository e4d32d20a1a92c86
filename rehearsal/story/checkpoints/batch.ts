import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { newExecution } from '../../../operator/commands/approve';
import type { BatchReport } from '../../../operator/commands/batch';
import { waitFor } from '../../../operator/context';
import {
  type ExecutionResult,
  executionArns,
  followExecution,
  outcomeOf,
  startExecution,
} from '../../../operator/executions';
import { csvLine } from '../../../operator/flights';
import { requestColumns } from '../../../operator/request';
import { samplesOf } from '../../../operator/samples';
import { listUnder, readJson } from '../../../operator/storage';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

const minute = 60_000;
const day = 24 * 60 * minute;
/** The schedule's time of day in `lib/config.ts`, UTC. */
const night = 3 * 60 * minute + 30 * minute;

export const batchTwice: Checkpoint = {
  id: 'batch-duplicate',
  sentence:
    "A second delivery of the file's event scores nothing again, because the object version already has its job.",
  topics: ['DEPLOY-02', 'MLOPS-07', 'COST-06'],
  async run({ operator, output, rehearsal, state, note }) {
    const first = expectSome(state.batches[0]?.result, 'the first batch');
    const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
    const stateMachine = await operator.output('Serving', 'BatchStateMachineArn');
    const { platform } = rehearsal;
    const before = await executionArns(operator, stateMachine);
    platform.emit({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: [`arn:${platform.partition}:s3:::${bucket}`],
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: { key: first.input, size: 1, etag: 'e', 'version-id': first.version, sequencer: '0' },
        reason: 'PutObject',
      },
    });
    const execution = await waitFor(operator, 'the duplicate to start the state machine', 2, () =>
      newExecution(operator, stateMachine, before, first.version),
    );
    const outcome = outcomeOf(await followExecution(operator, execution, 10, output));
    expect(outcome.result === 'AlreadyScored', `the duplicate ended with ${outcome.result}: ${outcome.detail}`);
    note('outcome', outcome.detail);
  },
};

/** Puts a file with a bad row where the nightly batch reads; nothing scores it yet. */
export const batchWaits: Checkpoint = {
  id: 'batch-waits',
  sentence: 'A file with one bad row waits for the nightly batch.',
  topics: ['DEPLOY-02', 'CUE-02'],
  async run({ operator, rehearsal, state, note }) {
    const now = rehearsal.platform.clock.now();
    const at = Math.floor((now - night) / day) * day + day + night;
    const folder = `batch/scheduled/${new Date(at).toISOString().slice(0, 10)}/`;
    const columns = ['flight_id', ...(await requestColumns(operator))];
    const flights = (await samplesOf(operator, 'JFK', '2013-08')).slice(0, 40);
    const body = flights
      .map(
        (flight, index) =>
          `${csvLine(columns.map((name) => (index === 20 && name === 'distance' ? 'far' : (flight[name] ?? ''))))}\n`,
      )
      .join('');
    const Bucket = await operator.output('DataLake', 'ArtifactsBucketName');
    await operator.clients.s3.send(
      new PutObjectCommand({ Bucket, Key: `${folder}tomorrow.csv`, Body: body, ContentType: 'text/csv' }),
    );
    state.night = { at, folder, rows: flights.length, badRow: flights[20]?.flight_id ?? '' };
    note('waits in', folder);
  },
};

export const batchNight: Checkpoint = {
  id: 'batch-night',
  sentence:
    'The nightly batch scores the waiting file and refuses only the bad row, with its id and reason; scoring the file again writes the same bytes.',
  topics: ['DEPLOY-02', 'SVC-08', 'SYMPTOM-06', 'CUE-02', 'COST-06'],
  async run(stage) {
    const { operator, output, rehearsal, state, note } = stage;
    const { at, folder, rows, badRow } = expectSome(state.night, 'the file that waits');
    const { clock } = rehearsal.platform;
    if (clock.now() < at + minute) await clock.advance(at + minute - clock.now());
    const stateMachine = await operator.output('Serving', 'BatchStateMachineArn');
    const time = new Date(at).toISOString().replace('.000Z', 'Z');
    const execution = await waitFor(operator, 'the night to start the state machine', 2, () =>
      newExecution(operator, stateMachine, new Set(), time),
    );
    const first = await predictionsOf(stage, await followExecution(operator, execution, 30, output));
    expect(
      first.report.rows === rows && first.report.scored === rows - 1 && first.report.rejected === 1,
      `of ${rows} rows ${first.report.scored} were scored and ${first.report.rejected} refused`,
    );
    const [refused] = first.report.failures;
    expect(
      refused?.recordId === badRow && (refused.detail ?? '').includes('distance'),
      `refused was ${refused?.recordId ?? 'nothing'}, not ${badRow}: ${refused?.detail ?? ''}`,
    );

    const again = await startExecution(operator, stateMachine, { input: folder, version: time, attempt: '2' });
    const second = await predictionsOf(stage, await followExecution(operator, again, 30, output));
    expect(second.jobName !== first.jobName, `the job ${first.jobName} was not run again`);
    expect(
      second.text === first.text && second.keys.join() === first.keys.join(),
      'the second attempt wrote something else',
    );
    note('scored', first.report.scored);
    note('refused', `${refused.recordId}: ${refused.detail ?? ''}`);
    note('written twice, the same bytes', first.keys.join(', '));
  },
};

async function predictionsOf(
  { operator }: CheckpointContext,
  run: ExecutionResult,
): Promise<{ jobName: string; report: BatchReport; keys: string[]; text: string }> {
  const Bucket = await operator.output('DataLake', 'ArtifactsBucketName');
  const job = expectSome(run.output?.job as { id: string; name: string } | undefined, 'the job');
  const report = expectSome(await readJson<BatchReport>(operator, Bucket, `batch/report/${job.id}.json`), 'the report');
  const keys = (await listUnder(operator, Bucket, `batch/output/${job.id}/`)).map(({ key }) => key);
  expect(keys.length === 1, `${keys.length} objects were written, not 1`);
  const { Body } = await operator.clients.s3.send(new GetObjectCommand({ Bucket, Key: keys[0] }));
  return { jobName: job.name, report, keys, text: (await Body?.transformToString()) ?? '' };
}
