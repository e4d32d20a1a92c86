import { statement, templateOf } from '../../../fixtures/workflow-app';

const template = templateOf('monitoring');

test('each role of the model quality run has exactly its permissions', () => {
  expect(statement(template, 'ModelQualityAnalyzerRole', 'WriteMonitoringResults').Action).toEqual([
    's3:PutObject',
    's3:AbortMultipartUpload',
  ]);
  expect(JSON.stringify(statement(template, 'ModelQualityAnalyzerRole', 'WriteMonitoringResults').Resource)).toContain(
    '/monitoring/*',
  );
  expect(
    statement(template, 'ModelQualityPublisherRole', 'PublishModelQualityMetrics').Condition?.StringEquals?.[
      'cloudwatch:namespace'
    ],
  ).toEqual([
    'aws/sagemaker/Endpoints/model-metrics',
    'aws/sagemaker/Endpoints/bias-metrics',
    'aws/sagemaker/Endpoints/explainability-metrics',
    'MlaBlueprint/Monitoring',
  ]);
  expect(JSON.stringify(statement(template, 'GroundTruthWriterRole', 'WriteGroundTruth').Resource)).toContain(
    '/ground-truth/*',
  );
});

test('the model quality run starts once a day, because outcomes arrive daily', () => {
  const rules = Object.entries(template.findResources('AWS::Events::Rule'));
  const [, rule] = rules.find(([id]) => id.startsWith('ModelQualityDaily')) ?? [];
  expect((rule?.Properties as { ScheduleExpression?: string }).ScheduleExpression).toBe('cron(30 3 * * ? *)');
});

test('a result holds until the next run; missing data notify only when no run succeeds', () => {
  const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).filter(([id]) =>
    id.startsWith('ModelQualityAlarms'),
  );
  const missing = Object.fromEntries(
    alarms.map(([id, { Properties }]) => [
      id.replace(/^ModelQualityAlarms|[0-9A-F]{8}$/g, ''),
      (Properties as { TreatMissingData: string }).TreatMissingData,
    ]),
  );
  expect(missing).toEqual({
    ModelQuality: 'ignore',
    DecisionCost: 'ignore',
    BiasDrift: 'ignore',
    AttributionDrift: 'ignore',
    LabelsMissing: 'notBreaching',
    ModelQualitySilent: 'missing',
  });
});

test('the outcomes of every curated file become ground truth', () => {
  const [, rule] =
    Object.entries(template.findResources('AWS::Events::Rule')).find(([id]) => id.startsWith('GroundTruth')) ?? [];
  expect((rule?.Properties as { EventPattern: unknown }).EventPattern).toMatchObject({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { object: { $or: [{ key: [{ prefix: 'curated/' }] }, { key: [{ wildcard: 'curated/*.csv' }] }] } },
  });
});

test('alarms watch the schedule names under which functions publish, and no other', () => {
  const published = Object.values(template.findResources('AWS::Lambda::Function')).map(
    ({ Properties }) =>
      (Properties as { Environment?: { Variables?: Record<string, unknown> } }).Environment?.Variables?.SCHEDULE_NAME,
  );
  const watched = Object.values(template.findResources('AWS::CloudWatch::Alarm')).flatMap(({ Properties }) =>
    ((Properties as { Dimensions?: { Name: string; Value: unknown }[] }).Dimensions ?? [])
      .filter(({ Name }) => Name === 'MonitoringSchedule')
      .map(({ Value }) => Value),
  );
  const names = (values: unknown[]) =>
    [...new Set(values.filter((value) => value !== undefined).map((value) => JSON.stringify(value)))].sort();
  expect(names(watched)).toHaveLength(2);
  expect(names(published)).toEqual(names(watched));
});
