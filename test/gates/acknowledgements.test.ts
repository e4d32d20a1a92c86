import { checkAcknowledgements } from './acknowledgements';

const finding = { id: 'AwsSolutions::AwsSolutions-S1', path: 'Stack/Bucket/Resource', description: 'logs no access' };
const acknowledgement = { id: finding.id, path: 'Stack/Bucket', reason: 'EV-001: because' };
const today = '2026-11-23';

const problems = (findings: (typeof finding)[], acknowledgements: (typeof acknowledgement)[], day = today) =>
  checkAcknowledgements(findings, acknowledgements, day).map(({ problem }) => problem);

test('an acknowledgement with evidence covers its finding', () => {
  expect(problems([finding], [acknowledgement])).toEqual([]);
});

test('the same finding on the construct and in the final template is one', () => {
  expect(problems([finding, { ...finding }], [acknowledgement])).toEqual([]);
});

test('a finding that nobody acknowledged fails', () => {
  expect(problems([finding], [])).toEqual(['logs no access']);
});

test('an acknowledgement elsewhere does not count', () => {
  expect(problems([finding], [{ ...acknowledgement, path: 'Stack/Buck' }])).toContain('logs no access');
});

test('an acknowledgement of nothing fails', () => {
  expect(problems([], [acknowledgement])).toEqual([expect.stringContaining('not there')]);
});

test('one for two findings fails: a stack cannot be silenced', () => {
  const other = { ...finding, path: 'Stack/Other/Resource' };
  expect(problems([finding, other], [{ ...acknowledgement, path: 'Stack' }])).toEqual([
    expect.stringContaining('acknowledges 2 findings'),
  ]);
});

test('one without its pack as prefix fails', () => {
  expect(problems([{ ...finding, id: 'AwsSolutions-S1' }], [{ ...acknowledgement, id: 'AwsSolutions-S1' }])).toEqual([
    expect.stringContaining('prefix'),
  ]);
});

test.each([
  ['without evidence', 'because', 'does not begin with an evidence id'],
  ['with evidence that is not there', 'EV-999: because', 'EV-999 is not in'],
  ['with nothing behind the id', 'EV-001: ', 'does not begin with an evidence id'],
])('one %s fails', (_, reason, problem) => {
  expect(problems([finding], [{ ...acknowledgement, reason }])).toEqual([expect.stringContaining(problem)]);
});

test('one whose evidence is due for review fails', () => {
  expect(problems([finding], [acknowledgement], '2099-01-01')).toEqual([
    expect.stringContaining('was to be looked at again'),
  ]);
});
