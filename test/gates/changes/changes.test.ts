import type { Templates, Value } from '../template';
import { apply, type Change, type Edit, put, valueAt } from './change';
import { decode, encode } from './embedded-json';
import { equivalent } from './equivalent';
import { placesOf } from './places';
import { allOf, choicesOf, draw } from './sample';

const machine: Value = {
  'Fn::Join': ['', ['{"StartAt":"A","States":{"A":{"Resource":"', { Ref: 'Function' }, '","End":true}}}']],
};

const templates: Templates = {
  Serving: {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Statement: [
                  { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::b/*' },
                ],
              },
            },
          ],
        },
      },
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: machine } },
      Alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { AlarmDescription: 'words', Threshold: 5, AlarmActions: [{ Ref: 'Topic' }] },
      },
    },
  },
};

const statement = ['Resources', 'Role', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', 0];

function change(...edits: Edit[]): Change {
  return { operator: 'drop', rule: 'test', configuration: 'default', stack: 'Serving', type: '', id: 'Role', edits };
}

function isEquivalent(one: Change): boolean {
  return equivalent(one, templates, apply(one, templates));
}

const choices = choicesOf(placesOf([{ configuration: 'default', templates }]));
const all = allOf(choices);

test('a change inside a state machine keeps the references of its text', () => {
  const path = ['Resources', 'Machine', 'Properties', 'DefinitionString', '(json)', 'States', 'A', 'End'];
  const changed = apply(change({ path, after: false }), templates);
  const text = changed.Serving.Resources.Machine.Properties?.DefinitionString as Value;
  expect(JSON.stringify(text)).toBe(JSON.stringify(machine).replace('true', 'false'));
  expect(encode(decode(machine) as NonNullable<ReturnType<typeof decode>>)).toEqual(machine);
});

test('a change leaves the original as it was', () => {
  const before = JSON.stringify(templates);
  for (const one of all) apply(one, templates);
  expect(JSON.stringify(templates)).toBe(before);
});

test('every operator finds places, and every change changes something', () => {
  expect([...choices.keys()].sort()).toEqual(
    ['drop', 'duplicate with less', 'mute', 'redirect', 'rename', 'reorder', 'thousandfold', 'weaken', 'widen'].filter(
      (name) => name !== 'redirect',
    ),
  );
  const idle = all.filter((one) => JSON.stringify(apply(one, templates)) === JSON.stringify(templates));
  expect(idle.map(({ rule, edits }) => `${rule} ${edits[0].path.join('.')}`)).toEqual([]);
});

test('the same seed draws the same changes, each once', () => {
  const first = [...draw(choices, 7)];
  expect(first).toEqual([...draw(choices, 7)]);
  expect(new Set(first).size).toBe(all.length);
  expect(first.slice(0, 20)).not.toEqual([...draw(choices, 8)].slice(0, 20));
});

test('IAM reads neither the order nor the letter case of actions; words for people change nothing', () => {
  const actions = [...statement, 'Action'];
  expect(isEquivalent(change({ path: actions, after: ['s3:PutObject', 's3:GetObject'] }))).toBe(true);
  expect(isEquivalent(change({ path: [...actions, 0], after: 'S3:getobject' }))).toBe(true);
  expect(isEquivalent(change({ path: [...statement, 'Sid'], after: 'Other' }))).toBe(true);
  const description = ['Resources', 'Alarm', 'Properties', 'AlarmDescription'];
  expect(isEquivalent(change({ path: description, after: 'other' }))).toBe(true);
});

test('another action, condition or threshold is a change', () => {
  expect(isEquivalent(change({ path: [...statement, 'Action', 0], after: 's3:*' }))).toBe(false);
  expect(isEquivalent(change({ path: [...statement, 'Condition'], after: { Null: { a: 'true' } } }))).toBe(false);
  expect(isEquivalent(change({ path: ['Resources', 'Alarm', 'Properties', 'Threshold'], after: 6 }))).toBe(false);
});

test('put and valueAt agree', () => {
  const template = templates.Serving as unknown as Value;
  for (const { edits } of all)
    for (const { path, after } of edits.filter((one) => one.after !== undefined))
      expect(valueAt(put(template, path, after), path)).toEqual(after);
});
