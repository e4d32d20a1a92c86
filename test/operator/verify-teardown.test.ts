import { verifyTeardown } from '../../operator/commands/verify-teardown';
import { awsError, fakeContext, recordedOutput } from './fake-clients';

describe('verify-teardown', () => {
  const nothing = {
    DescribeStacksCommand: () => {
      throw awsError('ValidationError', 'Stack with id x does not exist');
    },
    ListBucketsCommand: {},
    ListEndpointsCommand: {},
    ListEndpointConfigsCommand: {},
    ListModelsCommand: {},
    ListModelPackageGroupsCommand: {},
    ListPipelinesCommand: {},
    ListTransformJobsCommand: {},
    ListStateMachinesCommand: {},
    ListRulesCommand: {},
    DescribeResourcePoliciesCommand: {},
    DescribeParametersCommand: {},
    DescribeAlarmsCommand: {},
    DescribeLogGroupsCommand: {},
    DescribeVpcsCommand: {},
    ListKeysCommand: {},
  };

  it('succeeds when only keys wait for their deletion', async () => {
    const context = fakeContext({
      ...nothing,
      ListKeysCommand: { Keys: [{ KeyId: 'k' }] },
      DescribeKeyCommand: { KeyMetadata: { KeyState: 'PendingDeletion', DeletionDate: new Date('2013-10-01') } },
    });
    const { left, expected } = await verifyTeardown(context, {}, recordedOutput());
    expect(left).toEqual([]);
    expect(expected).toEqual([{ kind: 'key pending deletion', name: 'k until 2013-10-01' }]);
  });

  it('says how to delete a Serving stack whose role is gone', async () => {
    const output = recordedOutput();
    const stack = ({ StackName }: { StackName?: string }) => {
      if (StackName !== 'MlaBlueprint-Serving') throw awsError('ValidationError', 'Stack with id x does not exist');
      return { Stacks: [{ StackName, StackStatus: 'UPDATE_COMPLETE' }] };
    };
    await verifyTeardown(fakeContext({ ...nothing, DescribeStacksCommand: stack }), {}, output);
    expect(output.lines.join('\n')).toContain(
      'aws cloudformation delete-stack --stack-name MlaBlueprint-Serving --role-arn',
    );
  });

  it('names the running executions that keep a state machine', async () => {
    const output = recordedOutput();
    const { left } = await verifyTeardown(
      fakeContext({
        ...nothing,
        ListStateMachinesCommand: {
          stateMachines: [
            { name: 'mla-blueprint-release', stateMachineArn: 'machine' },
            { name: 'foreign', stateMachineArn: 'foreign' },
          ],
        },
        ListExecutionsCommand: ({ stateMachineArn }: { stateMachineArn?: string }) => ({
          executions: [{ executionArn: `${stateMachineArn}:one` }],
        }),
      }),
      {},
      output,
    );
    expect(left).toEqual([{ kind: 'state machine', name: 'mla-blueprint-release (running: machine:one)' }]);
    expect(output.lines.join('\n')).toContain('aws stepfunctions stop-execution --execution-arn');
  });

  it('leaves what Step Functions shares between the state machines of the account', async () => {
    const { left, expected } = await verifyTeardown(
      fakeContext({
        ...nothing,
        ListRulesCommand: { Rules: [{ Name: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule' }] },
        DescribeResourcePoliciesCommand: {
          resourcePolicies: [{ policyName: 'AWSLogDeliveryWrite20150319' }, { policyName: 'foreign' }],
        },
      }),
      {},
      recordedOutput(),
    );
    expect(left).toEqual([]);
    expect(expected).toEqual([
      { kind: 'managed rule', name: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule' },
      { kind: 'log resource policy', name: 'AWSLogDeliveryWrite20150319' },
    ]);
  });

  it('names the records that AWS keeps', async () => {
    const TransformJobSummaries = [
      { TransformJobName: 'mla-blueprint-batch-1' },
      { TransformJobName: 'not-mla-blueprint-batch' },
    ];
    const { left, expected } = await verifyTeardown(
      fakeContext({ ...nothing, ListTransformJobsCommand: { TransformJobSummaries } }),
      {},
      recordedOutput(),
    );
    expect(left).toEqual([]);
    expect(expected).toEqual([{ kind: 'transform job record', name: 'mla-blueprint-batch-1' }]);
  });

  it("lists the workflow's bucket and a network interface that SageMaker still holds, and nothing else", async () => {
    const context = fakeContext({
      ...nothing,
      ListBucketsCommand: { Buckets: [{ Name: 'mlablueprint-datalake-raw' }, { Name: 'holiday-photos' }] },
      DescribeVpcsCommand: { Vpcs: [{ VpcId: 'vpc-1' }] },
      DescribeNetworkInterfacesCommand: {
        NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Description: 'SageMaker' }],
      },
    });
    const { left } = await verifyTeardown(context, {}, recordedOutput());
    expect(left).toEqual([
      { kind: 'bucket', name: 'mlablueprint-datalake-raw' },
      { kind: 'network interface', name: 'eni-1 (SageMaker)' },
    ]);
  });
});
