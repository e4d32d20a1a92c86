import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { UpdateFeatureGroupCommand } from '@aws-sdk/client-sagemaker';
import { startCloudFormation } from '../../cloudformation/start';
import { Networks } from '../../networks';
import { groupOf, STORE_STATEMENTS, StoreBench } from './feature-store-bench';
import { ACCOUNT, REGION, Workbench } from './workbench';

const TIME = '2030-03-01T09:00:00Z';

describe('a feature group of a stack', () => {
  let store: StoreBench;

  beforeAll(async () => {
    store = new StoreBench(await Workbench.start());
  }, 60_000);

  afterAll(() => store.stop());

  it('comes from a template, is changed in place, and is deleted with it', async () => {
    const { host } = store.bench;
    const running = await startCloudFormation(host.platform, host.policies, new Networks());
    host.registerService(running.service);
    const { endpoint, administrator: credentials } = host.platform;
    const cloudformation = new CloudFormationClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
    const { FeatureDefinitions = [], ...rest } = groupOf({ FeatureGroupName: 'Templated' });
    const template = (properties: object) =>
      JSON.stringify({
        Resources: {
          Group: { Type: 'AWS::SageMaker::FeatureGroup', Properties: { ...rest, FeatureDefinitions, ...properties } },
        },
        Outputs: { Name: { Value: { Ref: 'Group' } }, Status: { Value: { 'Fn::GetAtt': 'Group.FeatureGroupStatus' } } },
      });
    const settled = () =>
      store.bench.until(
        () => cloudformation.send(new DescribeStacksCommand({ StackName: 'features' })),
        ({ Stacks }) => !Stacks?.[0].StackStatus?.endsWith('PROGRESS'),
      );
    const reasons = async () =>
      (await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'features' }))).StackEvents?.map(
        ({ ResourceStatusReason }) => ResourceStatusReason,
      ).join('\n');
    const update = async (properties: object) => {
      await cloudformation.send(new UpdateStackCommand({ StackName: 'features', TemplateBody: template(properties) }));
      return (await settled()).Stacks?.[0].StackStatus;
    };
    const EnableOnlineStore = 'true';
    await cloudformation.send(
      new CreateStackCommand({
        StackName: 'features',
        TemplateBody: template({ OnlineStoreConfig: { EnableOnlineStore } }),
      }),
    );
    expect((await settled()).Stacks?.[0]).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      Outputs: [
        { OutputKey: 'Name', OutputValue: 'Templated' },
        { OutputKey: 'Status', OutputValue: 'Created' },
      ],
    });
    const before = await store.settled('Templated');
    store.bench.allow({ ...STORE_STATEMENTS, glue: { Effect: 'Allow', Action: 'glue:*', Resource: '*' } });
    const more = [...FeatureDefinitions, { FeatureName: 'gates', FeatureType: 'Integral' }];
    const OnlineStoreConfig = { EnableOnlineStore, TtlDuration: { Unit: 'Hours', Value: '6' } };
    expect(await update({ FeatureDefinitions: more, OnlineStoreConfig })).toBe('UPDATE_COMPLETE');
    expect(await store.settled('Templated')).toMatchObject({
      CreationTime: before.CreationTime,
      FeatureDefinitions: more,
      OnlineStoreConfig: { TtlDuration: { Unit: 'Hours', Value: 6 } },
    });
    expect(await update({ FeatureDefinitions: more, OnlineStoreConfig: { EnableOnlineStore: 'false' } })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(await reasons()).toContain('a custom-named resource requires replacing');
    await store.bench.sagemaker.send(
      new UpdateFeatureGroupCommand({
        FeatureGroupName: 'Templated',
        OnlineStoreConfig: { TtlDuration: { Unit: 'Hours', Value: 1 } },
      }),
    );
    await store.settled('Templated');
    await cloudformation.send(new DetectStackDriftCommand({ StackName: 'features' }));
    const { StackResourceDrifts } = await cloudformation.send(
      new DescribeStackResourceDriftsCommand({ StackName: 'features' }),
    );
    expect(StackResourceDrifts?.[0].PropertyDifferences?.map(({ PropertyPath }) => PropertyPath)).toEqual([
      '/OnlineStoreConfig/TtlDuration/Value',
    ]);
    await store.put({ airport: 'JFK', event_time: TIME }, {}, 'Templated');
    const prefix = `features/${ACCOUNT}/sagemaker/${REGION}/offline-store/Templated`;
    await cloudformation.send(new DeleteStackCommand({ StackName: 'features' }));
    await expect(
      store.bench.until(
        () => cloudformation.send(new DescribeStacksCommand({ StackName: 'features' })),
        () => false,
      ),
    ).rejects.toThrow('does not exist');
    await expect(store.get('JFK', 'Templated')).rejects.toMatchObject({ name: 'ResourceNotFound' });
    // What was written offline stays, also what had not been in S3 yet.
    expect(await store.rows(prefix)).toHaveLength(1);
    const refused = template({
      FeatureGroupName: 'v2',
      OnlineStoreConfig: { EnableOnlineStore, StorageType: 'Standard_V2' },
    });
    await cloudformation.send(new CreateStackCommand({ StackName: 'features', TemplateBody: refused }));
    await settled();
    expect(await reasons()).toContain('Standard_V2 is not a valid enum value');
    cloudformation.destroy();
    await running.close();
  }, 120_000);
});
