import { join } from 'node:path';
import { GetTablesCommand } from '@aws-sdk/client-glue';
import { type IngestedFile, ingest } from '../../../operator/commands/ingest';
import { requestColumns } from '../../../operator/request';
import { writeBadFiles } from '../bad-files';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

export const ingestKennedy: Checkpoint = {
  id: 'ingest',
  sentence:
    "Six months of Kennedy's flights arrive as raw files; an event starts the curation of each file, and no row is lost.",
  topics: ['FLOW-02', 'FLOW-03', 'READY-02', 'DATA-01', 'DATA-03', 'STAGE-01', 'SVC-10', 'SVC-12', 'DATADEC-01'],
  async run(stage) {
    const rows = await ingestMonths(stage, 'JFK', '2013-01', '2013-07');
    expect(rows > 50_000, `only ${rows} rows were curated`);
  },
};

/** Ingests months and checks that every row is curated or quarantined. */
export async function ingestMonths(
  stage: CheckpointContext,
  airport: string,
  from: string,
  until: string,
): Promise<number> {
  const { files } = await ingest(stage.operator, { airport, from, until }, stage.output);
  const sum = (count: (file: (typeof files)[number]) => number) =>
    files.reduce((total, file) => total + count(file), 0);
  const refused = files.filter((file) => file.refused !== undefined);
  expect(refused.length === 0, refused.map((file) => `${file.key} was refused: ${quarantined(file)}`).join('\n'));
  const lost = files.filter((file) => file.rowsSent !== file.rowsCurated + file.rowsQuarantined);
  expect(
    lost.length === 0,
    lost
      .map(
        (file) =>
          `${file.key}: ${file.rowsSent} rows sent, ${file.rowsCurated} curated, ${file.rowsQuarantined} quarantined: ${quarantined(file)}`,
      )
      .join('\n'),
  );
  const curated = sum((file) => file.rowsCurated);
  expect(curated > 0, files.map((file) => `nothing of ${file.key} was curated: ${quarantined(file)}`).join('\n'));
  stage.note(`${airport} files`, files.length);
  stage.note(`${airport} rows curated`, curated);
  stage.note(
    `${airport} rows quarantined`,
    sum((file) => file.rowsQuarantined),
  );
  return curated;
}

/** The reasons in quarantine, each with its count and its first detail. */
function quarantined({ reasons, details }: IngestedFile): string {
  const found = Object.entries(reasons).map(
    ([reason, count]) => `${reason} (${count}), such as: ${details[reason] ?? ''}`,
  );
  return found.length === 0 ? 'nothing is in quarantine' : found.join('; ');
}

export const quarantine: Checkpoint = {
  id: 'quarantine',
  sentence:
    'Unreadable files are quarantined as a whole and bad rows one by one, each with its reason; the good rows of the same file are kept.',
  topics: ['READY-03', 'STAGE-02', 'DATA-06', 'PREP-02', 'DATADEC-05', 'CUE-03'],
  async run(stage) {
    const { operator, output, rehearsal, note } = stage;
    for (const bad of await writeBadFiles(join(rehearsal.folder, 'bad-files'), operator.dataFolder)) {
      const { files } = await ingest(operator, { airport: bad.airport, files: [bad.path] }, output);
      const file = expectSome(files[0], "the ingest's result");
      const reasons = Object.keys(file.reasons).sort();
      if (bad.refusal !== undefined) {
        expect(
          reasons.join() === bad.refusal,
          `${file.key}: expected ${bad.refusal}, got ${reasons.join() || 'no reason'}`,
        );
        expect(
          file.curatedKeys.length === 0,
          `${file.key} was refused, but something of it is curated: ${file.curatedKeys.join()}`,
        );
        note(file.key, bad.refusal);
      } else {
        const expected = [...bad.rowReasons].sort();
        expect(reasons.join() === expected.join(), `${file.key}: expected ${expected.join()}, got ${reasons.join()}`);
        expect(
          file.rowsCurated === file.rowsSent - file.rowsQuarantined,
          `${file.key}: ${file.rowsCurated} rows curated of ${file.rowsSent}`,
        );
        note(file.key, `${file.rowsCurated} rows kept, ${file.rowsQuarantined} refused`);
      }
    }
  },
};

export const catalog: Checkpoint = {
  id: 'catalog',
  sentence:
    'The Glue catalog describes raw and curated flights, partitioned by airport and month; a request has no column that is known only after the flight.',
  topics: ['DATA-05', 'DATADEC-03', 'SVC-11', 'FRAME-04', 'FEAT-05', 'TRAP-02'],
  async run({ operator, note }) {
    const database = await operator.output('DataLake', 'GlueDatabaseName');
    const { TableList } = await operator.clients.glue.send(new GetTablesCommand({ DatabaseName: database }));
    const curated = expectSome(
      TableList?.find((table) => table.Name?.startsWith('curated')),
      'the table of curated flights',
    );
    const partitions = (curated.PartitionKeys ?? []).map((key) => key.Name);
    expect(partitions.join() === 'airport,month', `partitioned by ${partitions.join() || 'nothing'}`);
    const projected = curated.Parameters?.['projection.enabled'] === 'true';
    expect(projected, 'partitions are not projected: queries would find none');
    const requested = await requestColumns(operator);
    const raw = expectSome(
      TableList?.find((table) => table.Name?.startsWith('raw')),
      'the table of raw flights',
    );
    const withheld = (raw.StorageDescriptor?.Columns ?? [])
      .map((column) => column.Name ?? '')
      .filter((name) => !requested.includes(name));
    // Columns that are known only after the flight. With one of them as a feature, the model would look perfect and be
    // useless.
    for (const leak of ['dep_time', 'dep_delay', 'arr_time', 'arr_delay', 'air_time']) {
      expect(withheld.includes(leak), `${leak} is a column of requests: nobody knows it two hours before departure`);
    }
    note('tables', TableList?.length ?? 0);
    note('columns of a request', requested.length);
    note('raw columns withheld from the model', withheld.join(', '));
  },
};

export const laterData: Checkpoint = {
  id: 'late-labels',
  sentence:
    'The first three months of LaGuardia arrive with their outcomes, and five more of Kennedy; the live model has learned nothing from LaGuardia.',
  topics: ['DATADEC-05', 'STAGE-09', 'FLOW-11'],
  async run(stage) {
    // Three months: the newest is the test set and the one before validates, so one month of LaGuardia remains to train
    // on.
    await ingestMonths(stage, 'JFK', '2013-07', '2013-12');
    await ingestMonths(stage, 'LGA', '2013-09', '2013-12');
  },
};
