import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { PlatformHost } from 'local-account/gateway/platform-host';
import { FixedClock, testPlatform } from 'local-account/test/fixtures/test-platform';
import { CloudWatchSink } from '../../lambda/metrics/cloudwatch-sink';
import { publishDriftMetrics } from '../../lambda/publish-drift-metrics/drift-metrics';
import { MemoryStore } from '../fixtures/memory-store';

const hour = 3_600_000;

describe('CloudWatch', () => {
  const clock = new FixedClock();
  let host: PlatformHost;
  let client: CloudWatchClient;

  beforeAll(async () => {
    host = await testPlatform({ clock });
    const { endpoint, region, administrator: credentials } = host.platform;
    client = new CloudWatchClient({ endpoint, region, credentials, maxAttempts: 1 });
  }, 60_000);

  afterAll(async () => {
    client.destroy();
    await host.stop();
  });

  it("takes the drift metrics of an hour that has only begun, stamped with now, and would refuse the hour's end", async () => {
    const settings = {
      endpointName: 'ep',
      scheduleName: 's',
      featureNamespace: 'F',
      workflowNamespace: 'W',
      outputColumns: [],
      watchedFeatures: [],
      publishesFeatures: true,
      featuresPublishedElsewhere: false,
    };
    const store = new MemoryStore({ 'job/metrics.json': '[]', 'job/constraint_violations.json': '{"violations":[]}' });
    const windowEnd = new Date(clock.now() + 2.5 * hour).toISOString();
    const publish = (now?: string) =>
      publishDriftMetrics(store, new CloudWatchSink(client), settings, {
        resultPrefix: 'job',
        windowEnd,
        ...(now === undefined ? {} : { now }),
      });
    await expect(publish()).rejects.toThrow('within the past two weeks');
    await expect(publish(new Date(clock.now()).toISOString())).resolves.toMatchObject({ violations: 0 });
  });
});
