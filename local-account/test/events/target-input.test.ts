import { targetInput } from '../../events/target-input';

const event = {
  id: 'e-1',
  time: '2030-01-15T12:00:00Z',
  detail: { instance: 'i-0123', state: 'RUNNING', count: 3, note: 'said "no"', tags: ['a', 'b'] },
};
const paths = {
  instance: '$.detail.instance',
  state: '$.detail.state',
  count: '$.detail.count',
  note: '$.detail.note',
  tags: '$.detail.tags',
  second: '$.detail.tags[1]',
};
const transformed = (InputTemplate: string) =>
  targetInput({ InputTransformer: { InputPathsMap: paths, InputTemplate } }, event);

describe('the input of a target', () => {
  test('is the event itself when nothing is said', () => {
    expect(JSON.parse(targetInput({}, event))).toEqual(event);
  });

  test('is the constant of the rule', () => {
    expect(targetInput({ Input: '{"a": 1}' }, event)).toBe('{"a": 1}');
  });

  test.each([
    ['$.detail.count', '3'],
    ['$.detail.tags', '["a","b"]'],
    ['$.detail.state', '"RUNNING"'],
    ['$.detail.missing', 'null'],
  ])('is the part of the event at %s', (InputPath, expected) => {
    expect(targetInput({ InputPath }, event)).toBe(expected);
  });

  test.each([
    ['a sentence', '<instance> is in state <state>', 'i-0123 is in state RUNNING'],
    ['a JSON text', '"<instance> is in state <state>"', '"i-0123 is in state RUNNING"'],
    ['unquoted text in an object', '{"instance": <instance>}', '{"instance": "i-0123"}'],
    ['quoted text in an object', '{"instance": "<instance>"}', '{"instance": "i-0123"}'],
    ['text within text of an object', '{"all": "<instance>: <state>"}', '{"all": "i-0123: RUNNING"}'],
    ['text beside an escaped quote', '{"all": "state \\"<state>\\""}', '{"all": "state \\"RUNNING\\""}'],
    ['text that needs escapes', '{"note": "<note>!"}', '{"note": "said \\"no\\"!"}'],
    ['a number', '{"count": <count>, "text": "<count>"}', '{"count": 3, "text": "3"}'],
    ['a list', '{"tags": <tags>}', '{"tags": ["a","b"]}'],
    ['an element', '{"tag": <second>}', '{"tag": "b"}'],
    ['a name that is not in the map', '{"x": "<other>"}', '{"x": "<other>"}'],
  ])('is made from a template: %s', (_name, template, expected) => {
    expect(transformed(template)).toBe(expected);
  });

  test('may hold the whole event', () => {
    expect(JSON.parse(transformed('{"original": <aws.events.event.json>}'))).toEqual({ original: event });
  });
});
