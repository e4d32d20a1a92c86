import { recreateEndpoint } from '../../operator/commands/recreate-endpoint';
import { awsError, deploymentWithRemoval, fakeContext, recordedOutput, type Sent } from './fake-clients';
import { packageArn } from './fake-registry';

describe('recreate-endpoint', () => {
  const parameters = (state: string) => ({
    GetParameterCommand: ({ Name }: Record<string, unknown>) => ({
      Parameter: { Value: Name === '/state' ? state : packageArn(2) },
    }),
  });

  it('releases the version that is live already', async () => {
    const sent: Sent[] = [];
    const released = { outcome: { result: 'Released', detail: 'as recorded' } };
    const context = fakeContext(
      {
        ...deploymentWithRemoval,
        ...parameters('removed'),
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'SUCCEEDED', output: JSON.stringify(released) },
        GetExecutionHistoryCommand: { events: [] },
      },
      sent,
    );
    expect(await recreateEndpoint(context, {}, recordedOutput())).toMatchObject({ version: 2, ...released });
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe(
      JSON.stringify({ detail: { ModelPackageArn: packageArn(2) } }),
    );
  });

  it.each([
    ['is deployed', deploymentWithRemoval],
    ['is never removed', {}],
  ])('does nothing where the endpoint %s', async (_, deployment) => {
    const sent: Sent[] = [];
    const there = { DescribeEndpointCommand: { EndpointStatus: 'InService' } };
    const context = fakeContext({ ...deployment, ...parameters('deployed'), ...there }, sent);
    expect(await recreateEndpoint(context, {}, recordedOutput())).toEqual({
      version: 2,
      outcome: { result: 'NothingToDo', detail: 'The endpoint exists; version 2 is live.' },
    });
    expect(sent.map(({ name }) => name)).not.toContain('StartExecutionCommand');
  });

  it('removes an endpoint that was deleted by hand from its stack, then releases the live version', async () => {
    const sent: Sent[] = [];
    const released = { outcome: { result: 'Released', detail: 'as recorded' } };
    const stack = {
      ...deploymentWithRemoval.DescribeStacksCommand.Stacks[0],
      StackStatus: 'UPDATE_COMPLETE',
      Parameters: [{ ParameterKey: 'ApprovedModelPackage' }, { ParameterKey: 'ChallengerModelPackage' }],
    };
    const context = fakeContext(
      {
        DescribeStacksCommand: { Stacks: [stack] },
        ...parameters('deployed'),
        DescribeEndpointCommand: () => {
          throw awsError('ValidationException', 'Could not find endpoint "endpoint".');
        },
        UpdateStackCommand: {},
        PutParameterCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'SUCCEEDED', output: JSON.stringify(released) },
        GetExecutionHistoryCommand: { events: [] },
      },
      sent,
    );
    expect(await recreateEndpoint(context, {}, recordedOutput())).toMatchObject({ version: 2, ...released });
    const changes = sent.filter(({ name }) => /^(Update|Put|Start)/.test(name));
    expect(changes.map(({ name }) => name)).toEqual([
      'UpdateStackCommand',
      'PutParameterCommand',
      'StartExecutionCommand',
    ]);
    expect(changes[0]?.input).toMatchObject({
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'ApprovedModelPackage', ParameterValue: 'none' },
        { ParameterKey: 'ChallengerModelPackage', UsePreviousValue: true },
      ],
    });
    expect(changes[1]?.input).toMatchObject({ Name: '/mla-blueprint/approved', Value: 'none' });
    expect(changes[2]?.input.input).toBe(JSON.stringify({ detail: { ModelPackageArn: packageArn(2) } }));
  });
});
