import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { context } from '../../../cdk.json';
import { sandbox } from '../../../lib/config';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { workflow } from '../../../lib/workflow';
import { statement, statementsOf, templateOf } from '../../fixtures/workflow-app';

const tracked = Template.fromStack(
  workflow(new App({ context }), { ...sandbox, experiments: { mlflow: true } }, flightDisruption).monitoring,
);
const tracker = 'ExperimentTrackingTracker';

describe('experiments in MLflow', () => {
  test('are opt-in', () => {
    templateOf('monitoring').resourceCountIs('AWS::SageMaker::MlflowApp', 0);
    tracked.resourceCountIs('AWS::SageMaker::MlflowApp', 1);
  });

  test('the app keeps artifacts below its own prefix, and its role reaches nothing else', () => {
    tracked.hasResourceProperties('AWS::SageMaker::MlflowApp', {
      Name: 'mla-blueprint',
      ModelRegistrationMode: 'AutoModelRegistrationDisabled',
    });
    const statements = statementsOf(tracked, 'ExperimentTrackingAppRole');
    expect(statements.map(({ Sid }) => Sid)).toEqual(['ListArtifacts', 'ReadAndWriteArtifacts', 'UseDataKeyThroughS3']);
    expect(JSON.stringify(statements[1]?.Resource)).toContain('/mlflow/*');
    expect(JSON.stringify(statements)).not.toContain('s3:*');
  });

  test('the function may call this app only, and read jobs and logs of this workflow', () => {
    const call = statement(tracked, tracker, 'CallMlflow');
    expect(call.Action).toBe('sagemaker:CallMlflowAppApi');
    expect(JSON.stringify(call.Resource)).toMatch(/Fn::GetAtt.*ExperimentTrackingApp/);
    for (const sid of ['DescribeTrainingJobs', 'DescribeTuningJobs', 'ReadOwnLogs'])
      expect(JSON.stringify(statement(tracked, tracker, sid).Resource)).toMatch(/mla[0-9a-f]{3}-\*/);
  });

  test.each([
    ['SageMaker Training Job State Change', { TrainingJobStatus: ['Completed', 'Failed', 'Stopped'] }],
    [
      'SageMaker HyperParameter Tuning Job State Change',
      { HyperParameterTuningJobStatus: ['Completed', 'Failed', 'Stopped'] },
    ],
    ['SageMaker Model Package State Change', { ModelApprovalStatus: ['PendingManualApproval'] }],
  ])('%s calls it, with dead letters', (type, detail) => {
    const rules = Object.values(tracked.findResources('AWS::Events::Rule')).map(
      ({ Properties }) =>
        Properties as { EventPattern?: Record<string, unknown>; Targets: { DeadLetterConfig?: object }[] },
    );
    const rule = rules.find(
      ({ EventPattern, Targets }) =>
        JSON.stringify(EventPattern?.['detail-type']) === JSON.stringify([type]) &&
        JSON.stringify(Targets).includes(tracker),
    );
    expect(rule?.EventPattern?.detail).toMatchObject(detail);
    expect(rule?.Targets[0]?.DeadLetterConfig).toBeDefined();
  });
});
