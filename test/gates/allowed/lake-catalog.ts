import { flightDisruption } from '../../../lib/problem/flight-disruption';
import type { AllowedTypes } from './allowed-type';
import { asset, dataKey, inBucket, operationsKey, prefix, tagMap } from './references';
import { between, either, like, listOf, members, object, only, optional, ref, words } from './rules';

export const database = only('mla_blueprint_flight_disruption');
const catalogId = only('<AccountId>');
const job = `${prefix}-build-training-set`;

/** Tables, each at its place in the lake. */
const places: Readonly<Record<string, readonly [bucket: string, path: string]>> = {
  raw_flights: ['RawBucket', 'raw/flights/'],
  curated_flights: ['CuratedBucket', 'curated/flights/'],
  training_set: ['CuratedBucket', 'training-set/'],
  departure_events: ['RawBucket', 'events/departures/'],
  airport_state: ['CuratedBucket', 'features/airport-state/'],
};
const folders = (...names: readonly string[]) => names.map((Name) => ({ Name, Type: 'string' }));
const table = (name: string) => {
  const [bucket, path] = places[name];
  const formats = [
    ['org.apache.hadoop.mapred.TextInputFormat', 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'],
    [
      'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    ],
  ] as const;
  const libraries = [
    object({
      SerializationLibrary: only('org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'),
      Parameters: object({ 'field.delim': only(','), 'serialization.null.format': only('') }),
    }),
    object({ SerializationLibrary: only('org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe') }),
  ] as const;
  const column = {
    Name: like(/[a-z][a-z0-9_]*/),
    Type: only('string', 'int', 'bigint', 'double', 'boolean', 'timestamp', 'date'),
  };
  return object({
    Name: only(name),
    TableType: only('EXTERNAL_TABLE'),
    Parameters: object({
      EXTERNAL: optional(only('TRUE')),
      classification: only('csv', 'parquet'),
      'skip.header.line.count': optional(only('1')),
      'storage.location.template': optional(
        inBucket(bucket, `${path}([a-z]+=)?\\$\\{[a-z]+\\}(/[a-z]+=\\$\\{[a-z]+\\})*/`),
      ),
      'projection.enabled': optional(only('true')),
      'projection.airport.type': optional(only('enum')),
      'projection.airport.values': optional(only(flightDisruption.source.values.join(','))),
      'projection.month.type': optional(only('date')),
      'projection.month.format': optional(only('yyyy-MM')),
      'projection.month.interval': optional(only('1')),
      'projection.month.interval.unit': optional(only('MONTHS')),
      'projection.month.range': optional(like(/\d{4}-\d{2},(\d{4}-\d{2}|NOW)/)),
      'projection.day.type': optional(only('date')),
      'projection.day.format': optional(only('yyyy-MM-dd')),
      'projection.day.range': optional(like(/\d{4}-\d{2}-\d{2},NOW\+1DAYS/)),
    }),
    // In this order: the keys are the folders of a path, the outer one first.
    PartitionKeys: optional(only(folders('airport'), folders('airport', 'month'), folders('day'))),
    StorageDescriptor: either(
      ...formats.map(([input, output], index) =>
        object({
          Columns: listOf(object({ ...column, Comment: optional(words) }), { maximum: 200 }),
          InputFormat: only(input),
          OutputFormat: only(output),
          Location: inBucket(bucket, path),
          SerdeInfo: libraries[index],
        }),
      ),
    ),
  });
};

/** The rules of the training set follow from the ProblemSpec; each says something about a column. */
const ruleset = like(
  /Rules = \[\n( {2}(RowCount > \d+|Is(PrimaryKey|Complete) "\w+"|ColumnValues "\w+" (in \[[^\]]+\]|[<>]=? -?[\d.]+)|Completeness "\w+" >=? 0\.[5-9]\d*|Mean "\w+" between 0\.\d+ and 0\.\d+),?\n)+\]/,
);
const ruled = {
  check: (...[value, spot]: Parameters<typeof ruleset.check>) => {
    const needed = [
      'RowCount > 0',
      `IsPrimaryKey "${flightDisruption.recordId}"`,
      `ColumnValues "${flightDisruption.target.name}" in [0, 1]`,
      `Mean "${flightDisruption.target.name}" between 0.01 and 0.99`,
      'ColumnValues "known_before" >= 120',
      ...flightDisruption.features.flatMap(({ name, missing, derived }) =>
        missing === 'reject' && derived !== true ? [`IsComplete "${name}"`] : [],
      ),
      ...flightDisruption.features.flatMap(({ name, usuallyPresent }) =>
        usuallyPresent === undefined ? [] : [`Completeness "${name}" >= ${usuallyPresent}`],
      ),
    ];
    return [
      ...ruleset.check(value, spot),
      ...needed
        .filter((one) => !String(value).includes(`  ${one}`))
        .map((one) => ({ path: spot.path, problem: `lacks the rule ${one}` })),
    ];
  },
};

export const lakeCatalog: AllowedTypes = {
  'AWS::Glue::Database': {
    why: 'Tables of the lake, for Athena, Glue and the feature store.',
    stacks: ['DataLake'],
    properties: { CatalogId: catalogId, DatabaseInput: object({ Name: database, Description: words }) },
  },
  'AWS::Glue::Table': {
    why: 'Columns by the feature contract, each table at its place.',
    stacks: ['DataLake', 'Features'],
    properties: {
      CatalogId: catalogId,
      DatabaseName: database,
      TableInput: either(...Object.keys(places).map(table)),
    },
  },
  'AWS::Glue::SecurityConfiguration': {
    why: 'What the Spark job writes is encrypted: data, logs and bookmarks.',
    stacks: ['DataLake'],
    properties: {
      Name: only(job),
      EncryptionConfiguration: object({
        CloudWatchEncryption: object({ CloudWatchEncryptionMode: only('SSE-KMS'), KmsKeyArn: operationsKey }),
        JobBookmarksEncryption: object({ JobBookmarksEncryptionMode: only('CSE-KMS'), KmsKeyArn: operationsKey }),
        S3Encryptions: members(object({ S3EncryptionMode: only('SSE-KMS'), KmsKeyArn: dataKey })),
      }),
    },
  },
  'AWS::Glue::Job': {
    why: 'Builds the training set from many months with Spark.',
    stacks: ['DataLake'],
    after: ['AWS::Logs::LogGroup'],
    properties: {
      Name: only(job),
      Description: words,
      Command: object({ Name: only('glueetl'), PythonVersion: only('3'), ScriptLocation: asset('py') }),
      DefaultArguments: object({
        '--curated': inBucket('CuratedBucket', 'curated/flights/'),
        // With streaming: what the stream delivered.
        '--events': optional(inBucket('RawBucket', 'events/departures/')),
        '--output': inBucket('CuratedBucket', 'training-set/'),
        '--problem': asset('json'),
        '--database': database,
        '--table': only('training_set'),
        '--custom-logGroup-prefix': only(`/aws-glue/${job}`),
        '--enable-metrics': only('true'),
        '--job-bookmark-option': only('job-bookmark-disable'),
      }),
      ExecutionProperty: object({ MaxConcurrentRuns: between(1, 3) }),
      GlueVersion: like(/[5-9]\.\d/),
      MaxRetries: between(0, 3),
      NumberOfWorkers: between(2, 50),
      WorkerType: only('G.1X', 'G.2X', 'G.4X', 'G.8X'),
      Role: ref('IAM::Role', 'Arn', 'TrainingSetJobRole'),
      SecurityConfiguration: only(job),
      Timeout: between(5, 480),
      Tags: tagMap,
    },
  },
  'AWS::Glue::DataQualityRuleset': {
    why: 'What a training set must be before anything trains on it.',
    stacks: ['DataLake'],
    after: ['AWS::Glue::Table'],
    properties: {
      Name: only(`${prefix}-training-set`),
      Description: words,
      Ruleset: ruled,
      TargetTable: object({ DatabaseName: database, TableName: only('training_set') }),
      Tags: tagMap,
    },
  },
};
