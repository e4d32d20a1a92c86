import { createReadStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { airport, month } from '../arguments';
import type { CommandDefinition } from '../command';
import { type OperatorContext, waitFor } from '../context';
import { WrongUsage } from '../errors';
import { type ExecutionResult, executionArns, followExecution, outcomeOf } from '../executions';
import { csvLine } from '../flights';
import type { Output } from '../output';
import { requestColumns } from '../request';
import { samplesOf } from '../samples';
import { listUnder, putText, readJson, readText } from '../storage';
import { newExecution } from './approve';

export interface BatchOptions {
  readonly sample?: { readonly airport: string; readonly month: string };
  /** CSV without header: record id, then the contract's columns. */
  readonly file?: string;
  readonly limitMinutes?: number;
}

export interface BatchReport {
  readonly complete: boolean;
  readonly rows: number;
  readonly scored: number;
  readonly missing: number;
  /** Rows that the model refused to score. */
  readonly rejected: number;
  readonly failures: readonly {
    readonly file: string;
    readonly recordId: string;
    readonly reason: string;
    readonly detail?: string;
  }[];
  readonly byModelVersion: Readonly<Record<string, number>>;
}

export interface BatchResult {
  readonly input: string;
  /** Of the uploaded object. */
  readonly version: string;
  readonly run: ExecutionResult;
  readonly outcome: { readonly result: string; readonly detail: string };
  readonly jobName?: string;
  readonly report?: BatchReport;
  /** Key of the predictions in the artifacts bucket. */
  readonly outputKeys: readonly string[];
}

/** Scores a file with the live model, and checks that every row has its prediction. */
export async function batch(context: OperatorContext, options: BatchOptions, output: Output): Promise<BatchResult> {
  const bucket = await context.output('DataLake', 'ArtifactsBucketName');
  const stateMachine = await context.output('Serving', 'BatchStateMachineArn');
  const { name, body } = await bodyOf(context, options);
  const input = `batch/input/${name}`;
  output.progress(`Uploading s3://${bucket}/${input}`);
  const before = await executionArns(context, stateMachine);
  const version = await putText(context, bucket, input, body, 'text/csv');
  output.progress('Waiting for the upload to start the batch state machine');
  const execution = await waitFor(context, 'the upload to start the batch state machine', 10, () =>
    newExecution(context, stateMachine, before, version ?? input),
  );
  const run = await followExecution(context, execution, options.limitMinutes ?? 120, output);
  const outcome = outcomeOf(run);
  const job = run.output?.job as { id: string; name: string } | undefined;
  const report = job && (await readJson<BatchReport>(context, bucket, `batch/report/${job.id}.json`));
  const outputKeys = job
    ? (await listUnder(context, bucket, `batch/output/${job.id}/`)).map((object) => object.key)
    : [];
  output.line(`${outcome.result}: ${outcome.detail}`);
  if (report !== undefined)
    output.line(
      `${report.scored} of ${report.rows} rows scored, ${report.missing} missing, ${report.rejected} refused`,
    );
  for (const { file, recordId, reason, detail } of report?.failures.slice(0, 20) ?? [])
    output.line(`  ${file} ${recordId}: ${reason}${detail === undefined ? '' : `: ${detail}`}`);
  return {
    input,
    version: version ?? '',
    run,
    outcome,
    outputKeys,
    ...(job === undefined ? {} : { jobName: job.name }),
    ...(report === undefined ? {} : { report }),
  };
}

async function bodyOf(
  context: OperatorContext,
  options: BatchOptions,
): Promise<{ name: string; body: string | Buffer }> {
  if (options.file !== undefined) {
    await checkFile(options.file);
    return { name: basename(options.file), body: readFileSync(options.file) };
  }
  if (options.sample === undefined) throw new WrongUsage('Nothing to score: give --airport and --month, or --file.');
  const { airport: code, month: when } = options.sample;
  const columns = ['flight_id', ...(await requestColumns(context))];
  const flights = await samplesOf(context, code, when);
  const body = flights.map((flight) => `${csvLine(columns.map((name) => flight[name] ?? ''))}\n`).join('');
  return { name: `${code}-${when}.csv`, body };
}

/** Fails for a file with a header, which would be scored as a flight, before anything is billed. */
async function checkFile(file: string): Promise<void> {
  const lines = createInterface({ input: createReadStream(file) });
  for await (const line of lines) {
    lines.close();
    if (line.startsWith('flight_id,'))
      throw new WrongUsage(
        `${file} has a header; batch input has none.`,
        `Leave the first line out: tail -n +2 ${file}`,
      );
    return;
  }
  throw new WrongUsage(`${file} is empty.`);
}

/** Predictions of a finished run by record id. */
export async function batchPredictions(
  context: OperatorContext,
  result: BatchResult,
): Promise<Map<string, { probability: number; decision: string }>> {
  const bucket = await context.output('DataLake', 'ArtifactsBucketName');
  const predictions = new Map<string, { probability: number; decision: string }>();
  for (const key of result.outputKeys.filter((one) => one.endsWith('.out'))) {
    for (const line of ((await readText(context, bucket, key)) ?? '').split('\n')) {
      if (line === '') continue;
      const [probability = '', decision = ''] = line.split(',').slice(-3);
      predictions.set(line.slice(0, line.indexOf(',')), { probability: Number(probability), decision });
    }
  }
  return predictions;
}

export const batchCommand: CommandDefinition<BatchOptions, BatchResult> = {
  name: 'batch',
  summary: 'score a whole file with the live model',
  description:
    'Uploads the input, which starts the batch state machine, waits, and prints whether every row has a valid prediction.',
  configure: (program) =>
    program
      .option('--airport <code>', 'all flights of this airport from the vendored data')
      .option('--month <month>', 'of this month')
      .option('--file <path>', "your own: CSV, no header, record id first, then the contract's columns"),
  examples: [
    ['batch --airport JFK --month 2013-07', 'a month of Kennedy'],
    ['batch --file tonight.csv', 'your own file'],
  ],
  parse: (_, options) => {
    if (typeof options.file === 'string') {
      if (options.airport !== undefined) throw new WrongUsage('Either --file or --airport, not both.');
      return { file: options.file };
    }
    if (options.airport === undefined) throw new WrongUsage('Nothing to score: give --airport and --month, or --file.');
    return { sample: { airport: airport(options.airport), month: month(options.month, '--month') } };
  },
  run: batch,
  succeeded: (result) => result.report?.complete === true,
};
