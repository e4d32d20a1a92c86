import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';

import { context } from '../../../cdk.json';
import { sandbox } from '../../../lib/config';
import { biasAnalysisConfig } from '../../../lib/monitoring/aws-model-monitor/bias-analysis-config';
import { vcpusOf } from '../../../lib/monitoring/metrics/metrics';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { workflow } from '../../../lib/workflow';
import { statement, statementsOf, templateOf } from '../../fixtures/workflow-app';

const template = templateOf('monitoring');
const alarm = (properties: object) => template.hasResourceProperties('AWS::CloudWatch::Alarm', properties);

describe('the alarms', () => {
  test('drift: one violated constraint in an hour', () => {
    alarm({
      Namespace: 'MlaBlueprint/Monitoring',
      MetricName: 'ConstraintViolations',
      Threshold: 1,
      Period: 3600,
      TreatMissingData: 'notBreaching',
    });
  });

  test('MonitorSilent notifies when no analysis succeeds for three hours', () => {
    alarm({
      MetricName: 'ExecutionsSucceeded',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 3,
      TreatMissingData: 'missing',
      InsufficientDataActions: [Match.anyValue()],
    });
  });

  test('the threshold of CPU counts 100 % for each vCPU', () => {
    expect([vcpusOf('ml.m5.large'), vcpusOf('ml.m5.xlarge'), vcpusOf('ml.c5.4xlarge')]).toEqual([2, 4, 16]);
    expect(() => vcpusOf('large')).toThrow(/vCPUs is unknown/);
    alarm({ Namespace: '/aws/sagemaker/Endpoints', MetricName: 'CPUUtilization', Threshold: 160 });
  });

  test.each([
    ['AWS/Sagemaker/ModelBuildingPipeline', 'ExecutionFailed'],
    ['AWS/States', 'ExecutionsFailed'],
    ['AWS/States', 'ExecutionsTimedOut'],
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible'],
    ['MlaBlueprint/Ingest', 'ObjectsQuarantined'],
    ['MlaBlueprint/Ingest', 'RowsQuarantined'],
  ])('%s %s', (Namespace, MetricName) => alarm({ Namespace, MetricName, Threshold: 1 }));

  test('each has a description and notifies the topic', () => {
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.anyValue(),
      AlarmActions: [Match.anyValue()],
    });
  });
});

describe('the drift analysis', () => {
  test('runs on the configured schedule', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: sandbox.monitoring.schedule,
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue(), RetryPolicy: Match.anyValue() })],
    });
  });

  test("may run isolated jobs only, as the analyzer's role only", () => {
    expect(statement(template, 'DriftAnalysisStateMachine', 'RunIsolatedAnalysisJob').Condition).toEqual({
      Bool: { 'sagemaker:NetworkIsolation': 'true' },
    });
    expect(statement(template, 'DriftAnalysisStateMachine', 'PassJobRole').Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    });
  });

  test('writes results and no captures, and publishes metrics only outside the job', () => {
    expect(JSON.stringify(statement(template, 'DriftAnalysisAnalyzer', 'WriteMonitoringResults').Resource)).toContain(
      '/monitoring/*',
    );
    const metrics = statementsOf(template, 'DriftAnalysisAnalyzer').filter(({ Action }) =>
      [Action].flat().includes('cloudwatch:PutMetricData'),
    );
    // SageMaker's own metrics of the instances, and no results of the analysis.
    expect(metrics.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/ProcessingJobs' } },
    ]);
    expect(statement(template, 'DriftAnalysisPublisher', 'PublishDriftMetrics').Condition).toEqual({
      StringEquals: { 'cloudwatch:namespace': ['MlaBlueprint/Monitoring'] },
    });
  });

  test('publishes and shows a metric for each feature only where the configuration asks for it', () => {
    const watched = flightDisruption.features.length - Object.keys(flightDisruption.monitoring.seasonal).length;
    const body = (one: Template) => JSON.stringify(one.findResources('AWS::CloudWatch::Dashboard'));
    expect([...body(template).matchAll(/feature_baseline_drift_/g)]).toHaveLength(0);
    expect(body(template)).toContain('LargestFeatureDistance');
    const configuration = { ...sandbox, monitoring: { ...sandbox.monitoring, featureMetrics: true } };
    const { monitoring } = workflow(new App({ context }), configuration, flightDisruption);
    const asked = Template.fromStack(monitoring);
    expect([...body(asked).matchAll(/feature_baseline_drift_/g)]).toHaveLength(watched);
    expect(statement(asked, 'DriftAnalysisPublisher', 'PublishDriftMetrics').Condition).toEqual({
      StringEquals: { 'cloudwatch:namespace': ['aws/sagemaker/Endpoints/data-metrics', 'MlaBlueprint/Monitoring'] },
    });
  });
});

describe('retraining', () => {
  test.each(['AlarmsDrift', 'ModelQualityAlarmsModelQuality'])(
    'is triggered when %s goes into ALARM, not when it returns to OK',
    (alarm) => {
      template.hasResourceProperties('AWS::Events::Rule', {
        EventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [{ 'Fn::GetAtt': [Match.stringLikeRegexp(`^${alarm}[0-9A-F]{8}$`), 'Arn'] }],
          detail: { state: { value: ['ALARM'] } },
        },
        Targets: [
          Match.objectLike({
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AutomaticRetrainingStartRetraining'), 'Arn'] },
          }),
        ],
      });
    },
  );

  test('knows the quality alarm by its name', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          QUALITY_ALARM: { Ref: Match.stringLikeRegexp('^ModelQualityAlarmsModelQuality[0-9A-F]{8}$') },
        }),
      },
    });
  });

  test('knows which columns are predictions', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ OUTPUT_COLUMNS: 'probability,decision', RULES: Match.anyValue() }) },
    });
  });

  test('checks once a day for new labels and for an old model', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 day)',
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AutomaticRetrainingStartRetraining'), 'Arn'] },
        }),
      ],
    });
  });

  test('has a cool-down, and keeps events that failed', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          RULES: Match.serializedJson(Match.objectLike({ cooldownHours: 24, maximumPerWeek: 3, heldBackMonths: 2 })),
        }),
      },
      DeadLetterConfig: { TargetArn: Match.anyValue() },
    });
  });

  test('cannot approve or release what it trained', () => {
    const actions = statementsOf(template, 'AutomaticRetraining').flatMap(({ Action }) => Action);
    expect(
      actions.filter((action) => /UpdateModelPackage|PutParameter|UpdateStack|UpdateEndpoint/.test(action)),
    ).toEqual([]);
  });
});

test('the budget notifies the topic at 50, 80 and 100 % of the amount', () => {
  template.hasResourceProperties('AWS::Budgets::Budget', {
    Budget: Match.objectLike({ BudgetLimit: { Amount: 50, Unit: 'USD' } }),
    NotificationsWithSubscribers: [50, 80, 100, 100].map((Threshold) =>
      Match.objectLike({ Notification: Match.objectLike({ Threshold }) }),
    ),
  });
});

test('the budget is left out where CloudFormation does not know it', () => {
  const [budget] = Object.values(template.findResources('AWS::Budgets::Budget'));
  const condition = JSON.stringify(template.findConditions(String((budget as { Condition?: string }).Condition)));
  for (const region of ['eu-north-1', 'ap-southeast-4']) expect(condition).toContain(region);
  expect(condition).not.toContain('eu-central-1');
  expect(condition).toContain('Fn::Not');
});

describe("with AWS's own Model Monitor", () => {
  const configuration = { ...sandbox, monitoring: { ...sandbox.monitoring, modelMonitor: true } };
  const stacks = workflow(new App({ context }), configuration, flightDisruption);
  const serving = Template.fromStack(stacks.serving);
  const monitoring = Template.fromStack(stacks.monitoring);

  test('job definition and schedule replace our analysis, in the stack and with the condition of the endpoint', () => {
    for (const kind of ['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability']) {
      serving.hasResource(`AWS::SageMaker::${kind}JobDefinition`, {
        Condition: 'HasApprovedModel',
        DependsOn: Match.anyValue(),
      });
      serving.hasResource('AWS::SageMaker::MonitoringSchedule', {
        Condition: 'HasApprovedModel',
        Properties: { MonitoringScheduleConfig: { MonitoringType: kind } },
      });
    }
    const machines = Object.values(monitoring.findResources('AWS::StepFunctions::StateMachine')).map(
      ({ Properties }) => (Properties as { StateMachineName: string }).StateMachineName,
    );
    // The model quality monitor stays: Model Monitor does not measure the cost of decisions.
    expect(machines).toEqual(['mla-blueprint-model-quality']);
  });

  test.each(['DataQuality', 'ModelQuality', 'ModelBias'])(
    '%s is isolated, encrypted between hosts, and has no fixed name that would prevent its replacement',
    (kind) => {
      serving.hasResourceProperties(`AWS::SageMaker::${kind}JobDefinition`, {
        NetworkConfig: Match.objectLike({
          EnableNetworkIsolation: true,
          EnableInterContainerTrafficEncryption: true,
          VpcConfig: Match.anyValue(),
        }),
        JobResources: { ClusterConfig: Match.objectLike({ VolumeKmsKeyId: Match.anyValue() }) },
        [`${kind}JobOutputConfig`]: Match.objectLike({ KmsKeyId: Match.anyValue() }),
        JobDefinitionName: Match.absent(),
      });
    },
  );

  test.each(['ModelQuality', 'ModelBias'])(
    '%s merges a week of captures with the ground truth, and uses the threshold at which both errors cost the same',
    (kind) => {
      const { missed, falseAlarm } = flightDisruption.costs;
      serving.hasResourceProperties(`AWS::SageMaker::${kind}JobDefinition`, {
        [`${kind}JobInput`]: {
          EndpointInput: Match.objectLike({
            ProbabilityAttribute: '0',
            ProbabilityThresholdAttribute: Match.exact(
              Number((falseAlarm.amount / (falseAlarm.amount + missed.amount)).toFixed(4)),
            ),
            StartTimeOffset: '-P7D',
            EndTimeOffset: '-P0D',
          }),
          GroundTruthS3Input: { S3Uri: Match.anyValue() },
        },
      });
    },
  );

  test('each outcome monitor publishes in its own namespace, and reads the merged captures', () => {
    for (const [role, namespace] of [
      ['OutcomeMonitorsQuality', 'model-metrics'],
      ['OutcomeMonitorsBias', 'bias-metrics'],
    ] as const) {
      const name = `aws/sagemaker/Endpoints/${namespace}`;
      expect(statement(serving, role, 'PublishMetrics').Condition).toEqual({
        StringEquals: { 'cloudwatch:namespace': [name, `/${name}`] },
      });
      expect(JSON.stringify(statement(serving, role, 'ReadCapturesBaselineAndCode').Resource)).toContain(
        '/monitoring/merge/*',
      );
    }
  });

  test('only the explainability job has a network, to create, call and delete a shadow endpoint of the live model', () => {
    serving.hasResourceProperties('AWS::SageMaker::ModelExplainabilityJobDefinition', {
      NetworkConfig: { EnableNetworkIsolation: false, EnableInterContainerTrafficEncryption: true },
    });
    const resources = (sid: string) =>
      JSON.stringify(statement(serving, 'ExplainabilityMonitorAnalyzer', sid).Resource);
    expect(resources('DescribeLiveModel')).toContain('model/*livemodel*');
    for (const name of ['endpoint/sm-clarify-*', 'endpoint-config/sm-clarify-config*'])
      expect(resources('CreateAndDeleteShadowEndpoint')).toContain(name);
    expect(resources('InvokeShadowEndpoint')).not.toContain('endpoint-config');
  });

  test('Clarify explains the live model, whose name each release writes into the configuration', () => {
    const [config] = Object.values(serving.findResources('Custom::AnalysisConfig'));
    expect(config).toMatchObject({
      Condition: 'HasApprovedModel',
      Properties: { Target: { Key: 'baselines/live/explainability/analysis_config.json' } },
    });
    expect(JSON.stringify(config)).toContain('"Fn::GetAtt":["LiveModel","ModelName"]');
    expect(statement(Template.fromStack(stacks.release), 'ServingDeployment', 'InvokeConfigFunction').Action).toBe(
      'lambda:InvokeFunction',
    );
  });

  test('Clarify compares the same facet as our own model quality monitor, and knows each column of the contract', () => {
    const { facet } = flightDisruption.monitoring;
    expect(biasAnalysisConfig(flightDisruption)).toEqual({
      headers: [...flightDisruption.features.map(({ name }) => name), flightDisruption.target.name],
      label: flightDisruption.target.name,
      label_values_or_threshold: [1],
      facet: [{ name_or_index: facet.column, value_or_threshold: facet.values }],
      group_variable: facet.group,
    });
  });

  test('still publishes the number of violations, which the drift alarm and the retraining need', () => {
    monitoring.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ 'detail-type': ['SageMaker Processing Job State Change'] }),
    });
    monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ConstraintViolations' });
  });

  test("reads the live model's baseline, which the release copies", () => {
    const release = Template.fromStack(stacks.release);
    const machine = JSON.stringify(release.findResources('AWS::StepFunctions::StateMachine'));
    expect(machine).toContain('KeepBaseline');
    expect(JSON.stringify(templateOf('release').findResources('AWS::StepFunctions::StateMachine'))).not.toContain(
      'KeepBaseline',
    );
  });
});

test('no cost anomaly monitor is deployed by default: most sandboxes are member accounts', () => {
  template.resourceCountIs('AWS::CE::AnomalyMonitor', 0);
});

test('a cost anomaly monitor watches the costs with our tag, and notifies at once', () => {
  const stacks = workflow(new App({ context }), { ...sandbox, costAnomaly: { minimumUsd: 5 } }, flightDisruption);
  const watched = Template.fromStack(stacks.monitoring);
  watched.hasResourceProperties('AWS::CE::AnomalyMonitor', {
    MonitorType: 'CUSTOM',
    MonitorSpecification: JSON.stringify({
      Tags: { Key: 'costCenter', Values: ['sandbox'], MatchOptions: ['EQUALS'] },
    }),
  });
  watched.hasResourceProperties('AWS::CE::AnomalySubscription', {
    Frequency: 'IMMEDIATE',
    Subscribers: [Match.objectLike({ Type: 'SNS' })],
  });
});

describe('the dashboard', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = (dashboard?.Properties as { DashboardBody: { 'Fn::Join': [string, unknown[]] } }).DashboardBody[
    'Fn::Join'
  ][1]
    .map((part) => (typeof part === 'string' ? part : 'ARN'))
    .join('');
  const widgets = (
    JSON.parse(body) as {
      widgets: {
        type: string;
        y: number;
        properties: { title: string; alarms?: string[]; states?: string[]; sortBy?: string };
      }[];
    }
  ).widgets;
  const status = widgets.filter(({ type }) => type === 'alarm');

  test('begins with the alarms of all stacks that are in ALARM, the newest first', () => {
    const first = status[0];
    const all = ['serving', 'release', 'monitoring'].flatMap((name) =>
      Object.keys(templateOf(name as 'serving').findResources('AWS::CloudWatch::Alarm')),
    );
    expect(first).toMatchObject({
      y: 0,
      properties: { title: 'In ALARM now', states: ['ALARM'], sortBy: 'stateUpdatedTimestamp' },
    });
    expect(first?.properties.alarms).toHaveLength(all.length);
  });

  test('then shows each of the eight targets, and the workflow itself', () => {
    expect(status.slice(1).map(({ properties }) => properties.title)).toEqual([
      'Endpoint',
      'Infrastructure',
      'Logs',
      'Input data',
      'Model output',
      'Business',
      'Security',
      'Cost',
      'Workflow',
    ]);
    expect(status.slice(1).reduce((sum, { properties }) => sum + (properties.alarms?.length ?? 0), 0)).toBe(
      status[0]?.properties.alarms?.length,
    );
  });
});
