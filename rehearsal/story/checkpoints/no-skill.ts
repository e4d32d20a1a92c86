import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';
import { followPipeline } from '../../../operator/commands/train';
import { putManifest, type ReadObject } from '../../../operator/data-snapshot';
import { livePackageArn, packages } from '../../../operator/registry';
import { listUnder, putText, readObject } from '../../../operator/storage';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

/** Rows of each month: enough that chance cannot look like skill, and few enough for a fast training. */
const rows = 1500;
const months = ['2013-01', '2013-02', '2013-03'];

/** The label is the last column of a curated row, the flight's id the first. */
const label = (row: string): string => row.slice(row.lastIndexOf(',') + 1);
const withLabel = (row: string, value: string): string => row.slice(0, row.lastIndexOf(',') + 1) + value;
const withId = (row: string, id: string): string => id + row.slice(row.indexOf(','));
const id = (row: string): string => row.slice(0, row.indexOf(','));

/** Real flights, changed so that a model can learn nothing from them. */
const spoiled: Readonly<Record<string, (flights: readonly string[]) => string[]>> = {
  // Each flight gets the outcome of another flight of the month, so whatever the model finds is chance.
  random: (flights) => {
    const outcomes = shuffled(flights.map(label));
    return flights.map((row, at) => withLabel(row, outcomes[at] ?? ''));
  },
  // The same flight in every row: the model can only give every flight the same probability.
  constant: (flights) => flights.map((row) => withLabel(withId(flights[0] ?? '', id(row)), label(row))),
};

export const noSkill: Checkpoint = {
  id: 'no-skill',
  sentence:
    'Without a live model to compare with, the quality gate refuses a model trained on shuffled outcomes and a constant model: neither beats chance or costs less than no model.',
  topics: ['FLOW-07', 'STAGE-05', 'EVAL-04', 'EVAL-07'],
  async run(stage) {
    const { operator, output, note } = stage;
    expect((await livePackageArn(operator)) === undefined, 'a model is live already');
    const runs = await Promise.all(
      Object.entries(spoiled).map(async ([name, spoil]) => ({ name, arn: await startTraining(stage, name, spoil) })),
    );
    for (const { name, arn } of runs) {
      const { status, steps, failureReason = '' } = await followPipeline(operator, arn, 30, output);
      expect(
        status === 'Failed' && steps.some((step) => step.name === 'ObjectiveNotMet'),
        `the training on ${name} rows ended ${status}: ${failureReason}`,
      );
      const [, lift] = /candidate: pr_auc [\d.]+ \(([\d.]+) times the share of positives\)/.exec(failureReason) ?? [];
      expect(Number(lift) < 1.3, `the reason gives no lift, or one that passes: ${failureReason}`);
      expect(
        /without a model: never flagging \d+, always flagging \d+, the rule \(.*\) \d+; no live model/.test(
          failureReason,
        ),
        `the reason does not give the costs without a model: ${failureReason}`,
      );
      note(`${name}: reason`, failureReason);
    }
    expect((await packages(operator)).length === 0, 'something was registered');
  },
};

/** Runs the deployed pipeline on these rows instead of the curated ones. */
async function startTraining(
  { operator }: CheckpointContext,
  name: string,
  spoil: (flights: readonly string[]) => string[],
): Promise<string> {
  const curated = await operator.output('DataLake', 'CuratedBucketName');
  const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
  const prefix = `pipeline/no-skill/${name}/`;
  const objects: ReadObject[] = [];
  for (const month of months) {
    const [file] = await listUnder(operator, curated, `curated/flights/airport=JFK/month=${month}/`);
    const content = expectSome(
      await readObject(operator, curated, expectSome(file, `the flights of ${month}`).key),
      `the flights of ${month}`,
    );
    const [header = '', ...flights] = gunzipSync(content).toString().trimEnd().split('\n');
    expect(header.startsWith('flight_id,') && header.endsWith(',disrupted'), `other columns than expected: ${header}`);
    const body = gzipSync(`${[header, ...spoil(flights.slice(0, rows))].join('\n')}\n`);
    const key = `${prefix}airport=JFK/month=${month}/${month}.csv.gz`;
    const versionId = (await putText(operator, bucket, key, body, 'application/gzip')) ?? 'null';
    objects.push({ key, versionId, etag: createHash('md5').update(body).digest('hex'), size: body.length });
  }
  const digest = createHash('sha256').update(JSON.stringify(objects)).digest('hex');
  await putManifest(operator, digest, { bucket, objects });
  const { PipelineExecutionArn } = await operator.clients.sagemaker.send(
    new StartPipelineExecutionCommand({
      PipelineName: await operator.output('Training', 'PipelineName'),
      PipelineExecutionDisplayName: `no-skill-${name}`,
      PipelineExecutionDescription: `Data ${digest}. Shows what the quality gate refuses`,
      ClientRequestToken: randomUUID(),
      PipelineParameters: Object.entries({
        Airports: 'JFK',
        From: '2013-01',
        Until: '2013-04',
        DataSnapshot: digest,
        CuratedUri: `s3://${bucket}/${prefix}`,
      }).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
  return expectSome(PipelineExecutionArn, 'the execution');
}

/** A fixed pseudo-random order (Fisher-Yates shuffle, Park-Miller generator). */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  let state = 20131;
  for (let last = order.length - 1; last > 0; last -= 1) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (last + 1);
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
