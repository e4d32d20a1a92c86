import { Match } from 'aws-cdk-lib/assertions';

import { sandbox } from '../../../lib/config';
import { statement, statementsOf, templateOf } from '../../fixtures/workflow-app';

const template = templateOf('serving');
const target = Match.objectLike({
  Arn: Match.anyValue(),
  RoleArn: Match.anyValue(),
  DeadLetterConfig: { Arn: Match.anyValue() },
  RetryPolicy: Match.anyValue(),
});

describe('batch scoring begins', () => {
  test('when an object arrives under batch/input/ of the artifacts bucket', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [Match.anyValue()] }, object: Match.objectLike({ $or: Match.anyValue() }) },
      },
      Targets: [target],
    });
  });

  test('at the configured time for what waits under the configured prefix', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: sandbox.batch.schedule.expression,
      State: 'ENABLED',
      Targets: [target],
    });
    const { Condition } = statement(template, 'BatchScoringStageInputRole', 'ListInput');
    expect(Condition).toEqual({
      StringLike: { 's3:prefix': ['batch/input/*', `${sandbox.batch.schedule.prefix}/*`, 'batch/manifest/*'] },
    });
  });

  test.each(['BatchScoringArrivedRole', 'BatchScoringNightlyRole'])(
    'by a rule whose role may do nothing else: %s',
    (role) => {
      expect(statementsOf(template, role)).toEqual([
        {
          Sid: 'StartStateMachine',
          Effect: 'Allow',
          Action: 'states:StartExecution',
          Resource: expect.anything() as unknown,
        },
      ]);
    },
  );
});

test('requests at once times their size stay within what SageMaker allows', () => {
  expect(sandbox.batch.maxConcurrentTransforms * sandbox.batch.maxPayloadInMb).toBeLessThanOrEqual(100);
});
