import { readFileSync } from 'node:fs';
import { parseTemplate } from '../../assembly/template';
import { parseTemplateText } from '../../assembly/template-text';

describe('the text of a template', () => {
  test('in YAML has short forms for the intrinsic functions', () => {
    const yaml = [
      'A: !Ref Topic',
      'B: !GetAtt Topic.TopicName',
      "C: !Sub '${Topic} of ${Name}'",
      'D: !Sub',
      "  - '${X}'",
      '  - X: !Ref Name',
      "E: !Join ['-', [a, !Ref Name]]",
      'F: !If [HasName, !Ref Name, !Ref AWS::NoValue]',
      'G: !Select [0, !GetAZs ""]',
      'H:',
      '  Fn::Base64: !ImportValue Name',
      'I: !Not [!Condition HasName]',
      'J: !GetAZs',
      '  Ref: AWS::Region',
    ].join('\n');
    expect(parseTemplateText(yaml, 'Stack')).toEqual({
      A: { Ref: 'Topic' },
      B: { 'Fn::GetAtt': 'Topic.TopicName' },
      C: { 'Fn::Sub': '${Topic} of ${Name}' },
      D: { 'Fn::Sub': ['${X}', { X: { Ref: 'Name' } }] },
      E: { 'Fn::Join': ['-', ['a', { Ref: 'Name' }]] },
      F: { 'Fn::If': ['HasName', { Ref: 'Name' }, { Ref: 'AWS::NoValue' }] },
      G: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
      H: { 'Fn::Base64': { 'Fn::ImportValue': 'Name' } },
      I: { 'Fn::Not': [{ Condition: 'HasName' }] },
      J: { 'Fn::GetAZs': { Ref: 'AWS::Region' } },
    });
  });

  test('in YAML keeps the version of a policy as text', () => {
    expect(parseTemplateText('Version: 2012-10-17\nCount: 3\nOn: true', 'Stack')).toEqual({
      Version: '2012-10-17',
      Count: 3,
      On: true,
    });
  });

  test("reads CDK's own bootstrap template", () => {
    const file = require.resolve('aws-cdk/lib/api/bootstrap/bootstrap-template.yaml');
    const { resources, parameters } = parseTemplate(readFileSync(file, 'utf8'), 'CDKToolkit');
    expect(Object.keys(resources)).toContain('ContainerAssetsRepository');
    expect(parameters.Qualifier?.Default).toBe('hnb659fds');
  });

  test.each([
    ['{"Resources": {"A": {}', /^Stack: Template format error: JSON not well-formed\. \(line 1, column \d+\)$/],
    ['Resources:\n  A: [b', /^Stack: Template format error: YAML not well-formed\. \(line 2, column \d+\)$/],
    ['Resources:\n  A: !Unknown b', /^Stack: Template format error: YAML not well-formed\./],
    ['just text', /^Stack: Template format error: a template must be an object$/],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parseTemplate(text, 'Stack')).toThrow(message);
  });
});
