import { type AlarmEntry, day, everywhere, hour, ownAnalysis, realTime } from '../alarm-entry';

/** How often work that runs by a schedule must run. In minutes, from one run to the next. */
export interface ScheduleEntry {
  /** A rule, or a monitoring schedule of SageMaker. */
  readonly schedule: string;
  readonly in: AlarmEntry['in'];
  readonly atLeastEvery: number;
  /** More often costs more than it shows. */
  readonly atMostEvery: number;
  readonly why: string;
}

const monitor = (name: string, atLeastEvery: number, why: string): ScheduleEntry => ({
  schedule: `Serving/${name}`,
  in: ['modelMonitor'],
  atLeastEvery,
  atMostEvery: hour,
  why,
});

const daily = 'outcomes arrive once a day, and alarms keep the result until the next run';

export const schedules: readonly ScheduleEntry[] = [
  {
    schedule: 'Monitoring/DriftAnalysisHourlyRule',
    in: ownAnalysis,
    atLeastEvery: hour,
    atMostEvery: hour,
    why: 'a run analyzes one hour: less often leaves hours out, more often repeats them',
  },
  {
    schedule: 'Monitoring/ModelQualityDailyRule',
    in: realTime,
    atLeastEvery: day,
    atMostEvery: 6 * hour,
    why: daily,
  },
  {
    schedule: 'Monitoring/IdleEndpointHourlyRule',
    in: realTime,
    atLeastEvery: hour,
    atMostEvery: hour,
    why: 'the alarm reads one value an hour, and an endpoint is billed by the hour',
  },
  {
    schedule: 'Monitoring/AutomaticRetrainingScheduledCheckRule',
    in: everywhere,
    atLeastEvery: 7 * day,
    atMostEvery: hour,
    why: 'a month of new outcomes must not wait for another month',
  },
  {
    schedule: 'Release/ReconcilerScheduleRule',
    in: everywhere,
    atLeastEvery: hour,
    atMostEvery: 5,
    why: 'an approval whose event is lost waits so long',
  },
  {
    schedule: 'Serving/BatchScoringNightlyRule',
    in: everywhere,
    atLeastEvery: day,
    atMostEvery: day,
    why: 'a run scores the files of one day',
  },
  {
    schedule: 'Features/StateWriterMomentsRule',
    in: ['streaming'],
    atLeastEvery: 15,
    atMostEvery: 15,
    why: 'the features know one state each quarter of an hour (`grid` of the rules that the writer and the training share)',
  },
  monitor('LiveDataQualitySchedule', hour, 'a run analyzes one hour'),
  monitor('LiveModelQualitySchedule', day, daily),
  monitor('LiveModelBiasSchedule', day, daily),
  monitor('LiveModelExplainabilitySchedule', day, daily),
];
