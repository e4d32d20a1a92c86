import { parseFilterPattern } from 'local-account/events/filter-pattern';
import { templateOf } from '../../../fixtures/workflow-app';
import { synthesize } from '../../../gates/synthesis';
import { at, resourcesOf, text } from '../../../gates/template';

const template = templateOf('monitoring');
const filters = Object.entries(template.findResources('AWS::Logs::MetricFilter'))
  .filter(([id]) => id.startsWith('EndpointAlarms'))
  .map(
    ([, { Properties }]) => Properties as { FilterPattern: string; MetricTransformations: { MetricValue: string }[] },
  );

/** What the filters publish for an event of the audit trail. */
function published(event: object): string[] {
  return filters
    .filter(({ FilterPattern }) => parseFilterPattern(FilterPattern)(JSON.stringify(event)))
    .map(({ MetricTransformations: [one] }) => one?.MetricValue ?? '');
}

const deletion = {
  eventSource: 'sagemaker.amazonaws.com',
  eventName: 'DeleteEndpoint',
  sourceIPAddress: '198.51.100.7',
  requestParameters: { endpointName: 'mla-blueprint-flight-disruption' },
};
const byCloudFormation = { sourceIPAddress: 'cloudformation.amazonaws.com' };

describe('the alarm on a deleted endpoint', () => {
  test.each<[string, object, string[]]>([
    ['counts a deletion by a person', {}, ['1']],
    ['ignores a deletion by CloudFormation', byCloudFormation, []],
    ['ignores a denied deletion', { errorCode: 'AccessDeniedException' }, []],
    ['ignores another endpoint', { requestParameters: { endpointName: 'other' } }, []],
    ['publishes zero for a creation by a person', { eventName: 'CreateEndpoint' }, ['0']],
    ['publishes zero for a creation by CloudFormation', { eventName: 'CreateEndpoint', ...byCloudFormation }, ['0']],
    ['publishes nothing for an update', { eventName: 'UpdateEndpoint', ...byCloudFormation }, []],
  ])('%s', (_name, change, expected) => {
    expect(published({ ...deletion, ...change })).toEqual(expected);
  });

  test('keeps its state until the endpoint is created again', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'EndpointDeleted',
      Statistic: 'Minimum',
      Threshold: 1,
      TreatMissingData: 'ignore',
    });
  });

  test.each<['serverless' | 'asynchronous' | 'batch', number]>([
    ['serverless', 1],
    ['asynchronous', 1],
    ['batch', 0],
  ])('the pattern %s has %s of it', (pattern, count) => {
    const alarms = resourcesOf(synthesize(pattern).templates, 'AWS::CloudWatch::Alarm');
    expect(alarms.filter(({ properties }) => text(at(properties, 'MetricName')) === 'EndpointDeleted')).toHaveLength(
      count,
    );
  });
});
