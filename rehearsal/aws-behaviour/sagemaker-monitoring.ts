import type { ServiceLedger } from './behaviour';

export const sagemakerMonitoring: ServiceLedger = {
  service: 'sagemaker-monitoring',
  behaviours: [
    {
      id: 'sagemaker-monitoring/captures-come-late',
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'AWS::SageMaker::EndpointConfig'],
      does:
        'Data capture collects requests and writes them to S3 minutes later, in a folder of the hour. At the full hour the captures of its last minutes are not there.',
      sources: [
        { page: 'Capture data from real-time endpoint', url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html' },
        { repository: 'aws/amazon-sagemaker-examples', at: 'pull request 1137: a wait after requests gives the upload of captures its time' },
      ],
      sure: 'likely',
      enforcedBy: ['rehearsal/sagemaker/endpoint/capture.ts'],
      tests: [
        {
          file: 'test/rehearsal/sagemaker/late-captures.test.ts',
          title: 'so an analysis at the full hour misses the hour\'s last minutes, and the scheduled one reads each request once',
        },
      ],
      unsettled: {
        chosen:
          'The analysis of an hour starts 20 minutes after its end, and reads the folder of that hour. If AWS files a capture under the hour in which it is written, the last minutes of an hour ' +
          'are read with the next one: still once.',
        watch: 'In the capture bucket, the time of the last object in an hour\'s folder, and the inferenceTime of its first and last lines.',
        ifWrong: 'Objects appear in an hour\'s folder later than 20 minutes after the hour, and no analysis reads them.',
        change: 'A later minute in monitoring.schedule of lib/config.ts.',
      },
    },
    {
      id: 'sagemaker-monitoring/runs-start-late',
      subjects: ['AWS::SageMaker::MonitoringSchedule', 'sagemaker:CreateMonitoringSchedule'],
      does: 'A run of a monitoring schedule starts up to 20 minutes after its time, and reads the captures of the hours before that time.',
      sources: [{ page: 'ScheduleConfig, Amazon SageMaker API Reference', url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ScheduleConfig.html' }],
      sure: 'certain',
      enforcedBy: ['rehearsal/sagemaker/monitoring/schedules.ts'],
      tests: [{ file: 'test/story/model-monitor.test.ts', title: 'starts its runs 20 minutes after their time, when the captures of the hours before have arrived' }],
    },
  ],
  readings: [],
};
