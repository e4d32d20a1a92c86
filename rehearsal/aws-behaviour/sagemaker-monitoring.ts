import type { Handling } from './handling';

export const sagemakerMonitoring: readonly Handling[] = [
  {
    id: 'sagemaker-monitoring/captures-come-late',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        'The analysis of an hour starts 20 minutes after its end, and reads the folder of that hour. If AWS files a capture under the hour in which it is written, the last minutes of an hour ' +
        'are read with the next one: still once.',
      watch:
        "In the capture bucket, the time of the last object in an hour's folder, and the inferenceTime of its first and last lines.",
      ifWrong: "Objects appear in an hour's folder later than 20 minutes after the hour, and no analysis reads them.",
      change: 'A later minute in monitoring.schedule of lib/config.ts.',
    },
  },
  {
    id: 'sagemaker-monitoring/runs-start-late',
    enforcedBy: [],
    tests: [
      {
        file: 'test/story/model-monitor.test.ts',
        title: 'starts its runs 20 minutes after their time, when the captures of the hours before have arrived',
      },
    ],
  },
  {
    id: 'sagemaker-monitoring/schedules-are-deleted-when-idle',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen: 'The rehearsal refuses to delete a schedule with a run in progress. Its schedules are never Pending.',
      watch: 'The deletion of the Serving stack with AWS Model Monitor, in the hour in which a run is under way.',
      ifWrong:
        'Nothing fails where AWS deletes the schedule anyway. Otherwise the stack ends in DELETE_FAILED with the refusal, and a second deletion after the run succeeds.',
      change:
        'Remove the check from DeleteMonitoringSchedule in local-account/sagemaker/monitoring/schedules.ts, or say in README.md to delete the stack again.',
    },
  },
];
