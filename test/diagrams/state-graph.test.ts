import { diagram, overview, phaseDiagram } from '../../diagrams/mermaid';
import { type Definition, stateGraph, visitedPhases } from '../../diagrams/state-graph';
import { releasePhases } from '../../lib/release/state-machine/state-names';
import { releaseMachine } from '../fixtures/release-state-machine';

/** Look until it is there; then use it, or fail. */
const definition: Definition = {
  StartAt: 'Look',
  States: {
    Look: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:headObject',
      Next: 'IsThere',
      Catch: [{ Next: 'Note' }],
    },
    IsThere: {
      Type: 'Choice',
      Choices: [{ Variable: '$.found', BooleanEquals: true, Next: 'Use' }],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Look' },
    Use: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Done', Catch: [{ Next: 'Note' }] },
    Note: { Type: 'Pass', Next: 'Failed' },
    Done: { Type: 'Succeed' },
    Failed: { Type: 'Fail' },
  },
};
const phases = { Find: ['Look', 'IsThere', 'Wait'], Use: ['Use', 'Note', 'Done', 'Failed'] };

describe('the graph of a state machine', () => {
  test('finds the main path, which turns no loop and follows no error', () => {
    expect(stateGraph(definition).mainPath).toEqual(['Look', 'IsThere', 'Use', 'Done']);
  });

  test('says which AWS call a task makes, and how long a wait takes', () => {
    const { states } = stateGraph(definition);
    expect(['Look', 'Use', 'Wait', 'IsThere'].map((name) => states.get(name)?.does)).toEqual([
      's3:headObject',
      'lambda:invoke',
      '60 s',
      undefined,
    ]);
  });

  test('counts the states that an execution entered, by phase', () => {
    const visited = visitedPhases(stateGraph(definition, phases), [
      'Look',
      'IsThere',
      'Wait',
      'Look',
      'IsThere',
      'Use',
    ]);
    expect(visited.map(({ phase, states }) => [phase, states.map(({ name, visits }) => `${name} ${visits}`)])).toEqual([
      ['Find', ['Look 2', 'IsThere 2', 'Wait 1']],
      ['Use', ['Use 1', 'Note 0', 'Done 0', 'Failed 0']],
    ]);
  });
});

describe('the diagram', () => {
  test('has a thick main path, conditions, and no arrow to the state that most errors lead to', () => {
    expect(diagram(stateGraph(definition))).toBe(`flowchart TD
  Start((start))
  Start ==> Look
  Look["Look<br/>s3:headObject"]
  IsThere{{"IsThere"}}
  Wait("Wait<br/>60 s")
  Use["Use<br/>lambda:invoke"]
  Note("Note")
  Done(["Done"])
  Failed(["Failed"])
  Look ==> IsThere
  IsThere -->|"otherwise"| Wait
  IsThere ==>|"found"| Use
  Wait --> Look
  Use ==> Done
  Note --> Failed
  class Look,IsThere,Use main
  classDef main fill:#cfe2ff,stroke:#0d6efd,stroke-width:2px,color:#000
  class Done success
  classDef success fill:#d4edda,stroke:#28a745,color:#000
  class Failed failure
  classDef failure fill:#f8d7da,stroke:#dc3545,color:#000`);
  });

  test('of one phase names the states before and after it', () => {
    const drawn = phaseDiagram(stateGraph(definition, phases), 'Use');
    expect(drawn).toContain('from_Find(["from Find"])');
    expect(drawn).toContain('from_Find ==>|"found"| Use');
    expect(phaseDiagram(stateGraph(definition, phases), 'Find')).toContain('to_Use(["Use:<br/>Use"])');
  });

  test('refuses a phase that there is not', () => {
    expect(() => phaseDiagram(stateGraph(definition, phases), 'Lose')).toThrow('no phase Lose; there are: Find, Use');
  });
});

describe('the release', () => {
  const graph = stateGraph(releaseMachine() as unknown as Definition, releasePhases);

  test('goes through its phases in their order, without a rollback', () => {
    const passed = graph.mainPath.map((name) => graph.states.get(name)?.phase);
    expect([...new Set(passed)]).toEqual(graph.phases.filter((phase) => phase !== 'Rollback'));
    expect(graph.mainPath.at(-1)).toBe('Released');
  });

  test('has a phase for each state', () => {
    expect([...graph.states.values()].filter(({ phase }) => phase === undefined)).toEqual([]);
  });

  test('shows each end in the overview', () => {
    const drawn = overview(graph);
    for (const end of ['Released', 'NothingToDo', 'RolledBack', 'ReleaseRefused', 'ReleaseFailed'])
      expect(drawn).toContain(`${end}(["${end}"])`);
  });
});
