import { minute } from '../numbers';
import type { AlarmChange, ReportData } from '../report-data';

/** Alarms that went off, each with the checkpoints that ran then; and all changes. */
export interface ShownAlarms {
  readonly fired: readonly {
    readonly name: string;
    readonly short: string;
    readonly times: number;
    readonly first: string;
    readonly during: readonly string[];
    readonly state: string;
  }[];
  readonly changes: readonly (readonly string[])[];
}

export function shownAlarms(data: ReportData): ShownAlarms {
  const names = [...new Set(data.alarms.filter(({ to }) => to === 'ALARM').map(({ name }) => name))].sort(
    (a, b) => Number(isScaling(a)) - Number(isScaling(b)),
  );
  return {
    fired: names.map((name) => {
      const own = data.alarms.filter((one) => one.name === name);
      const off = own.filter(({ to }) => to === 'ALARM');
      return {
        name,
        short: shortName(name),
        times: off.length,
        first: minute(off[0]?.at ?? ''),
        during: [...new Set(off.flatMap(({ at }) => checkpointAt(data, at) ?? []))],
        state: own.at(-1)?.to ?? '',
      };
    }),
    changes: data.alarms.map(({ at, name, from, to, reason }) => [at, shortName(name), `${from} → ${to}`, reason]),
  };
}

function checkpointAt({ checkpoints }: ReportData, time: AlarmChange['at']): string | undefined {
  return checkpoints.find(({ startedAt = '', endedAt = '' }) => startedAt <= time && time < endedAt)?.id;
}

/** Application Auto Scaling makes these itself, and they go off whenever capacity may change. */
function isScaling(name: string): boolean {
  return name.startsWith('TargetTracking-');
}

/** Without the hash and the random part that CloudFormation adds to an id. */
function shortName(name: string): string {
  return name.replace(/([0-9A-F]{8})?-[0-9A-Z]{12,13}$/, '').replace(/(-[0-9a-f]{4,12}){5}$/, '');
}
