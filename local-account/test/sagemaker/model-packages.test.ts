import {
  CreateModelPackageCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  GetModelPackageGroupPolicyCommand,
  ListModelPackagesCommand,
} from '@aws-sdk/client-sagemaker';
import { endpointBench, group } from './endpoint-bench';
import { ACCOUNT, REGION, type Workbench } from './workbench';

describe('model packages', () => {
  const endpoints = endpointBench();
  const { createModel } = endpoints;
  let bench: Workbench;
  beforeAll(() => {
    bench = endpoints.bench();
  });
  const send = async (command: unknown) => bench.sagemaker.send(command as never);

  it('sends an event for an approval', () => {
    const approvals = bench.events.filter(({ 'detail-type': type }) => type === 'SageMaker Model Package State Change');
    expect(approvals.map(({ detail }) => detail.ModelApprovalStatus)).toEqual(['PendingManualApproval', 'Approved']);
    expect(approvals[1]).toMatchObject({
      source: 'aws.sagemaker',
      resources: [`arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/orders/1`],
      detail: {
        ModelPackageGroupName: group,
        ModelPackageVersion: 1,
        UpdatedModelPackageFields: ['ModelApprovalStatus'],
      },
    });
  });

  it("refuses to register a card outside the registry's schema", async () => {
    const register = (card: object) =>
      bench.sagemaker.send(
        new CreateModelPackageCommand({
          ModelPackageGroupName: group,
          ModelCard: { ModelCardStatus: 'Draft', ModelCardContent: JSON.stringify(card) },
        }),
      );
    const evaluation = (name: string) => ({
      evaluation_details: [
        { name, metric_groups: [{ name: 'candidate', metric_data: [{ name: 'auc', type: 'number', value: 0.7 }] }] },
      ],
    });
    await expect(register(evaluation('n'.repeat(64)))).rejects.toThrow(
      /evaluation_details\[0\].name must be a text of 1 to 63 characters/,
    );
    await expect(register({ model_overview: { model_owner: 'us' } })).rejects.toThrow(
      /model_overview.model_owner is not a member of the schema/,
    );
    await expect(register({ intended_uses: { risk_rating: 'Some' } })).rejects.toThrow(/risk_rating must be one of/);
    await register(evaluation('n'.repeat(63)));
  });

  it('accepts tags for the group, not for a version, and deploys approved versions only', async () => {
    await expect(
      send(new CreateModelPackageCommand({ ModelPackageGroupName: group, Tags: [{ Key: 'owner', Value: 'us' }] })),
    ).rejects.toThrow(/Tags are not supported for versioned model packages/);
    await expect(
      createModel(
        'unapproved',
        { MODEL_VERSION: '2' },
        `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/orders/2`,
      ),
    ).rejects.toThrow(/is not approved: its status is PendingManualApproval/);
  });

  it('creates a package with a name or in a group, and reports a group without a policy as AWS does', async () => {
    await expect(
      send(new CreateModelPackageCommand({ ModelPackageName: 'one', ModelPackageGroupName: group })),
    ).rejects.toThrow(/^Both ModelPackageName and ModelPackageGroupName are provided in the input/);
    await expect(send(new CreateModelPackageCommand({}))).rejects.toThrow('Missing ARN.');
    await expect(send(new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName: group }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('lists versions oldest first by default', async () => {
    const versions = async (SortOrder?: 'Descending') =>
      (
        await bench.sagemaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: group, SortOrder }))
      ).ModelPackageSummaryList?.map(({ ModelPackageVersion }) => ModelPackageVersion);
    expect(await versions()).toEqual([1, 2]);
    expect(await versions('Descending')).toEqual([2, 1]);
  });

  it('refuses to delete a group that still has versions', async () => {
    await expect(send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName: group }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it('lists a version as Deleting until it is gone', async () => {
    const versions = async () =>
      (
        await bench.sagemaker.send(new ListModelPackagesCommand({ ModelPackageGroupName: group }))
      ).ModelPackageSummaryList?.map(
        ({ ModelPackageArn, ModelPackageStatus }) => [ModelPackageArn, ModelPackageStatus] as const,
      ) ?? [];
    const [[ModelPackageName] = []] = await versions();
    await bench.sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName }));
    expect(await versions()).toContainEqual([ModelPackageName, 'Deleting']);
    await expect(send(new DeleteModelPackageCommand({ ModelPackageName }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await bench.until(versions, (left) => left.every(([arn]) => arn !== ModelPackageName));
  });
});
