import { drift } from '../../operator/commands/drift';
import { CommandFailed } from '../../operator/errors';
import { fakeContext, objectBody, recordedOutput, type Sent } from './fake-clients';

describe('drift', () => {
  it('takes the newest hour with traffic and says when there was none', async () => {
    const empty = fakeContext({ ListObjectsV2Command: {} });
    await expect(drift(empty, {}, recordedOutput())).rejects.toThrow(CommandFailed);
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        ListObjectsV2Command: {
          Contents: ['2013/09/03/14/a.jsonl', '2013/09/03/09/b.jsonl', '2013/08/30/23/c.jsonl'].map((key) => ({
            Key: `capture/endpoint/AllTraffic/${key}`,
          })),
        },
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: {
          status: 'SUCCEEDED',
          output: JSON.stringify({ job: { name: 'job' }, outcome: { result: 'Drift', detail: '1' } }),
        },
        GetExecutionHistoryCommand: { events: [] },
        GetObjectCommand: ({ Key }: { Key: string }) => {
          const files: Record<string, unknown> = {
            'constraint_violations.json': {
              violations: [
                { feature_name: 'carrier', constraint_check_type: 'baseline_drift_check', description: 'far' },
              ],
            },
            'metrics.json': [{ name: 'feature_baseline_drift_carrier', value: 0.3 }],
            'constraints.json': {
              monitoring_config: {
                distribution_constraints: { perform_comparison: 'Enabled', comparison_threshold: 0.25 },
              },
              features: [{ name: 'carrier' }],
            },
          };
          return objectBody(JSON.stringify(files[Key.split('/').at(-1) ?? '']));
        },
        DescribeAlarmsCommand: { MetricAlarms: [{ StateValue: 'ALARM', StateReason: 'crossed' }] },
      },
      sent,
    );
    const result = await drift(context, {}, recordedOutput());
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe('{"hour":"2013-09-03T14"}');
    expect(result).toMatchObject({
      hour: '2013-09-03T14',
      violations: [{ feature_name: 'carrier' }],
      limits: { carrier: 0.25 },
      alarm: { state: 'ALARM' },
    });
  });

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
          return objectBody(text);
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
