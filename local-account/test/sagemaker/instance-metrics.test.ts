import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { Platform } from '../../platform';
import { InstanceMetrics } from '../../sagemaker/container/instance-metrics';

type Datum = Parameters<Platform['putMetric']>[0];

describe('the metrics of an instance', () => {
  const children: ChildProcess[] = [];
  const start = (cwd: string, program: string) =>
    children.push(spawn(process.execPath, ['-e', program], { cwd, stdio: 'ignore' }));
  afterAll(() => children.forEach((child) => child.kill('SIGKILL')));

  /** Measures until it is so: other processes of this machine may keep a busy one from its processor for a while. */
  async function measure(program: string, so: (percent: number) => boolean): Promise<Record<string, Datum>> {
    const folder = mkdtempSync(join(tmpdir(), 'local-account-usage-'));
    const data: Datum[] = [];
    const metrics = new InstanceMetrics(
      { putMetric: (datum) => data.push(datum) },
      '/aws/sagemaker/Endpoints',
      { EndpointName: 'e', VariantName: 'v' },
      [folder],
    );
    start(folder, program);
    metrics.publish();
    for (let rounds = 0; rounds < 40; rounds += 1) {
      await wait(300);
      metrics.publish();
      if (rounds > 1 && so(data.filter(({ name }) => name === 'CPUUtilization').at(-1)?.value ?? Number.NaN)) break;
    }
    return Object.fromEntries(data.map((datum) => [datum.name, datum]));
  }

  it('are those of the processes in its folder, also of their children', async () => {
    const [busy, idle] = await Promise.all([
      measure(
        "require('child_process').spawn(process.execPath, ['-e', 'const end = Date.now() + 13_000; while (Date.now() < end);'], { stdio: 'ignore' })",
        (percent) => percent > 20,
      ),
      measure('setInterval(() => 0, 1000)', (percent) => percent < 15),
    ]);
    expect(Object.keys(busy).sort()).toEqual(['CPUUtilization', 'DiskUtilization', 'MemoryUtilization']);
    expect(busy.CPUUtilization).toMatchObject({
      namespace: '/aws/sagemaker/Endpoints',
      dimensions: { EndpointName: 'e', VariantName: 'v' },
      unit: 'Percent',
    });
    expect(busy.CPUUtilization?.value).toBeGreaterThan(20);
    expect(idle.CPUUtilization?.value).toBeLessThan(15);
    for (const { value } of [busy.MemoryUtilization, busy.DiskUtilization] as Datum[]) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(100);
    }
    children.forEach((child) => child.kill('SIGKILL'));
  });
});
