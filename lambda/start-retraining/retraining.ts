import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';

import { linesOf, type ObjectStore } from '../storage/object-store';
import { dataSnapshot } from './data-snapshot';

export interface PipelineExecution {
  readonly arn: string;
  readonly displayName: string;
  readonly status: string;
  readonly startedAt: Date;
}

/** What retraining asks of SageMaker and Systems Manager; tests give a fake. */
export interface Registry {
  /** Newest first. */
  recentExecutions(): Promise<PipelineExecution[]>;
  approvedModelPackage(): Promise<string>;
  modelDataUri(modelPackageArn: string): Promise<string>;
  start(request: {
    readonly displayName: string;
    readonly description: string;
    readonly token: string;
    readonly parameters: Readonly<Record<string, string>>;
  }): Promise<string>;
}

export interface RetrainingSettings {
  /** Such as curated/flights/ ; below it airport=<A>/month=<YYYY-MM>/. */
  readonly curatedPrefix: string;
  readonly labelColumn: string;
  readonly cooldownHours: number;
  /** Given to the pipeline when no model is live. */
  readonly noLiveModelUri: string;
}

export interface DriftAlarm {
  readonly alarmName: string;
  /** When the alarm changed its state; the same for every delivery of the same change. */
  readonly changedAt: string;
  readonly reason: string;
}

export type RetrainingOutcome =
  | { readonly started: true; readonly executionArn: string; readonly parameters: Readonly<Record<string, string>> }
  | { readonly started: false; readonly reason: string };

/** Marks executions that drift started, so that the cool-down does not count those that a person started. */
export const driftPrefix = 'drift-';

const unfinished = new Set(['Executing', 'Stopping']);

/**
 * The cool-down is read from the pipeline's own history instead of a stored time: it cannot disagree with what really
 * ran, and nothing is left behind that must be reset.
 */
export async function startRetraining(
  store: ObjectStore,
  registry: Registry,
  settings: RetrainingSettings,
  alarm: DriftAlarm,
  now: Date,
): Promise<RetrainingOutcome> {
  const recent = await registry.recentExecutions();
  const running = recent.find((one) => unfinished.has(one.status));
  if (running) return { started: false, reason: `${running.arn} is still running` };

  const since = now.getTime() - settings.cooldownHours * 3_600_000;
  const cooling = recent.find((one) => one.displayName.startsWith(driftPrefix) && one.startedAt.getTime() > since);
  if (cooling) {
    return {
      started: false,
      reason: `drift started ${cooling.arn} at ${cooling.startedAt.toISOString()}, less than ${settings.cooldownHours} hours ago`,
    };
  }

  const data = await newestLabelledMonth(store, settings);
  if (data === undefined) {
    return { started: false, reason: `no month under ${settings.curatedPrefix} has labels yet; nothing to learn from` };
  }
  const live = await registry.approvedModelPackage();
  const until = monthAfter(data.month);
  const parameters = {
    Airports: data.airports.join(','),
    Until: until,
    DataSnapshot: await dataSnapshot(store, settings.curatedPrefix, data.airports, until),
    LiveModelUri: live === 'none' ? settings.noLiveModelUri : await registry.modelDataUri(live),
  };
  // EventBridge delivers at least once; the same alarm change always gives the same token, and SageMaker starts once.
  const token = createHash('sha256').update(`${alarm.alarmName}@${alarm.changedAt}`).digest('hex');
  const executionArn = await registry.start({
    displayName: `${driftPrefix}${token.slice(0, 12)}`,
    description: `Started by ${alarm.alarmName}: ${alarm.reason}`.slice(0, 3_000),
    token,
    parameters,
  });
  return { started: true, executionArn, parameters };
}

/**
 * Labels come late: flights are curated before their outcome is known. The newest month that counts is the newest with a
 * labelled row in any airport's partition; looking at the partition names alone would train on months without labels.
 */
async function newestLabelledMonth(
  store: ObjectStore,
  settings: RetrainingSettings,
): Promise<{ airports: string[]; month: string } | undefined> {
  const partitions = new Map<string, string[]>();
  const airports: string[] = [];
  for (const folder of await store.folders(settings.curatedPrefix)) {
    const airport = /^airport=([A-Z]{3})$/.exec(folder)?.[1];
    if (airport === undefined) continue;
    airports.push(airport);
    for (const child of await store.folders(`${settings.curatedPrefix}${folder}/`)) {
      const month = /^month=(\d{4}-\d{2})$/.exec(child)?.[1];
      if (month === undefined) continue;
      partitions.set(month, [...(partitions.get(month) ?? []), `${settings.curatedPrefix}${folder}/${child}/`]);
    }
  }
  for (const month of [...partitions.keys()].sort().reverse()) {
    for (const prefix of partitions.get(month) ?? []) {
      for await (const { key } of store.list(prefix)) {
        if (await hasLabel(store, key, settings.labelColumn)) return { airports: airports.sort(), month };
      }
    }
  }
  return undefined;
}

async function hasLabel(store: ObjectStore, key: string, labelColumn: string): Promise<boolean> {
  const raw = await store.read(key);
  const text = raw.pipe(createGunzip());
  // An error of the download must reach the reader of the unpacked text, which pipe() does not do by itself.
  raw.on('error', (error) => text.destroy(error));
  let column: number | undefined;
  try {
    for await (const line of linesOf(text)) {
      const cells = line.split(',');
      if (column === undefined) {
        // The label is the last column: counted from the end, quoted commas before it do not matter.
        column = cells.length - cells.indexOf(labelColumn);
        if (cells.indexOf(labelColumn) < 0) throw new Error(`${key} has no column ${labelColumn}`);
      } else if (/^[01]$/.test(cells[cells.length - column] ?? '')) {
        return true;
      }
    }
  } finally {
    raw.destroy();
    text.destroy();
  }
  return false;
}

export function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, number ?? 0, 1)).toISOString().slice(0, 7);
}
