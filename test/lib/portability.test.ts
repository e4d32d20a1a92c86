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
