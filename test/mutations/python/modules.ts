/** A module of pipelines/steps/workflow, and the files in test/steps that must notice its changes. */
export interface StepModule {
  readonly name: string;
  readonly tests: readonly string[];
  /** Decides about an approval, a refusal, a digest or a violation: every change must be noticed or accepted. */
  readonly guard: boolean;
}

const guard = (name: string, ...tests: readonly string[]): StepModule => ({ name, tests, guard: true });

/** Fast test files first: mutmut runs only the tests that call the changed function. */
export const modules: readonly StepModule[] = [
  guard('artifact', 'test_artifact.py'),
  guard('checkpoint', 'test_checkpoint_file.py'),
  guard('constraints', 'test_constraints.py'),
  guard('contract', 'test_contract.py'),
  guard('intervals', 'test_intervals.py'),
  guard('rule', 'test_rule.py'),
];
