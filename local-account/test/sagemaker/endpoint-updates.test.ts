import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import type { ProvisionContext } from '../../cloudformation/provisioner';
import { endpointProvisioner } from '../../cloudformation/provisioners/sagemaker-endpoint';
import { endpointBench } from './endpoint-bench';
import { REGION, type Workbench } from './workbench';

describe('endpoints', () => {
  const endpoints = endpointBench();
  const { createConfig, settled, invoke } = endpoints;
  let bench: Workbench;
  beforeAll(() => {
    bench = endpoints.bench();
  });
  const send = async (command: unknown) => bench.sagemaker.send(command as never);

  describe('updates', () => {
    const canary = (alarm?: string): DeploymentConfig => ({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'CAPACITY_PERCENT', Value: 25 },
          WaitIntervalInSeconds: 600,
        },
        TerminationWaitInSeconds: 60,
        MaximumExecutionTimeoutInSeconds: 3600,
      },
      ...(alarm ? { AutoRollbackConfiguration: { Alarms: [{ AlarmName: alarm }] } } : {}),
    });
    const update = (
      EndpointConfigName: string,
      DeploymentConfig?: DeploymentConfig,
      RetainAllVariantProperties?: boolean,
    ) =>
      bench.sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName: 'live',
          EndpointConfigName,
          DeploymentConfig,
          RetainAllVariantProperties,
        }),
      );

    it('retains the scaled instance count only on request, and refuses a second update meanwhile', async () => {
      await bench.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'live',
          DesiredWeightsAndCapacities: [{ VariantName: 'live', DesiredInstanceCount: 5 }],
        }),
      );
      await settled('live');
      await update('config-2', undefined, true);
      await expect(update('config-1')).rejects.toThrow(/Cannot update in-progress endpoint/);
      await expect(send(new DeleteEndpointCommand({ EndpointName: 'live' }))).rejects.toThrow(
        /Cannot update in-progress endpoint/,
      );
      expect((await settled('live')).ProductionVariants?.[0].CurrentInstanceCount).toBe(5);
      await update('config-1');
      expect((await settled('live')).ProductionVariants?.[0].CurrentInstanceCount).toBe(2);
    });

    it('bakes a canary in virtual time with its share of the traffic, then shifts all traffic', async () => {
      const before = bench.clock.now();
      // The canary bakes while requests come, however long the new fleet takes to start.
      let asked = (): void => undefined;
      void bench.clock.working(new Promise<void>((resolve) => (asked = resolve)));
      await update('config-2', canary());
      await bench.until(
        async () => bench.host.eventLog.filter(({ kind }) => kind === 'deployment').at(-1)?.summary ?? '',
        (text) => text.includes('CANARY, 25 %'),
      );
      const versions: string[] = [];
      for (let index = 0; index < 8; index += 1) {
        versions.push((await invoke('1')).text.trim().split(',')[1]);
      }
      asked();
      expect(versions.filter((version) => version === '2')).toHaveLength(2);
      const after = await settled('live');
      expect(after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'config-2',
        LastDeploymentConfig: { BlueGreenUpdatePolicy: { TerminationWaitInSeconds: 60 } },
      });
      expect(bench.clock.now() - before).toBeGreaterThanOrEqual(660_000);
      expect((await invoke('1')).text).toBe('2.0,2\n');
    });

    it('rolls back when an alarm fires during the baking period', async () => {
      const cloudwatch = new CloudWatchClient({
        endpoint: bench.host.platform.endpoint,
        region: REGION,
        credentials: bench.host.platform.administrator,
      });
      const AlarmName = 'errors';
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: 'x',
          MetricName: 'y',
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      );
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'test' }));
      await update('config-1', canary(AlarmName));
      const after = await settled('live');
      expect(after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'config-2',
        FailureReason: expect.stringContaining('[errors]') as string,
      });
      expect((await invoke('1')).text).toBe('2.0,2\n');
      const states = bench.events
        .filter(({ 'detail-type': type }) => type === 'SageMaker Endpoint State Change')
        .map(({ detail }) => detail.EndpointStatus);
      expect(states.slice(-3)).toEqual(['UPDATING', 'ROLLING_BACK', 'IN_SERVICE']);
      cloudwatch.destroy();
    });

    it('is a failed update if CloudFormation compares configurations, and a complete one if it checks only the status', async () => {
      const { EndpointArn = '' } = await bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'live' }));
      const context = {
        clients: { sagemaker: bench.sagemaker },
        clock: bench.clock,
        initiated: () => undefined,
      } as unknown as ProvisionContext;
      const update = (noticesRollbacks: boolean) =>
        endpointProvisioner({ noticesRollbacks }).update?.(
          EndpointArn,
          { EndpointConfigName: 'config-broken' },
          {},
          context,
        );
      await expect(update(true)).rejects.toThrow(/did not take config-broken; it is InService with config-2/);
      await expect(update(false)).resolves.toMatchObject({ physicalId: EndpointArn });
      expect(await settled('live')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'config-2' });
    });

    it('stays with the old fleet when the new one does not start', async () => {
      await update('config-broken');
      const after = await settled('live');
      expect(after).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'config-2',
        FailureReason: expect.stringContaining('did not pass the ping health check') as string,
      });
    });
  });

  it('refuses an update when the current configuration was deleted', async () => {
    await createConfig('config-gone', 'model-1');
    await bench.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'orphan', EndpointConfigName: 'config-gone' }),
    );
    await settled('orphan');
    await bench.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'config-gone' }));
    await expect(
      send(new UpdateEndpointCommand({ EndpointName: 'orphan', EndpointConfigName: 'config-1' })),
    ).rejects.toThrow(/Could not find endpoint configuration ".*config-gone"/);
    await bench.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'orphan' }));
  });

  it('resizes one variant at a time', async () => {
    const DesiredWeightsAndCapacities = ['live', 'other'].map((VariantName) => ({
      VariantName,
      DesiredInstanceCount: 1,
    }));
    await expect(
      send(new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: 'live', DesiredWeightsAndCapacities })),
    ).rejects.toThrow(/capacity of one variant only/);
  });
});
