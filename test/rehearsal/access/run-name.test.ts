import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runName } from '../../../rehearsal/access/run-name';
import { type Recording, readLastRun, writeLastRun, writeRecording } from '../../../rehearsal/proof/recording';

const recording = (templates: string): Recording => ({
  templates,
  accountId: '123456789012',
  region: 'eu-central-1',
  partition: 'aws',
  names: {},
  policies: [],
  calls: [],
});

test('names the newest run, whether it passed or failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runs-'));
  try {
    writeRecording(folder, recording('passed'));
    expect(readLastRun(folder)).toBeUndefined();
    const run = { startedAt: '2026-11-30T06:50:01.000Z', outcome: 'failed at ingest' };
    writeLastRun(folder, run, recording('failed'));
    const last = readLastRun(folder);
    expect(last?.templates).toBe('failed');
    expect(runName(last ?? recording(''))).toBe(
      'Denials of the rehearsal of 2026-11-30 06:50 UTC, which failed at ingest:',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('names the last run that passed if there is no newer one', () => {
  expect(runName(recording('x'))).toBe('Denials of the last rehearsal that passed:');
});
