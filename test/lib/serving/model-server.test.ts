import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { parseFilterPattern } from 'local-account/events/filter-pattern';
import { context } from '../../../cdk.json';
import { modelServerSettings } from '../../../lib/serving/model-server';
import { checkPatternConfiguration } from '../../../lib/serving/pattern-configuration';
import { workflow } from '../../../lib/workflow';
import { otherPatterns } from '../../fixtures/serving-patterns';

const serving = (pattern: keyof typeof otherPatterns): Template => {
  const { configuration, problem } = otherPatterns[pattern];
  return Template.fromStack(workflow(new App({ context }), configuration, problem).serving as Stack);
};
const modelWith = (environment: Readonly<Record<string, unknown>>) => ({
  PrimaryContainer: { Environment: Match.objectLike(environment) },
});

describe("the model server of AWS's images", () => {
  test('lets a request take as long as asynchronous inference and transform jobs do', () => {
    const template = serving('asynchronous');
    template.hasResourceProperties('AWS::SageMaker::Model', modelWith({ SAGEMAKER_MODEL_SERVER_TIMEOUT: '3600' }));
    expect(JSON.stringify(template.findResources('AWS::StepFunctions::StateMachine'))).toMatch(
      /InvocationsTimeoutInSeconds\\":3600\},\\"Environment\\":\{\\"SAGEMAKER_MODEL_SERVER_TIMEOUT\\":\\"3600/,
    );
  });

  test('runs one process in a serverless container, and keeps its default in a real-time one', () => {
    serving('serverless').hasResourceProperties(
      'AWS::SageMaker::Model',
      modelWith({ SAGEMAKER_MODEL_SERVER_WORKERS: '1' }),
    );
    expect(modelServerSettings('real-time')).toEqual({});
  });

  test("counts the model server's own errors in the endpoint's log", () => {
    const { configuration, problem } = otherPatterns.asynchronous;
    const filters = Object.values(workflow(new App({ context }), configuration, problem)).flatMap((stack) =>
      Object.values(
        Template.fromStack(stack as Stack).findResources('AWS::Logs::MetricFilter') as Record<
          string,
          { Properties: { FilterPattern: string; MetricTransformations: { MetricName: string }[] } }
        >,
      ),
    );
    const patterns = filters
      .filter(({ Properties }) => Properties.MetricTransformations[0]?.MetricName === 'EndpointErrors')
      .map(({ Properties }) => parseFilterPattern(Properties.FilterPattern));
    const counted = (line: string) => patterns.some((matches) => matches(line));
    expect(counted('[2030-01-01 00:00:00 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:12)')).toBe(true);
    expect(
      counted('[2030-01-01 00:00:00 +0000] [7] [ERROR] Worker (pid:12) was sent SIGKILL! Perhaps out of memory?'),
    ).toBe(true);
    expect(counted('2030-01-01 00:00:00,000 ERROR - inference - Exception on /invocations [POST]')).toBe(true);
    expect(counted('{"level": "ERROR", "event": "request failed"}')).toBe(true);
    expect(counted('[2030-01-01 00:00:00 +0000] [7] [ERROR] Worker (pid:12) was sent SIGTERM!')).toBe(false);
    expect(counted('{"level": "WARN", "event": "request refused"}')).toBe(false);
  });

  test('refuses more asynchronous requests at once than an instance has processes', () => {
    const { configuration } = otherPatterns.asynchronous;
    const with4 = (instanceType: string) => ({
      ...configuration,
      instances: { ...configuration.instances, endpoint: { ...configuration.instances.endpoint, instanceType } },
      serving: {
        ...configuration.serving,
        asynchronous: { ...configuration.serving.asynchronous, maxConcurrentInvocationsPerInstance: 4 },
      },
    });
    expect(() => checkPatternConfiguration('asynchronous', with4('ml.m5.large'))).toThrow(
      /serves 2 requests at once on ml\.m5\.large, .* set 2 or less/,
    );
    expect(() => checkPatternConfiguration('asynchronous', with4('ml.m5.xlarge'))).not.toThrow();
    expect(() => checkPatternConfiguration('real-time', with4('ml.m5.large'))).not.toThrow();
  });

  test('refuses a serverless container without room for the model server', () => {
    const { configuration } = otherPatterns.serverless;
    const small = {
      ...configuration,
      serving: {
        ...configuration.serving,
        serverless: { ...configuration.serving.serverless, memorySizeInMb: 1024 as const },
      },
    };
    expect(() => checkPatternConfiguration('serverless', small)).toThrow(
      /memorySizeInMb is not compatible with the serving pattern "serverless": the model server .* needs about 600 MB/,
    );
    expect(() => checkPatternConfiguration('asynchronous', small)).not.toThrow();
  });
});
