import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import { putText } from '../../operator/storage';
import { type AlarmAccount, minute } from './alarm-account';

/** What nobody may find in a log, wherever it was put in. */
const personal = ['jane.doe@example.org', 'Jane Doe', '555-0100'];

/** Scores a row of personal data, then searches all logs for what the cases before it sent. */
export async function expectNoPersonalDataInLogs(account: AlarmAccount): Promise<void> {
  const { EndpointConfigName } = await account.operator.clients.sagemaker.send(
    new DescribeEndpointCommand({ EndpointName: 'mla-blueprint-flight-disruption' }),
  );
  const { ProductionVariants } = await account.operator.clients.sagemaker.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName }),
  );
  const artifacts = await account.operator.output('DataLake', 'ArtifactsBucketName');
  await putText(
    account.operator,
    artifacts,
    'batch/alarms/input/rows.csv',
    Buffer.from('Jane Doe,jane.doe@example.org,555-0100\n'),
    'text/csv',
  );
  await account.operator.clients.sagemaker.send(
    new CreateTransformJobCommand({
      TransformJobName: 'mla-blueprint-alarms',
      ModelName: ProductionVariants?.[0]?.ModelName,
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${artifacts}/batch/alarms/input/` } },
        ContentType: 'text/csv',
      },
      TransformOutput: { S3OutputPath: `s3://${artifacts}/batch/alarms/output/` },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    }),
  );
  for (let status = 'InProgress'; status === 'InProgress'; ) {
    await new Promise((wake) => setTimeout(wake, 100));
    status =
      (
        await account.operator.clients.sagemaker.send(
          new DescribeTransformJobCommand({ TransformJobName: 'mla-blueprint-alarms' }),
        )
      ).TransformJobStatus ?? '';
  }
  await account.rehearsal.clock.advance(minute);
  const { logGroups = [] } = await account.operator.clients.logs.send(new DescribeLogGroupsCommand({ limit: 50 }));
  const written: Record<string, number> = {};
  for (const { logGroupName = '' } of logGroups) {
    const { events = [] } = await account.operator.clients.logs.send(
      new FilterLogEventsCommand({ logGroupName, limit: 10_000 }),
    );
    written[logGroupName] = events.length;
    for (const value of personal) {
      expect([
        logGroupName,
        events.filter(({ message }) => message?.includes(value)).map(({ message }) => message?.slice(0, 300)),
      ]).toEqual([logGroupName, []]);
    }
  }
  for (const kind of [
    /^\/aws\/sagemaker\/Endpoints/,
    /^\/aws\/sagemaker\/TransformJobs/,
    /BatchIngest/,
    /AuditTrail/,
  ]) {
    expect([String(kind), Object.entries(written).some(([name, lines]) => kind.test(name) && lines > 0)]).toEqual([
      String(kind),
      true,
    ]);
  }
}
