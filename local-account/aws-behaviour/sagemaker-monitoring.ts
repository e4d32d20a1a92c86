import type { ServiceLedger } from './behaviour';

export const sagemakerMonitoring: ServiceLedger = {
  service: 'sagemaker-monitoring',
  behaviours: [
    {
      id: 'sagemaker-monitoring/captures-come-late',
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'AWS::SageMaker::EndpointConfig'],
      does: 'Data capture collects requests and writes them to S3 minutes later, in a folder of the hour. At the full hour the captures of its last minutes are not there.',
      sources: [
        {
          page: 'Capture data from real-time endpoint',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html',
        },
        {
          repository: 'aws/amazon-sagemaker-examples',
          at: 'pull request 1137: a wait after requests gives the upload of captures its time',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/endpoint/capture.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/late-captures.test.ts',
          title:
            "so an analysis at the full hour misses the hour's last minutes, and one 20 minutes later reads each request once",
        },
      ],
    },
    {
      id: 'sagemaker-monitoring/runs-start-late',
      subjects: ['AWS::SageMaker::MonitoringSchedule', 'sagemaker:CreateMonitoringSchedule'],
      does: 'A run of a monitoring schedule starts up to 20 minutes after its time, and reads the captures of the hours before that time.',
      sources: [
        {
          page: 'ScheduleConfig, Amazon SageMaker API Reference',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ScheduleConfig.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/monitoring/schedules.ts'],
      tests: [],
    },
    {
      id: 'sagemaker-monitoring/cron',
      subjects: [
        'sagemaker:CreateMonitoringSchedule',
        'sagemaker:UpdateMonitoringSchedule',
        'AWS::SageMaker::MonitoringSchedule',
      ],
      does: 'Model Monitor reads cron in its own way: hourly, every so many hours from a start hour, or daily, always at minute 0. A run starts up to 20 minutes later.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ScheduleConfig, ScheduleExpression',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/monitoring/schedule-expression.ts'],
      tests: [{ file: 'local-account/test/sagemaker/schedule-expression.test.ts', title: 'is not %s' }],
    },
    {
      id: 'sagemaker-monitoring/runs-end-before-the-next',
      subjects: ['sagemaker:CreateMonitoringSchedule', 'sagemaker:UpdateMonitoringSchedule'],
      does: 'MaxRuntimeInSeconds of a monitoring job cannot exceed the frequency of its schedule: 3600 seconds on an hourly one, and 1800 seconds for model bias and model quality. Whether the definition or the schedule is refused, and in which words, no page says; here it is the schedule.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of MonitoringStoppingCondition',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/monitoring/schedules.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/monitoring-schedules.test.ts',
          title: 'is refused when a run may take longer than its kind and frequency allow',
        },
      ],
    },
    {
      id: 'sagemaker-monitoring/schedules-are-deleted-when-idle',
      subjects: ['sagemaker:DeleteMonitoringSchedule', 'AWS::SageMaker::MonitoringSchedule'],
      does: 'A schedule whose status is Pending cannot be deleted: "Monitoring schedule in status Pending". Whether a run in progress stops the deletion too, no page says.',
      sources: [
        { repository: 'aws/amazon-sagemaker-examples', at: 'issue 2342 quotes the refusal' },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-monitoringschedule, DeleteHandler.java: any refusal but ResourceNotFound fails the deletion; then it waits while the schedule is Pending',
        },
      ],
      sure: 'possible',
      enforcedBy: ['local-account/sagemaker/monitoring/schedules.ts'],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::SageMaker::MonitoringSchedule',
        'sagemaker:CreateMonitoringSchedule',
        'sagemaker:UpdateMonitoringSchedule',
        'sagemaker:DescribeMonitoringSchedule',
        'sagemaker:DeleteMonitoringSchedule',
        'sagemaker:StartMonitoringSchedule',
        'sagemaker:StopMonitoringSchedule',
        'sagemaker:ListMonitoringSchedules',
        'sagemaker:ListMonitoringExecutions',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateMonitoringSchedule, DeleteMonitoringSchedule and the members',
        },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-monitoringschedule: schema, CreateHandler.java and DeleteHandler.java',
        },
      ],
      found: ['sagemaker-monitoring/cron', 'sagemaker-monitoring/runs-end-before-the-next'],
    },
    {
      subjects: [
        'AWS::SageMaker::DataQualityJobDefinition',
        'AWS::SageMaker::ModelQualityJobDefinition',
        'AWS::SageMaker::ModelBiasJobDefinition',
        'AWS::SageMaker::ModelExplainabilityJobDefinition',
        'sagemaker:CreateDataQualityJobDefinition',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateDataQualityJobDefinition and the members',
        },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'the schemas of the three definitions, and aws-sagemaker-modelqualityjobdefinition, CreateHandler.java',
        },
      ],
      found: 'nothing beyond the model',
    },
    {
      subjects: [
        'sagemaker:CreateModelQualityJobDefinition',
        'sagemaker:CreateModelBiasJobDefinition',
        'sagemaker:CreateModelExplainabilityJobDefinition',
        'sagemaker:DescribeDataQualityJobDefinition',
        'sagemaker:DescribeModelQualityJobDefinition',
        'sagemaker:DescribeModelBiasJobDefinition',
        'sagemaker:DescribeModelExplainabilityJobDefinition',
        'sagemaker:DeleteDataQualityJobDefinition',
        'sagemaker:DeleteModelQualityJobDefinition',
        'sagemaker:DeleteModelBiasJobDefinition',
        'sagemaker:DeleteModelExplainabilityJobDefinition',
        'sagemaker:ListDataQualityJobDefinitions',
        'sagemaker:ListModelQualityJobDefinitions',
        'sagemaker:ListModelBiasJobDefinitions',
        'sagemaker:ListModelExplainabilityJobDefinitions',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and MonitoringStoppingCondition: bias and model quality run 1800 seconds at most every hour, which ours do',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
