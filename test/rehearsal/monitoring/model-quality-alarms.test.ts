import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { CloudWatchClient, PutMetricAlarmCommand, type PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { VirtualClock } from 'local-account/events/clock';
import { type EventServices, startEvents } from 'local-account/events/start-events';
import type { PlatformHost } from 'local-account/gateway/platform-host';
import { testContainerPython, testPlatform } from 'local-account/test/fixtures/test-platform';
import { CloudWatchSink } from '../../../lambda/metrics/cloudwatch-sink';
import { publishDriftMetrics } from '../../../lambda/publish-drift-metrics/drift-metrics';
import { publishModelQuality } from '../../../lambda/publish-model-quality/model-quality-metrics';
import { MemoryStore } from '../../fixtures/memory-store';
import { modelQualityAlarms } from '../../fixtures/model-quality-alarms';
import { templateOf } from '../../fixtures/workflow-app';

const root = resolve(__dirname, '../../..');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const endpointName = 'mla-blueprint-flight-disruption';

type Watched = (typeof modelQualityAlarms)[number];

/** The template's alarms, the machine's ARN by hand; whom they tell is not this test's matter. */
function definitionOf(name: Watched): PutMetricAlarmCommandInput {
  const alarms = Object.entries(templateOf('monitoring').findResources('AWS::CloudWatch::Alarm'));
  // The whole id: `AlarmsModelQualityRunFailed` begins with `AlarmsModelQuality`, too.
  const found = alarms.find(([id]) => new RegExp(`^(ModelQualityAlarms|Alarms)${name}[0-9A-F]{8}$`).test(id));
  if (!found) throw new Error(`the template has no alarm ${name}`);
  const { AlarmActions: _, OKActions: __, Dimensions, ...properties } = found[1].Properties as Record<string, unknown>;
  const dimensions = (Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => ({
    Name,
    Value: typeof Value === 'string' ? Value : 'machine',
  }));
  return { ...properties, AlarmName: name, Dimensions: dimensions } as PutMetricAlarmCommandInput;
}

describe('the alarms about the model, from causes to recovery', () => {
  const folder = mkdtempSync(join(tmpdir(), 'model-quality-worlds-'));
  const clock = new VirtualClock(Date.parse('2030-01-15T12:00:00Z'));
  let host: PlatformHost;
  let events: EventServices;
  let sink: CloudWatchSink;

  beforeAll(async () => {
    // The real steps, on real flights, in worlds where something is wrong.
    execFileSync(await testContainerPython(), [join(root, 'test/fixtures/model_quality_worlds.py'), folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    host = await testPlatform({ clock });
    events = startEvents(host);
    const cloudwatch = new CloudWatchClient({
      endpoint: host.platform.endpoint,
      region: 'eu-west-1',
      credentials: host.platform.administrator,
    });
    for (const name of modelQualityAlarms) await cloudwatch.send(new PutMetricAlarmCommand(definitionOf(name)));
    sink = new CloudWatchSink(cloudwatch);
  }, 120_000);

  afterAll(async () => {
    await events.stop();
    await host.stop();
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const stateOf = (name: Watched) => events.alarms.all.find(({ definition }) => definition.AlarmName === name)?.state;

  async function publish(world: string): Promise<void> {
    const file = (part: string, name: string) => readFileSync(join(folder, world, part, name), 'utf8');
    const modelQuality = new MemoryStore({ 'one/metrics.json': file('model-quality', 'metrics.json') });
    await publishModelQuality(
      modelQuality,
      sink,
      { endpointName, scheduleName: `${endpointName}-model-quality` },
      { resultPrefix: 'one' },
    );
    const analysis = new MemoryStore({
      'one/metrics.json': file('analysis', 'metrics.json'),
      'one/constraint_violations.json': file('analysis', 'constraint_violations.json'),
    });
    const settings = {
      endpointName,
      scheduleName: `${endpointName}-data-quality`,
      featureNamespace: 'aws/sagemaker/Endpoints/data-metrics',
      workflowNamespace: 'MlaBlueprint/Monitoring',
      outputColumns: ['probability', 'decision'],
      watchedFeatures: [],
      publishesFeatures: true,
      featuresPublishedElsewhere: false,
    };
    await publishDriftMetrics(analysis, sink, settings, {
      resultPrefix: 'one',
      windowEnd: new Date(clock.now()).toISOString(),
    });
    await clock.advance(2 * minute);
  }

  it('notify when no outcome arrived for three days, and clear with the first', async () => {
    const names = { Endpoint: endpointName, MonitoringSchedule: `${endpointName}-model-quality` };
    const put = (value: number, daysAgo: number) =>
      host.platform.putMetric({
        namespace: 'MlaBlueprint/Monitoring',
        name: 'PredictionsLabeled',
        dimensions: names,
        value,
        at: clock.now() - daysAgo * day,
      });
    for (const daysAgo of [0.5, 1.5, 2.5]) put(0, daysAgo);
    await clock.advance(2 * minute);
    expect(stateOf('LabelsMissing')).toBe('ALARM');
    put(250, 0);
    await clock.advance(2 * minute);
    expect(stateOf('LabelsMissing')).toBe('OK');
  });

  it('do not fire before the first model quality run, then notify when none succeeds for two days, and clear with the next', async () => {
    const evaluated = async () => {
      host.platform.putMetric({
        namespace: 'AWS/States',
        name: 'ExecutionsSucceeded',
        dimensions: { StateMachineArn: 'machine' },
        value: 1,
        at: clock.now(),
      });
      await clock.advance(2 * minute);
      expect(stateOf('ModelQualitySilent')).toBe('OK');
    };
    const changes = () =>
      host.eventLog
        .filter(({ summary }) => summary.startsWith('ModelQualitySilent: '))
        .map(({ summary }) => summary.split(': ')[1]);
    await clock.advance(3 * day);
    expect(stateOf('ModelQualitySilent')).toBe('INSUFFICIENT_DATA');
    expect(changes()).toEqual([]);
    await evaluated();
    await clock.advance(2 * day + 5 * minute);
    expect(stateOf('ModelQualitySilent')).toBe('INSUFFICIENT_DATA');
    await evaluated();
    expect(changes()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> INSUFFICIENT_DATA', 'INSUFFICIENT_DATA -> OK']);
  });

  it('are quiet in a usual month', async () => {
    await publish('usual');
    for (const name of ['ModelQuality', 'DecisionCost', 'BiasDrift', 'AttributionDrift', 'OutputShift'] as const)
      expect([name, stateOf(name)]).toEqual([name, 'OK']);
  });

  it.each<[string, readonly Watched[], string]>([
    [
      'labels contradict the predictions: a source changed the sign of its delays',
      ['ModelQuality', 'DecisionCost'],
      'contradicted',
    ],
    ['regional carriers strike, and the model cannot know', ['BiasDrift'], 'strike'],
    ['the feeds of weather and departures stopped', ['AttributionDrift', 'OutputShift'], 'silent'],
  ])(
    'go off when %s, stay until the next model quality run, and clear with it',
    async (_, names, world) => {
      await publish(world);
      for (const name of names) expect([name, stateOf(name)]).toEqual([name, 'ALARM']);
      await clock.advance(3 * hour);
      // Without a model quality run the alarms keep their state. An hour without traffic has no predictions to compare.
      for (const name of names) expect([name, stateOf(name)]).toEqual([name, name === 'OutputShift' ? 'OK' : 'ALARM']);
      await publish('usual');
      for (const name of names) expect([name, stateOf(name)]).toEqual([name, 'OK']);
    },
    60_000,
  );
});
