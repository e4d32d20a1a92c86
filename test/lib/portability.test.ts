import { templateOf } from '../fixtures/workflow-app';

test.each(['foundation', 'lake', 'training', 'serving', 'release', 'monitoring'] as const)(
  'the %s stack names no region, account or zone, apart from the registries of images and the regions without budgets',
  (stack) => {
    const {
      Mappings: _registries,
      Conditions: _budgets,
      ...rest
    } = templateOf(stack).toJSON() as Record<string, unknown>;
    expect(JSON.stringify(rest)).not.toMatch(/\b(us|eu|ap|sa|ca|me|af)-(north|south|east|west|central)[a-z]*-\d\b/);
    expect(JSON.stringify(rest)).not.toMatch(/\b\d{12}\b(?!-)/);
  },
);

// AWS: cloudformation/ssm-parameters-read-as-caller
test.each(['foundation', 'lake', 'training', 'serving', 'release', 'monitoring'] as const)(
  "the %s stack lets CloudFormation read no SSM parameter but the bootstrap's version",
  (stack) => {
    const { Parameters = {} } = templateOf(stack).toJSON() as { Parameters?: Record<string, { Type: string }> };
    const read = Object.entries(Parameters).filter(([, { Type }]) => Type.startsWith('AWS::SSM::Parameter::Value'));
    expect(read.map(([name]) => name).filter((name) => name !== 'BootstrapVersion')).toEqual([]);
    expect(JSON.stringify(templateOf(stack).toJSON())).not.toContain('{{resolve:ssm');
  },
);
