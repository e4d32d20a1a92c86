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
