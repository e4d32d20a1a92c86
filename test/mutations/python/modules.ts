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
  guard('analyze', 'test_analyze_small.py'),
  guard('artifact', 'test_artifact.py'),
  guard('baseline', 'test_baseline_small.py'),
  guard('checkpoint', 'test_checkpoint_file.py'),
  guard('compare', 'test_compare_small.py'),
  guard('constraints', 'test_constraints.py'),
  guard('contract', 'test_contract.py'),
  guard('evaluate', 'test_evaluate.py'),
  guard('features', 'test_features_small.py'),
  guard('intervals', 'test_intervals.py'),
  guard('month_state', 'test_month_state.py'),
  guard('prepare', 'test_prepare_small.py'),
  guard('recorded_state', 'test_recorded_small.py'),
  guard('rule', 'test_rule.py'),
  guard('select_model', 'test_select_small.py'),
  guard('smoke_test', 'test_smoke_answers.py'),
  guard('statistics', 'test_statistics.py'),
];
