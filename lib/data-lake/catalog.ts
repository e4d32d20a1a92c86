import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { filedFeatures, glueType, type ProblemSpec } from '../problem/problem-spec';
import { covers } from '../shared/blueprint/covers';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface CatalogProps {
  readonly context: WorkflowContext;
  readonly raw: s3.IBucket;
  readonly curated: s3.IBucket;
}

/**
 * The lake's tables: location, columns and types, derived from the ProblemSpec (SVC-11: Glue's part; DATA-05: what a
 * catalog is for; DATADEC-03: curated data for many teams).
 */
export class Catalog extends Construct {
  readonly databaseName: string;
  readonly database: glue.CfnDatabase;

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const { problem, configuration, dataKey } = props.context;
    const { prefix, queries } = configuration;
    this.databaseName = lakeDatabaseName(props.context);
    const database = new glue.CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: this.databaseName, description: problem.objective },
    });
    this.database = database;
    const identity = [
      { name: problem.recordId, type: 'string' },
      { name: problem.source.column, type: 'string' },
    ];
    const features = filedFeatures(problem).map((feature) => ({
      name: feature.name,
      type: glueType(feature),
      comment: feature.why,
    }));
    const observed = {
      name: problem.state.delay,
      type: 'int',
      comment: 'known after departure: never a feature of its own flight, only of later ones',
    };
    const target = {
      name: problem.target.name,
      type: 'int',
      comment: `1: ${problem.target.positive}; empty until the outcome is known`,
    };

    this.table(database, 'RawFlights', {
      name: 'raw_flights',
      // Raw columns are strings: a value that does not fit its type stays visible instead of becoming null.
      columns: rawColumns(problem).map((name) => ({ name, type: 'string' })),
      location: `s3://${props.raw.bucketName}/raw/flights/`,
      partitions: [{ name: 'airport', type: 'string' }],
      parameters: {
        'projection.enabled': 'true',
        'projection.airport.type': 'enum',
        'projection.airport.values': problem.source.values.join(','),
        'storage.location.template': `s3://${props.raw.bucketName}/raw/flights/\${airport}/`,
      },
    });
    this.table(database, 'CuratedFlights', {
      name: 'curated_flights',
      columns: [...identity, ...features, observed, target],
      location: `s3://${props.curated.bucketName}/curated/flights/`,
      partitions: [
        { name: 'airport', type: 'string' },
        { name: 'month', type: 'string' },
      ],
      // AWS: glue-athena/projections-are-read-by-queries
      // Athena derives the partitions from the path, so no crawler runs (DATADEC-01: a large history in S3).
      // https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
      parameters: {
        'projection.enabled': 'true',
        'projection.airport.type': 'enum',
        'projection.airport.values': problem.source.values.join(','),
        'projection.month.type': 'date',
        'projection.month.format': 'yyyy-MM',
        'projection.month.range': '2013-01,2013-12',
        'projection.month.interval': '1',
        'projection.month.interval.unit': 'MONTHS',
        'storage.location.template': `s3://${props.curated.bucketName}/curated/flights/airport=\${airport}/month=\${month}/`,
      },
    });

    const workGroup = new athena.CfnWorkGroup(this, 'Queries', {
      name: `${prefix}-queries`,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: queries.maximumScannedBytes,
        resultConfiguration: {
          outputLocation: `s3://${props.curated.bucketName}/queries/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: dataKey.keyArn },
        },
      },
    });
    workGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    covers(this, 'SVC-11', 'DATA-05', 'DATADEC-03', 'DATADEC-01');
  }

  private table(
    database: glue.CfnDatabase,
    id: string,
    table: {
      readonly name: string;
      readonly columns: glue.CfnTable.ColumnProperty[];
      readonly partitions: glue.CfnTable.ColumnProperty[];
      readonly location: string;
      readonly parameters: Readonly<Record<string, string>>;
    },
  ): void {
    new glue.CfnTable(this, id, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: this.databaseName,
      tableInput: {
        name: table.name,
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: table.partitions,
        parameters: { classification: 'csv', 'skip.header.line.count': '1', ...table.parameters },
        storageDescriptor: {
          columns: table.columns,
          location: table.location,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: {
            serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
            parameters: { 'field.delim': ',', 'serialization.null.format': '' },
          },
        },
      },
    }).addResourceDependency(database);
  }
}

/** The Glue database of all tables. */
export function lakeDatabaseName({ configuration, problem }: WorkflowContext): string {
  return `${configuration.prefix}_${problem.name}`.replaceAll('-', '_');
}

/** Header of a raw file: record id and source, features, then the columns that are known only after the outcome. */
export function rawColumns(problem: ProblemSpec): string[] {
  return [
    problem.recordId,
    problem.source.column,
    ...filedFeatures(problem).map(({ name }) => name),
    ...problem.excluded.map(({ name }) => name),
  ];
}
