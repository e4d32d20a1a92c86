import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';

import { context } from '../../../cdk.json';
import { sandbox, type WorkflowConfiguration } from '../../../lib/config';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { workflow } from '../../../lib/workflow';
import { otherPatterns } from '../../fixtures/serving-patterns';

type Pattern = keyof typeof otherPatterns;
type Name = keyof ReturnType<typeof workflow>;

const made = new Map<Pattern, ReturnType<typeof workflow>>();
function template(pattern: Pattern, stack: Name): Template {
  const { configuration, problem } = otherPatterns[pattern];
  if (!made.has(pattern)) made.set(pattern, workflow(new App({ context }), configuration, problem));
  return Template.fromStack(made.get(pattern)?.[stack] as Stack);
}
const count = (pattern: Pattern, stack: Name, type: string) =>
  Object.keys(template(pattern, stack).findResources(type)).length;
const text = (pattern: Pattern, stack: Name, type: string) =>
  JSON.stringify(template(pattern, stack).findResources(type));

describe('a serverless endpoint', () => {
  test('has memory and a cap instead of instances, and neither capture nor guardrails', () => {
    template('serverless', 'serving').hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      ProductionVariants: [
        {
          ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 },
          InstanceType: Match.absent(),
          InitialInstanceCount: Match.absent(),
        },
      ],
      DataCaptureConfig: Match.absent(),
    });
    template('serverless', 'serving').hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: Match.absent(),
    });
    expect(count('serverless', 'serving', 'AWS::ApplicationAutoScaling::ScalableTarget')).toBe(0);
  });

  test('runs a model without a network of its own, and batch the same package isolated', () => {
    const models = template('serverless', 'serving').findResources('AWS::SageMaker::Model') as Record<
      string,
      { Properties: Record<string, unknown> }
    >;
    expect(Object.keys(models).sort()).toEqual(['LiveModelForBatch', 'LiveModelServerless']);
    expect(models.LiveModelServerless?.Properties).not.toHaveProperty('VpcConfig');
    expect(models.LiveModelServerless?.Properties).not.toHaveProperty('EnableNetworkIsolation');
    expect(models.LiveModelForBatch?.Properties).toMatchObject({
      EnableNetworkIsolation: true,
      PrimaryContainer: { ModelPackageName: { Ref: 'ApprovedModelPackage' } },
    });
  });

  test('is released by its smoke test alone, without permissions to scale or to count a canary', () => {
    expect(text('serverless', 'release', 'AWS::StepFunctions::StateMachine')).not.toMatch(
      /EvaluateRelease|SendTraffic/,
    );
    expect(text('serverless', 'release', 'AWS::StepFunctions::StateMachine')).toMatch(
      /CheckPredictions.*RollBackParameter/,
    );
    expect(text('serverless', 'release', 'AWS::IAM::Role')).not.toMatch(
      /application-autoscaling|ReadInvocationMetrics/,
    );
  });

  test('is watched for cold starts and for its cap', () => {
    const { monitoring } = { monitoring: template('serverless', 'monitoring') };
    monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ModelSetupTime', Threshold: 20_000_000 });
    monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SageMaker',
      MetricName: 'ServerlessConcurrentExecutionsUtilization',
      Threshold: 1,
    });
  });
});

describe('an asynchronous endpoint', () => {
  test('writes predictions to S3 and notifies topics, encrypted, and scales from no instance to the configured most', () => {
    template('asynchronous', 'serving').hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      AsyncInferenceConfig: {
        ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 },
        OutputConfig: {
          KmsKeyId: Match.anyValue(),
          S3OutputPath: Match.anyValue(),
          S3FailurePath: Match.anyValue(),
          NotificationConfig: { SuccessTopic: Match.anyValue(), ErrorTopic: Match.anyValue() },
        },
      },
      DataCaptureConfig: Match.absent(),
    });
    template('asynchronous', 'serving').hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 0,
      MaxCapacity: 2,
      RoleARN: Match.absent(),
    });
    template('asynchronous', 'serving').resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
  });

  test('scales from no instance by an alarm that the release may create, and no other', () => {
    template('asynchronous', 'serving').hasResource('AWS::CloudWatch::Alarm', {
      Condition: 'HasApprovedModel',
      Properties: {
        AlarmName: 'mla-blueprint-flight-disruption-asynchronous-backlog-without-capacity',
        MetricName: 'HasBacklogWithoutCapacity',
        AlarmActions: [{ Ref: Match.anyValue() }],
      },
    });
    expect(text('asynchronous', 'release', 'AWS::IAM::Role')).toMatch(
      /alarm:mla-blueprint-flight-disruption-asynchronous-backlog-without-capacity"/,
    );
  });

  test('takes all requests over at once, watched by its alarms', () => {
    template('asynchronous', 'serving').hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: {
        BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE' }, TerminationWaitInSeconds: 600 },
        AutoRollbackConfiguration: { Alarms: [Match.anyValue(), Match.anyValue(), Match.anyValue()] },
      },
    });
  });

  test('is asked by the smoke test as callers ask it', () => {
    const roles = text('asynchronous', 'release', 'AWS::IAM::Role');
    expect(roles).toContain('"sagemaker:InvokeEndpointAsync"');
    expect(roles).not.toContain('"sagemaker:InvokeEndpoint"');
  });

  test('is watched for requests that wait and for failures', () => {
    template('asynchronous', 'monitoring').hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateAgeOfOldestRequest',
      Threshold: 1_800,
    });
    template('asynchronous', 'monitoring').hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'InvocationFailures',
    });
  });
});

describe('batch alone', () => {
  test('has a model and no endpoint, nor what hangs on one', () => {
    expect(count('batch', 'serving', 'AWS::SageMaker::Model')).toBe(1);
    for (const type of [
      'AWS::SageMaker::EndpointConfig',
      'AWS::SageMaker::Endpoint',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      'AWS::CloudWatch::Alarm',
    ]) {
      expect([type, count('batch', 'serving', type)]).toEqual([type, 0]);
    }
    expect(text('batch', 'release', 'AWS::Lambda::Function')).not.toContain('smoke-test');
    expect(text('batch', 'release', 'AWS::IAM::Role')).not.toMatch(/sagemaker:\w*Endpoint|autoscaling/);
  });

  test("finds the live model by the stack's output, which is there with an approved model only", () => {
    template('batch', 'serving').hasOutput('BatchModelName', {
      Condition: 'HasApprovedModel',
      Value: { 'Fn::GetAtt': ['LiveModel', 'ModelName'] },
    });
    expect(text('batch', 'serving', 'AWS::StepFunctions::StateMachine')).toContain("@.OutputKey == 'BatchModelName'");
  });
});

test.each(['serverless', 'asynchronous', 'batch'] as const)(
  '%s captures nothing, so drift and outcomes are not watched, and an endpoint without requests costs nothing',
  (pattern) => {
    const ids = Object.keys(template(pattern, 'monitoring').toJSON().Resources as object).join(' ');
    expect(ids).not.toMatch(/DriftAnalysis|ModelQuality|GroundTruth|DriftRaised|IdleEndpoint/);
    expect(ids).toMatch(/ScheduledCheck/);
  },
);

describe('a choice that does not fit the pattern is refused at synthesis', () => {
  const synthesize = (changed: Partial<WorkflowConfiguration>, pattern?: Pattern) => () =>
    pattern === undefined
      ? workflow(new App({ context }), { ...sandbox, ...changed }, flightDisruption)
      : workflow(
          new App({ context }),
          { ...otherPatterns[pattern].configuration, ...changed },
          otherPatterns[pattern].problem,
        );

  test('a pattern that cannot do what the problem requires, with each obstacle and its remedy', () => {
    expect(synthesize({ serving: { ...sandbox.serving, pattern: 'serverless' } })).toThrow(
      /serving.pattern is "serverless".*"flight-disruption" requires.*\n- it has no staged rollout. Remedy: .*\n- a cold start may take longer than 200 ms. Remedy: /,
    );
    expect(synthesize({ serving: { ...sandbox.serving, pattern: 'batch' } })).toThrow(
      /- it predicts in advance, not on request. Remedy: say that predictions may be made in advance/,
    );
  });

  const challenger = { mode: 'share', percent: 10, instances: 1 } as const;
  test.each([
    ['monitoring.modelMonitor', 'asynchronous', { monitoring: { ...sandbox.monitoring, modelMonitor: true } }],
    ['variants.challenger', 'batch', { variants: { ...sandbox.variants, challenger } }],
    ['variants.inferencePipeline', 'serverless', { variants: { ...sandbox.variants, inferencePipeline: true } }],
    [
      'idleEndpoint.removeAfterHours',
      'serverless',
      { idleEndpoint: { ...sandbox.idleEndpoint, removeAfterHours: 48 } },
    ],
  ] as const)('%s with %s', (setting, pattern, changed) => {
    expect(synthesize(changed, pattern)).toThrow(
      new RegExp(`${setting} is not compatible with the serving pattern "${pattern}": .* Remedy: `),
    );
  });

  test('sizes that SageMaker does not take', () => {
    const serverless = { memorySizeInMb: 2048, maxConcurrency: 500 } as const;
    expect(synthesize({ serving: { ...sandbox.serving, serverless } })).toThrow(
      /maxConcurrency is 500; it must be a whole number from 1 to 200/,
    );
  });
});
