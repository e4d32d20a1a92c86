import { approve } from '../../operator/commands/approve';
import { fakeContext, recordedOutput, type Sent } from './fake-clients';
import { packageArn, packages } from './fake-registry';

describe('approve', () => {
  it('follows the execution that the approval started, and no other', async () => {
    let approved = false;
    const executions: Record<string, string> = { old: packageArn(2), other: packageArn(1), own: packageArn(2) };
    const context = fakeContext({
      ListModelPackagesCommand: packages('Approved', 'PendingManualApproval'),
      UpdateModelPackageCommand: () => ((approved = true), {}),
      ListExecutionsCommand: () => ({
        executions: (approved ? ['own', 'other', 'old'] : ['old']).map((executionArn) => ({ executionArn })),
      }),
      DescribeExecutionCommand: ({ executionArn }: { executionArn: string }) => ({
        status: 'SUCCEEDED',
        input: JSON.stringify({ detail: { ModelPackageArn: executions[executionArn] } }),
        output: JSON.stringify({ outcome: { result: 'Released', detail: executionArn } }),
      }),
      GetExecutionHistoryCommand: { events: [] },
    });
    const result = await approve(context, { version: 'latest', note: 'good' }, recordedOutput());
    expect(result).toMatchObject({ version: 2, approval: 'Approved', outcome: { result: 'Released', detail: 'own' } });
  });

  it('rejects without waiting for a release', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        ListModelPackagesCommand: packages('PendingManualApproval'),
        UpdateModelPackageCommand: {},
        ListExecutionsCommand: {},
      },
      sent,
    );
    const result = await approve(context, { version: 1, note: 'no', reject: true }, recordedOutput());
    expect(result.approval).toBe('Rejected');
    expect(sent.find((one) => one.name === 'UpdateModelPackageCommand')?.input).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'no',
    });
  });

  it('says which versions there are', async () => {
    const context = fakeContext({ ListModelPackagesCommand: packages('Approved', 'Approved') });
    await expect(approve(context, { version: 7, note: 'x' }, recordedOutput())).rejects.toThrow(
      'There is no version 7; registered: 2, 1.',
    );
  });
});
