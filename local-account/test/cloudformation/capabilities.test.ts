import { parseTemplate } from '../../assembly/template';
import { requireCapabilities } from '../../cloudformation/capabilities';

describe('a template with IAM resources', () => {
  const template = (Properties: Record<string, unknown>) =>
    parseTemplate(JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } }), 'Stack');

  test('needs a capability, and the stronger one where it names them', () => {
    expect(() => requireCapabilities(template({}), [])).toThrow('Requires capabilities : [CAPABILITY_IAM]');
    expect(() => requireCapabilities(template({ RoleName: 'mine' }), ['CAPABILITY_IAM'])).toThrow(
      'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    );
    expect(() => requireCapabilities(template({}), ['CAPABILITY_IAM'])).not.toThrow();
    expect(() => requireCapabilities(template({ RoleName: 'mine' }), ['CAPABILITY_NAMED_IAM'])).not.toThrow();
  });
});
