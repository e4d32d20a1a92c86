import { explain, isInPlace } from '../../lambda/explain-update/explain';

const failed = (reason: string, resource = 'LiveEndpoint') => ({ resource, status: 'UPDATE_FAILED', reason });

describe('why an update was rolled back', () => {
  test.each([
    [
      'a quota',
      "The account-level service limit 'ml.m5.large for endpoint usage' is 2 Instances, with current utilization of 2 Instances (Error Code: ResourceLimitExceeded)",
    ],
    [
      'a lack of instances',
      'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. Please retry using a different ML instance type.',
    ],
    ['throttling', 'Rate exceeded (Service: AmazonSageMaker; Status Code: 400; Error Code: ThrottlingException)'],
  ])('does not blame the model for %s', (_, reason) => {
    expect(explain([failed(reason), failed('Resource update cancelled', 'LiveModel')])).toEqual({
      blameless: true,
      text: `CloudFormation rolled the update back. LiveEndpoint: ${reason}`,
    });
  });

  test.each([
    ['an alarm', [failed('One or more alarms were in ALARM state during the deployment: [ServerErrors]')]],
    ['a container that does not start', [failed('The container did not pass the ping health check')]],
    [
      'a quota and something else',
      [failed('ResourceLimitExceeded'), failed('The container did not pass the ping health check', 'Other')],
    ],
    ['nothing that anybody said', []],
  ])('blames it for %s', (_, events) => {
    expect(explain(events).blameless).toBe(false);
  });
});

test("compares the endpoint's configuration with the stack's", () => {
  const arn = 'arn:aws:sagemaker:eu-central-1:111122223333:endpoint-config/liveendpointconfig-abc';
  expect([
    isInPlace(arn, 'LiveEndpointConfig-ABC'),
    isInPlace('LiveEndpointConfig-ABC', 'LiveEndpointConfig-ABC'),
    isInPlace(arn, 'LiveEndpointConfig-OLD'),
  ]).toEqual([true, true, false]);
});
