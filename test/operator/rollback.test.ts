import { rollback } from '../../operator/commands/rollback';
import { fakeContext, recordedOutput, type Sent } from './fake-clients';
import { packageArn, packages } from './fake-registry';

describe('rollback', () => {
  it('rolls back to the newest approved version below the live one, and skips rejected ones', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(4) } },
        ListModelPackagesCommand: packages('Approved', 'Approved', 'Rejected', 'Approved', 'Approved'),
        UpdateModelPackageCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'FAILED', error: 'RolledBack', cause: 'did not prove itself' },
        GetExecutionHistoryCommand: {
          events: [
            {
              stateEnteredEventDetails: {
                name: 'RolledBack',
                input: JSON.stringify({ outcome: { result: 'RolledBack', detail: 'an alarm fired' } }),
              },
            },
          ],
        },
      },
      sent,
    );
    const result = await rollback(context, {}, recordedOutput());
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe(
      JSON.stringify({ rollback: true, detail: { ModelPackageArn: packageArn(2) } }),
    );
    expect(result).toMatchObject({ from: 4, to: 2, outcome: { result: 'RolledBack', detail: 'an alarm fired' } });
  });

  it.each([
    ['none', packages('Approved'), {}, 'No model is live'],
    [packageArn(1), packages('Approved', 'Approved'), {}, 'No approved version is older'],
    [packageArn(2), packages('Rejected', 'Approved'), { to: 1 }, 'Version 1 was rejected: an alarm fired'],
    [packageArn(2), packages('PendingManualApproval', 'Approved'), { to: 1 }, 'Version 1 was never approved'],
    [packageArn(2), packages('Approved', 'Approved'), { to: 9 }, 'There is no version 9; registered: 2, 1'],
    [packageArn(1), packages('Approved', 'Approved'), { to: 2 }, 'newer than the live one (1)'],
  ])('refuses when it makes no sense (%s), and changes nothing', async (live, list, options, message) => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: live } },
        ListModelPackagesCommand: list,
        DescribeModelPackageCommand: { ApprovalDescription: 'an alarm fired' },
      },
      sent,
    );
    await expect(rollback(context, options, recordedOutput())).rejects.toThrow(message);
    expect(sent.map((one) => one.name)).not.toContain('UpdateModelPackageCommand');
  });

  it('rejects every newer version before it releases an earlier one', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(3) } },
        ListModelPackagesCommand: packages('Approved', 'Approved', 'Approved', 'Approved'),
        UpdateModelPackageCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: {
          status: 'SUCCEEDED',
          output: JSON.stringify({ outcome: { result: 'Released', detail: 'as evaluated' } }),
        },
        GetExecutionHistoryCommand: { events: [] },
      },
      sent,
    );
    const result = await rollback(context, { to: 1 }, recordedOutput());
    expect(result).toMatchObject({ from: 3, to: 1, outcome: { result: 'Released' } });
    const changes = sent.filter(({ name }) => ['UpdateModelPackageCommand', 'StartExecutionCommand'].includes(name));
    expect(changes.map(({ input }) => [input.ModelPackageArn, input.ModelApprovalStatus])).toEqual([
      [packageArn(4), 'Rejected'],
      [packageArn(3), 'Rejected'],
      [packageArn(2), 'Rejected'],
      [undefined, undefined],
    ]);
    expect(changes[0]?.input.ApprovalDescription).toBe('A person rolled back to version 1; version 3 was live.');
  });

  it('starts no release when it is repeated', async () => {
    const context = fakeContext({
      GetParameterCommand: { Parameter: { Value: packageArn(1) } },
      ListModelPackagesCommand: packages('Approved', 'Rejected'),
    });
    expect(await rollback(context, { to: 1 }, recordedOutput())).toEqual({
      from: 1,
      to: 1,
      outcome: { result: 'NothingToDo', detail: 'Version 1 is live already.' },
    });
  });
});
