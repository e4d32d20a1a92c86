import { drift } from '../../operator/commands/drift';
import { status } from '../../operator/commands/status';
import { fakeContext, recordedOutput } from './fake-clients';

const quiet = {
  GetParameterCommand: { Parameter: { Value: 'none' } },
  DescribeEndpointCommand: { EndpointStatus: 'InService' },
  ListModelPackagesCommand: {},
  ListPipelineExecutionsCommand: {},
  ListObjectsV2Command: {},
  ListExecutionsCommand: {},
};
const alarm = (AlarmName: string, StateValue: string, StateReason = '') => ({ AlarmName, StateValue, StateReason });

describe('status', () => {
  it('lists the alarms in ALARM with their reasons, and counts the others', async () => {
    const output = recordedOutput();
    const result = await status(
      fakeContext({
        ...quiet,
        DescribeAlarmsCommand: {
          MetricAlarms: [
            ...Array.from({ length: 40 }, (_, at) => alarm(`Quiet${at}`, 'OK')),
            alarm('Silent', 'INSUFFICIENT_DATA'),
            alarm('Drift', 'ALARM', 'Threshold Crossed'),
          ],
        },
      }),
      {},
      output,
    );
    const at = output.lines.indexOf('Alarms: 1 of 42 in ALARM');
    expect(output.lines.slice(at)).toEqual([
      'Alarms: 1 of 42 in ALARM',
      '  ALARM  Drift: Threshold Crossed',
      '  The others: 1 INSUFFICIENT_DATA, 40 OK (--json lists all)',
    ]);
    expect(result.alarms).toHaveLength(42);
    expect(result.alarms.slice(0, 2).map(({ name }) => name)).toEqual(['Drift', 'Silent']);
  });

  it('says the name of an error once', async () => {
    const output = recordedOutput();
    await status(
      fakeContext({
        ...quiet,
        DescribeAlarmsCommand: {},
        ListExecutionsCommand: { executions: [{ executionArn: 'e', status: 'FAILED' }] },
        DescribeExecutionCommand: { error: 'ClientError', cause: 'ClientError: ClientError: no such channel' },
      }),
      {},
      output,
    );
    expect(output.lines.join('\n')).toContain('ClientError: no such channel');
    expect(output.lines.join('\n')).not.toContain('ClientError: ClientError');
  });
});

describe('drift', () => {
  it('prints the distances with their limits, the largest first', async () => {
    const output = recordedOutput();
    const written: Record<string, unknown> = {
      'constraint_violations.json': {
        violations: [{ feature_name: 'carrier', constraint_check_type: 'baseline_drift_check', description: 'far' }],
      },
      'metrics.json': [
        { name: 'feature_baseline_drift_distance', value: 0.01 },
        { name: 'feature_baseline_drift_carrier', value: 0.3 },
        { name: 'completeness_carrier', value: 1 },
      ],
      'constraints.json': {
        monitoring_config: {
          distribution_constraints: { perform_comparison: 'Enabled', comparison_threshold: 0.25 },
        },
        features: [
          { name: 'carrier' },
          {
            name: 'distance',
            monitoring_config_overrides: { distribution_constraints: { perform_comparison: 'Disabled' } },
          },
        ],
      },
    };
    await drift(
      fakeContext({
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: {
          status: 'SUCCEEDED',
          output: JSON.stringify({ job: { name: 'job' }, outcome: { result: 'Drift', detail: '1' } }),
        },
        GetExecutionHistoryCommand: { events: [] },
        GetObjectCommand: ({ Key }: { Key: string }) => {
          const text = JSON.stringify(written[Key.split('/').at(-1) ?? '']);
          return { Body: { transformToByteArray: () => Promise.resolve(Buffer.from(text)) } };
        },
        DescribeAlarmsCommand: { MetricAlarms: [{ StateValue: 'ALARM' }] },
      }),
      { hour: '2013-09-03T14' },
      output,
    );
    const at = output.lines.findIndex((line) => line.startsWith('Distance from the baseline'));
    expect(output.lines.slice(at, at + 3)).toEqual([
      'Distance from the baseline (0 is equal), largest first, 2 features:',
      '  carrier   0.3000  limit 0.25    violation',
      '  distance  0.0100  not compared',
    ]);
  });
});
