import type { ServiceLedger } from './behaviour';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/cloudwatch/2010-08-01/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-cloudwatch/lib/cloudwatch.generated.d.ts: documentation of ${types}`,
  }) as const;

const definitions = {
  page: 'CloudWatch statistics definitions',
  url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html',
} as const;

export const cloudwatch: ServiceLedger = {
  service: 'cloudwatch',
  behaviours: [
    {
      id: 'cloudwatch/metric-data-limits',
      subjects: ['cloudwatch:PutMetricData'],
      does:
        'CloudWatch refuses a datum more than two weeks old or more than two hours ahead, a value that is no number or beyond 2^360, more than 1,000 metrics or 30 dimensions, ' +
        'dimensions that are not visible ASCII, and namespaces that begin with AWS/. One bad datum refuses the whole call.',
      sources: [
        {
          page: 'PutMetricData, Amazon CloudWatch API Reference',
          url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html',
        },
        { repository: 'cloud-custodian/cloud-custodian', at: 'issue 2559' },
        {
          repository: 'awsdocs/aws-iot-docs',
          at: 'pull request 33: a timestamp far ahead is refused in the words for one that is too old',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/metric-data-rules.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/metric-data-rules.test.ts',
          title: 'refuses all data of a call for one of them, and names each that is wrong',
        },
      ],
    },
    {
      id: 'cloudwatch/new-alarms-lack-data',
      subjects: ['AWS::CloudWatch::Alarm'],
      does:
        'A new alarm begins in INSUFFICIENT_DATA. If missing data breach, it goes into ALARM at its first evaluation, before the watched thing could run. ' +
        'If missing data are missing, it stays as it is, and goes back to INSUFFICIENT_DATA when the data end; that change runs its InsufficientDataActions.',
      sources: [
        {
          page: 'Configuring how CloudWatch alarms treat missing data',
          url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html',
        },
        {
          page: 'Monitor with CloudWatch alarms, Application Auto Scaling User Guide',
          url: 'https://docs.aws.amazon.com/autoscaling/application/userguide/cloudwatch-alarm-notifications.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/alarms.ts'],
      tests: [],
    },
    {
      id: 'cloudwatch/alarms-look-back-so-far',
      subjects: ['cloudwatch:PutMetricAlarm', 'AWS::CloudWatch::Alarm'],
      does: 'Period times EvaluationPeriods is seven days at most, and one day when the period is shorter than an hour. A period is a multiple of a minute, or 10, 20 or 30 seconds. One statistic or one expression is returned.',
      sources: [model('PutMetricAlarm')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/alarm-rules.ts'],
      tests: [{ file: 'local-account/test/gateway/alarm-rules.test.ts', title: 'is refused for %s' }],
    },
    {
      id: 'cloudwatch/extended-statistics-need-values',
      subjects: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:PutMetricAlarm'],
      does: 'Percentiles and the other extended statistics need the values themselves. Of a statistic set there are none unless it has one value or all its values are equal, and a metric with negative values has none.',
      sources: [definitions, model('GetMetricStatistics')],
      sure: 'certain',
      enforcedBy: ['local-account/metric-statistics.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/metric-statistics.test.ts',
          title: 'has no percentile of statistic sets whose values are unknown, nor of negative values',
        },
      ],
    },
    {
      id: 'cloudwatch/statistics-have-one-spelling',
      subjects: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics'],
      does: 'CloudWatch refuses what is no statistic. One number follows lowercase letters (p99, tm90), a range uppercase ones (TM(10%:90%)), and a percentile rank takes values only. GetMetricStatistics takes simple or extended statistics, not both.',
      sources: [
        definitions,
        {
          repository: 'prometheus-community/yet-another-cloudwatch-exporter',
          at: 'issue 385: the words of GetMetricData',
        },
        model('GetMetricStatistics'),
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/statistic-rules.ts'],
      tests: [
        { file: 'local-account/test/gateway/metric-statistics.test.ts', title: 'names what is no statistic' },
        {
          file: 'local-account/test/gateway/metric-statistics.test.ts',
          title: 'gives percentiles beside their period in GetMetricStatistics, and refuses both kinds at once',
        },
      ],
    },
    {
      id: 'cloudwatch/metric-statistics-have-limits',
      subjects: ['cloudwatch:GetMetricStatistics'],
      does: 'One call returns 1,440 data points at most: a day and a minute in periods of a minute is refused.',
      sources: [
        model('GetMetricStatistics'),
        { repository: 'cloud-custodian/cloud-custodian', at: 'issue 7683: the words of the refusal' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/statistic-rules.ts'],
      tests: [
        { file: 'local-account/test/gateway/metric-statistics.test.ts', title: 'refuses more than 1,440 data points' },
      ],
    },
    {
      id: 'cloudwatch/alarms-take-some-extended-statistics',
      subjects: ['cloudwatch:PutMetricAlarm', 'AWS::CloudWatch::Alarm'],
      does: 'An alarm takes percentiles, tm, tc, ts and wm with one number, IQM, a percentile rank of values, and ranges of percentiles from 10 to 90. EvaluateLowSampleCountPercentile is evaluate or ignore.',
      sources: [model('PutMetricAlarm, ExtendedStatistic and EvaluateLowSampleCountPercentile')],
      sure: 'likely',
      enforcedBy: ['local-account/gateway/alarm-rules.ts'],
      tests: [{ file: 'local-account/test/gateway/alarm-rules.test.ts', title: 'is refused for %s' }],
    },
    {
      id: 'cloudwatch/percentile-alarms-may-wait-for-samples',
      subjects: ['cloudwatch:PutMetricAlarm', 'AWS::CloudWatch::Alarm'],
      does: 'An alarm that ignores low sample counts keeps its state while fewer than 10 / (1 - percentile) values were put, or 10 / percentile below the median: 1,000 for p99.',
      sources: [
        {
          page: 'Percentile-based alarms and low data samples',
          url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/alarm-evaluation.ts'],
      tests: [
        {
          file: 'local-account/test/events/alarm-evaluation.test.ts',
          title: 'keeps its state for too few samples, if it is told to ignore them',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::CloudWatch::Alarm',
        'AWS::CloudWatch::Dashboard',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:DeleteAlarms',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:PutMetricData',
        'cloudwatch:GetMetricStatistics',
        'cloudwatch:PutDashboard',
        'cloudwatch:DeleteDashboards',
      ],
      pages: [
        model(
          'PutMetricAlarm, DeleteAlarms, DescribeAlarms, PutMetricData, GetMetricStatistics, PutDashboard, DeleteDashboards',
        ),
        properties('CfnAlarmProps, CfnDashboardProps'),
      ],
      found: [
        'cloudwatch/metric-data-limits',
        'cloudwatch/new-alarms-lack-data',
        'cloudwatch/alarms-look-back-so-far',
        'cloudwatch/extended-statistics-need-values',
        'cloudwatch/statistics-have-one-spelling',
        'cloudwatch/metric-statistics-have-limits',
        'cloudwatch/alarms-take-some-extended-statistics',
        'cloudwatch/percentile-alarms-may-wait-for-samples',
      ],
    },
    {
      subjects: ['cloudwatch:GetMetricData'],
      pages: [model('GetMetricData and MetricStat')],
      found: ['cloudwatch/extended-statistics-need-values', 'cloudwatch/statistics-have-one-spelling'],
    },
    {
      subjects: [
        'cloudwatch:ListMetrics',
        'cloudwatch:DescribeAlarmsForMetric',
        'cloudwatch:ListDashboards',
        'cloudwatch:GetMetricWidgetImage',
        'cloudwatch:SetAlarmState',
        'cloudwatch:DescribeAlarmHistory',
        'cloudwatch:EnableAlarmActions',
        'cloudwatch:DisableAlarmActions',
        'cloudwatch:PutCompositeAlarm',
        'cloudwatch:TagResource',
        'cloudwatch:UntagResource',
        'cloudwatch:ListTagsForResource',
        'cloudwatch:GetDashboard',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
