import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  CreateFeatureGroupCommand,
  DeleteFeatureGroupCommand,
  DescribeFeatureGroupCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import {
  GetRecordCommand,
  PutRecordCommand,
  SageMakerFeatureStoreRuntimeClient,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { type LocalAccount, startLocalAccount } from '../../local-account';
import { testContainerPython, testPython } from '../fixtures/test-platform';
import { GROUP, groupOf, record, STORE_STATEMENTS, StoreBench } from './feature-store-bench';
import { BUCKET, ROLE, Workbench } from './workbench';

const TIME = '2030-03-01T09:00:00Z';
const online = { OfflineStoreConfig: undefined, RoleArn: undefined };

describe('the feature store of an account that is killed', () => {
  it('has every record at its next start, also those that were not in S3 yet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'feature-store-state-'));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
    const start = (name: string): Promise<LocalAccount> => {
      mkdirSync(join(folder, `${name}-work`));
      return startLocalAccount({
        assembly: folder,
        folder: join(folder, `${name}-work`),
        state: join(folder, name),
        python,
        containerPython,
      });
    };
    const [python, containerPython] = [await testPython(), await testContainerPython()];
    const first = await start('first');
    const options = { ...first.client, maxAttempts: 1 };
    const s3 = new S3Client({ ...options, forcePathStyle: true });
    const iam = new IAMClient(options);
    const sagemaker = new SageMakerClient(options);
    const runtime = new SageMakerFeatureStoreRuntimeClient(options);
    const LocationConstraint = first.client.region as 'eu-west-1';
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint } }));
    const trust = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const document = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName: 'Job', AssumeRolePolicyDocument: document([trust]) }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'Job',
        PolicyName: 'store',
        PolicyDocument: document(Object.values(STORE_STATEMENTS)),
      }),
    );
    await sagemaker.send(new CreateFeatureGroupCommand(groupOf({ RoleArn: ROLE })));
    for (let status: string | undefined; status !== 'Created'; ) {
      await first.clock.advance(20_000);
      ({ FeatureGroupStatus: status } = await sagemaker.send(
        new DescribeFeatureGroupCommand({ FeatureGroupName: GROUP }),
      ));
    }
    const Record = record({ airport: 'JFK', event_time: TIME, mean_delay: '0.1' });
    await runtime.send(new PutRecordCommand({ FeatureGroupName: GROUP, Record }));
    await first.keepState();
    cpSync(join(folder, 'first'), join(folder, 'killed'), { recursive: true });
    for (const client of [s3, iam, sagemaker, runtime]) client.destroy();
    await first.stop();

    const second = await start('killed');
    const again = { ...second.client, maxAttempts: 1 };
    const [reader, lake] = [
      new SageMakerFeatureStoreRuntimeClient(again),
      new S3Client({ ...again, forcePathStyle: true }),
    ];
    const found = await reader.send(
      new GetRecordCommand({ FeatureGroupName: GROUP, RecordIdentifierValueAsString: 'JFK' }),
    );
    expect(found.Record).toEqual(Record);
    const files = async () => (await lake.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? [];
    expect(await files()).toEqual([]);
    await second.clock.advance(15 * 60_000);
    expect(await files()).toHaveLength(1);
    reader.destroy();
    lake.destroy();
    await second.stop();
  }, 180_000);
});

describe('a feature group that is deleted', () => {
  it('is gone after a while, and is missing at once to who reads its records', async () => {
    const store = new StoreBench(await Workbench.start());
    await store.create({ ...online });
    await store.put({ airport: 'JFK', event_time: TIME });
    const { sagemaker } = store.bench;
    await sagemaker.send(new DeleteFeatureGroupCommand({ FeatureGroupName: GROUP }));
    await expect(store.get('JFK')).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await expect(
      store.bench.until(
        () => sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName: GROUP })),
        ({ FeatureGroupStatus }) => FeatureGroupStatus !== 'Deleting',
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await store.create({ ...online });
    expect(await store.get('JFK')).toBeUndefined();
    await store.stop();
  }, 120_000);
});
