import type { Finding } from '../gates/finding';
import type { AlarmEntry, World } from './alarm-entry';
import { silence } from './alarm-entry';
import { alarms } from './catalog';
import type { Deployed } from './deployed';
import { type Phase, statesOf } from './timeline';

/** Alarms that do not go off by their cause, or go off without one; alarms without an entry, and entries without alarm. */
export function alarmFindings(world: World): Finding[] {
  const deployed = world.stacks.of('AWS::CloudWatch::Alarm');
  const entries = alarms.filter((entry) => entry.in.includes(world.configuration));
  return [
    ...deployed
      .filter(({ name }) => !entries.some(({ alarm }) => alarm === name))
      .map(({ name }) => ({ place: name, problem: 'test/meaning/catalog does not say what sets this alarm off' })),
    ...entries.flatMap((entry): Finding[] => {
      const found = deployed.filter(({ name }) => name === entry.alarm);
      if (found.length === 0)
        return [{ place: entry.alarm, problem: 'this alarm of test/meaning/catalog is not deployed' }];
      return found.flatMap((alarm) => {
        try {
          return judge(entry, alarm, world);
        } catch (error) {
          return [{ place: entry.alarm, problem: `cannot be evaluated: ${(error as Error).message}` }];
        }
      });
    }),
  ].map(({ place, problem }) => ({ place: `alarm ${place}`, problem }));
}

function judge(entry: AlarmEntry, alarm: Deployed, world: World): Finding[] {
  const problems: string[] = [];
  const { Statistic, ExtendedStatistic, Threshold } = alarm.properties;
  const statistic = Statistic ?? ExtendedStatistic;
  if (entry.statistic !== undefined && statistic !== entry.statistic)
    problems.push(`watches ${String(statistic)} of its metric, and only ${entry.statistic} means something`);
  if (entry.counts === true && !(Number.isInteger(Threshold) && Number(Threshold) >= 1))
    problems.push(`counts things, and its threshold ${String(Threshold)} is no number of them`);

  const run = (phases: readonly Phase[]) => statesOf(alarm, world.stacks, phases);
  const before = entry.before?.(world) ?? [];
  const causes = Object.entries(entry.causes(world));
  for (const [about, phases] of causes) {
    const rest = entry.silence === 'keeps' ? [silence(600)] : (entry.lasts?.(world) ?? []);
    const states = run([...before, ...phases, ...rest, ...entry.repair(world)]);
    const after = before.length + phases.length;
    const during = states.slice(before.length, after);
    if (states.slice(0, before.length).some(({ last }) => last === 'ALARM'))
      problems.push(`is on before this: ${about}`);
    else if (
      !during.some(({ had, last }) => had.has('ALARM') || (entry.silence === 'reports' && last === 'INSUFFICIENT_DATA'))
    )
      problems.push(`does not go off when ${about}`);
    else if (states.slice(after, after + rest.length).some(({ had }) => had.size !== 1 || !had.has('ALARM')))
      problems.push(`clears although nothing is repaired, when ${about}`);
    else if (states.at(-1)?.last !== 'OK') problems.push(`is ${states.at(-1)?.last} after the repair, when ${about}`);
  }
  const [first] = causes;
  if (first !== undefined && (entry.silence ?? 'clears') === 'clears') {
    const last = run([...before, ...first[1], silence(entry.clearsWithin ?? 240)]).at(-1)?.last;
    if (last !== 'OK') problems.push(`is ${last} when no data come any more, after ${first[0]}`);
  }
  for (const [about, phases] of Object.entries(entry.normal(world))) {
    const states = run(phases);
    const reported = entry.silence === 'reports' && states.some(({ lapsed }) => lapsed);
    if (reported || states.some(({ had }) => had.has('ALARM')))
      problems.push(`goes off although this is normal: ${about}`);
    else if (states.at(-1)?.last !== 'OK' && entry.silence !== 'nothing')
      problems.push(`is ${states.at(-1)?.last} in this normal case: ${about}`);
  }
  return problems.map((problem) => ({ place: alarm.name, problem }));
}
